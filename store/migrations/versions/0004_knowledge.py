"""Documents and chunks of the knowledge base, and whom notes concern."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, numbers, texts

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_document",
        *texts("id", "collection", "source", "digest", "sealed"),
        *moments("taken_at"),
        *moments("expires_at", required=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("collection", "source", "expires_at"):
        op.create_index(f"ix_knowledge_document_{column}", "knowledge_document", [column])
    op.create_table(
        "knowledge_chunk",
        *texts("id", "document"),
        *numbers("position"),
        *texts("sealed"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_knowledge_chunk_document", "knowledge_chunk", ["document"])
    op.create_table("knowledge_subject", *texts("document", "handle"), sa.PrimaryKeyConstraint("document", "handle"))
    op.create_index("ix_knowledge_subject_handle", "knowledge_subject", ["handle"])


def downgrade() -> None:
    for table in ("knowledge_subject", "knowledge_chunk", "knowledge_document"):
        op.drop_table(table)
