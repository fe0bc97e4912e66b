"""The vault: conversations, their codes, and the sealed texts the codes stand for."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, texts

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        *texts("conversation", "sealed_key"),
        *moments("opened_at", "expires_at"),
        sa.PrimaryKeyConstraint("conversation"),
    )
    op.create_index("ix_conversation_expires_at", "conversation", ["expires_at"])
    op.create_table(
        "conversation_code",
        *texts("conversation", "code", "subject_digest", "label", "sealed_people"),
        sa.PrimaryKeyConstraint("conversation", "code"),
        sa.UniqueConstraint("conversation", "subject_digest"),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.conversation"]),
    )
    op.create_table(
        "conversation_text",
        *texts("conversation", "code", "facet", "text_digest", "sealed_text"),
        sa.PrimaryKeyConstraint("conversation", "code", "facet"),
        sa.UniqueConstraint("conversation", "code", "text_digest"),
        sa.ForeignKeyConstraint(["conversation", "code"], ["conversation_code.conversation", "conversation_code.code"]),
    )


def downgrade() -> None:
    for table in ("conversation_text", "conversation_code", "conversation"):
        op.drop_table(table)
