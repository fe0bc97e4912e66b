"""Webhooks that came in, notices that go out, and how far the ledger was read for them."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, numbers, places, texts

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook_inbox",
        *texts("sender", "event", "kind", "state", "sealed"),
        *moments("at"),
        sa.PrimaryKeyConstraint("sender", "event"),
    )
    op.create_table(
        "hook_delivery",
        *texts("id", "receiver", "kind", "body", "state"),
        *numbers("tries"),
        *moments("at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table("hook_mark", *texts("name"), *places("seq"), sa.PrimaryKeyConstraint("name"))
    for table, columns in (("hook_inbox", ("state", "at")), ("hook_delivery", ("receiver", "state", "at"))):
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("hook_mark", "hook_delivery", "hook_inbox"):
        op.drop_table(table)
