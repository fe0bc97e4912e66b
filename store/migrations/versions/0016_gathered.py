"""Events about students of a class that wait for one run which takes all of them."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, texts

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook_gathered",
        *texts("sender", "event", "kind", "section", "person", "run"),
        *moments("at"),
        sa.PrimaryKeyConstraint("sender", "event"),
    )
    for column in ("section", "run"):
        op.create_index(f"ix_hook_gathered_{column}", "hook_gathered", [column])


def downgrade() -> None:
    op.drop_table("hook_gathered")
