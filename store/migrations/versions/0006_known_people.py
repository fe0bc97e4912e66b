"""Who the privacy directory knows: a sealed record of each person's identifiers."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import texts

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("known_person", *texts("handle", "digest", "sealed"), sa.PrimaryKeyConstraint("handle"))


def downgrade() -> None:
    op.drop_table("known_person")
