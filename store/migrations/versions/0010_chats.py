"""Conversations of the advising chat: whose each is, and its turns, sealed under the conversation's key."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, numbers, texts

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat",
        *texts("conversation", "owner"),
        *moments("begun_at"),
        sa.PrimaryKeyConstraint("conversation"),
    )
    op.create_index("ix_chat_owner", "chat", ["owner"])
    op.create_table(
        "chat_turn",
        *texts("conversation"),
        *numbers("position"),
        *moments("asked_at"),
        *texts("sealed"),
        sa.ForeignKeyConstraint(["conversation"], ["chat.conversation"]),
        sa.PrimaryKeyConstraint("conversation", "position"),
    )


def downgrade() -> None:
    op.drop_table("chat_turn")
    op.drop_table("chat")
