"""The turns that workers share at an outside system."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, texts

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("wire_turn", *texts("name"), *moments("next_at"), sa.PrimaryKeyConstraint("name"))


def downgrade() -> None:
    op.drop_table("wire_turn")
