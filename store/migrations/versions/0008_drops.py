"""Drops: the impact statements, and the engagement that was read before access ended, sealed by person."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, texts

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEXED = ("person", "section", "made_at")


def upgrade() -> None:
    op.create_table(
        "drop_statement",
        *texts("run", "person", "section", "kind", "standing"),
        *moments("made_at"),
        *texts("sealed"),
        sa.PrimaryKeyConstraint("run"),
    )
    for column in _INDEXED:
        op.create_index(f"ix_drop_statement_{column}", "drop_statement", [column])
    op.create_table(
        "drop_engagement",
        *texts("person", "section", "run"),
        *moments("read_at"),
        *texts("sealed"),
        sa.PrimaryKeyConstraint("person", "section"),
    )


def downgrade() -> None:
    for table in ("drop_engagement", "drop_statement"):
        op.drop_table(table)
