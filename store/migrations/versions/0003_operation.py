"""Runs, notices, phases, kill switches, principals, workers, accepted events, and the case desk."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import flags, json_texts, moments, numbers, texts

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "risk_score",
    "case_file",
    "inbox_event",
    "worker_slot",
    "principal",
    "kill_switch",
    "phase_override",
    "notice",
    "run",
)


def upgrade() -> None:
    _create_runs()
    _create_switches()
    _create_principals()
    _create_workers()
    _create_desk()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _create_runs() -> None:
    op.create_table(
        "run",
        *texts("id", "kind", "term", "state", "note"),
        *json_texts("counts"),
        *moments("started_at"),
        *moments("ended_at", required=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("kind", "started_at", "state"):
        op.create_index(f"ix_run_{column}", "run", [column])
    op.create_table(
        "notice", *texts("key", "run"), *numbers("times"), *moments("sent_at"), sa.PrimaryKeyConstraint("key")
    )


def _create_switches() -> None:
    op.create_table(
        "phase_override",
        *texts("domain", "action"),
        *numbers("phase"),
        *texts("reason", "set_by"),
        *moments("set_at"),
        sa.PrimaryKeyConstraint("domain", "action"),
    )
    op.create_table(
        "kill_switch", *texts("target", "reason", "set_by"), *moments("set_at"), sa.PrimaryKeyConstraint("target")
    )


def _create_principals() -> None:
    op.create_table(
        "principal",
        *texts("id", "kind"),
        *json_texts("roles", "scopes"),
        *texts("person"),
        *flags("demo"),
        *texts("token_id"),
        *moments("added_at"),
        *moments("revoked_at", required=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_id"),
    )


def _create_workers() -> None:
    op.create_table(
        "worker_slot", *texts("slot", "holder"), *moments("beat_at", "held_until"), sa.PrimaryKeyConstraint("slot")
    )
    op.create_table(
        "inbox_event",
        *texts("event_id", "source", "resource", "operation", "resource_id"),
        *moments("published_at", "accepted_at"),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("ix_inbox_event_source", "inbox_event", ["source"])


def _create_desk() -> None:
    op.create_table(
        "case_file",
        *texts("marker", "kind", "state", "person", "section", "queue", "title", "body", "due_on"),
        *moments("opened_at"),
        *moments("closed_at", required=False),
        *texts("closed_by"),
        sa.PrimaryKeyConstraint("marker"),
    )
    op.create_index("ix_case_file_person", "case_file", ["person"])
    op.create_index("ix_case_file_state", "case_file", ["state"])
    op.create_table(
        "risk_score",
        *texts("person", "score"),
        *json_texts("reasons"),
        *moments("set_at"),
        sa.PrimaryKeyConstraint("person"),
    )
