"""Sessions, sign-ins under way, and answers by idempotency key."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import flags, json_texts, moments, numbers, texts

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "web_session",
        *texts("digest", "principal"),
        *json_texts("roles"),
        *texts("person", "way", "viewing"),
        *flags("blurred"),
        *moments("begun_at", "seen_at", "expires_at"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_web_session_principal", "web_session", ["principal"])
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"])
    op.create_table(
        "web_sign_in",
        *texts("digest", "browser", "sealed"),
        *moments("begun_at"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_web_sign_in_begun_at", "web_sign_in", ["begun_at"])
    op.create_table(
        "idempotency_key",
        *texts("principal", "key", "body"),
        *numbers("status"),
        *texts("answer"),
        *moments("at"),
        sa.PrimaryKeyConstraint("principal", "key"),
    )
    op.create_index("ix_idempotency_key_at", "idempotency_key", ["at"])


def downgrade() -> None:
    for table in ("idempotency_key", "web_sign_in", "web_session"):
        op.drop_table(table)
