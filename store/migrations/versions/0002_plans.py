"""Plans, decisions, approvals, leases, suppressions, and the outbox."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import flags, moments, numbers, texts

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("intent", "suppression", "lease", "approval_answer", "approval_key", "approval", "decision", "plan")


def upgrade() -> None:
    _create_plans()
    _create_approvals()
    _create_leases()
    _create_outbox()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _create_plans() -> None:
    op.create_table(
        "plan",
        *texts("run", "plan_hash", "topic", "approver_role", "requested_by", "plan"),
        *moments("made_at", "stored_at"),
        sa.PrimaryKeyConstraint("run", "plan_hash"),
    )
    op.create_index("ix_plan_plan_hash", "plan", ["plan_hash"])
    op.create_table(
        "decision",
        *numbers("id"),
        *texts("run", "plan_hash", "change_id", "natural_key", "action", "topic", "outcome", "rule"),
        *numbers("phase"),
        *texts("reason", "policy"),
        *moments("decided_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_decision_plan_hash", "decision", ["plan_hash"])
    op.create_index("ix_decision_run", "decision", ["run"])


def _create_approvals() -> None:
    op.create_table(
        "approval",
        *texts("id", "run", "plan_hash", "plan", "topic", "approver_role", "requested_by"),
        *numbers("needed"),
        *texts("state", "thread", "interrupt"),
        *moments("created_at", "expires_at"),
        *moments("closed_at", required=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("approver_role", "plan_hash", "run", "state"):
        op.create_index(f"ix_approval_{column}", "approval", [column])
    op.create_table(
        "approval_key",
        *texts("approval_id", "natural_key"),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"]),
        sa.PrimaryKeyConstraint("approval_id", "natural_key"),
    )
    op.create_index("ix_approval_key_natural_key", "approval_key", ["natural_key"])
    op.create_table(
        "approval_answer",
        *numbers("id"),
        *texts("approval_id", "principal", "role"),
        *flags("approve"),
        *texts("reason"),
        *moments("answered_at"),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("approval_id", "principal", name="uq_approval_answer_person"),
    )
    op.create_index("ix_approval_answer_approval_id", "approval_answer", ["approval_id"])


def _create_leases() -> None:
    op.create_table(
        "lease",
        *texts("natural_key", "run", "plan_hash"),
        *moments("taken_at"),
        sa.PrimaryKeyConstraint("natural_key"),
    )
    op.create_index("ix_lease_run", "lease", ["run"])
    op.create_table(
        "suppression",
        *numbers("id"),
        *texts("natural_key", "rule", "reason", "made_by", "run"),
        *moments("made_at", "expires_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_suppression_natural_key", "suppression", ["natural_key"])


def _create_outbox() -> None:
    flying = sa.text("state IN ('planned', 'sending', 'sent')")
    op.create_table(
        "intent",
        *texts("id", "run", "plan_hash"),
        *numbers("position"),
        *texts("change_id", "natural_key", "target", "kind", "change", "state"),
        *numbers("attempts"),
        *texts("receipt"),
        sa.Column("ledger_seq", sa.BigInteger(), nullable=False),
        *moments("created_at", "updated_at"),
        sa.ForeignKeyConstraint(["ledger_seq"], ["ledger_entry.seq"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run", "plan_hash", "change_id", name="uq_intent_once_per_plan"),
    )
    op.create_index("ix_intent_run", "intent", ["run", "position"])
    op.create_index("ix_intent_state", "intent", ["state"])
    op.create_index(
        "uq_intent_in_flight",
        "intent",
        ["natural_key"],
        unique=True,
        sqlite_where=flying,
        postgresql_where=flying,
    )
