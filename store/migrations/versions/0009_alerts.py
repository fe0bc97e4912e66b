"""The book of early alerts and what happened to each."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, numbers, texts

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "early_alert",
        *texts("id", "person", "term", "section", "owner", "advisor", "issue", "level", "party", "channel"),
        *texts("intervention", "route", "state", "marker", "run", "raised_on", "due_on", "close_reason"),
        *texts("propensity", "sealed"),
        *moments("raised_at", "changed_at"),
        *moments("closed_at", required=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("person", "term", "owner", "advisor", "state", "run"):
        op.create_index(f"ix_early_alert_{name}", "early_alert", [name])
    op.create_table(
        "early_alert_event",
        *texts("alert", "kind", "actor", "word", "propensity", "sealed"),
        *numbers("position"),
        *moments("at"),
        sa.PrimaryKeyConstraint("alert", "position"),
    )
    op.create_index("ix_early_alert_event_kind", "early_alert_event", ["kind"])


def downgrade() -> None:
    op.drop_table("early_alert_event")
    op.drop_table("early_alert")
