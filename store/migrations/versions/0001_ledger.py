"""Handles, person keys, and the ledger with its guards."""

import sqlalchemy as sa
from alembic import op

from store.ledger.guards import guard_statements, unguard_statements
from store.migrations.shapes import digests, flags, places, texts

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_identity()
    _create_ledger()
    for statement in guard_statements(op.get_context().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard_statements(op.get_context().dialect.name):
        op.execute(statement)
    for table in ("ledger_checkpoint", "ledger_subject", "ledger_entry", "person_key", "record_handle"):
        op.drop_table(table)


def _create_identity() -> None:
    present = sa.text("present")
    op.create_table(
        "record_handle",
        *texts("sis_digest", "handle", "sealed_sis_id"),
        *flags("present"),
        sa.PrimaryKeyConstraint("sis_digest"),
    )
    op.create_index("ix_record_handle_handle", "record_handle", ["handle"])
    op.create_index(
        "uq_record_handle_present",
        "record_handle",
        ["handle"],
        unique=True,
        sqlite_where=present,
        postgresql_where=present,
    )
    op.create_table(
        "person_key",
        *texts("handle", "key_id", "sealed_key"),
        sa.PrimaryKeyConstraint("handle"),
        sa.UniqueConstraint("key_id"),
    )


def _create_ledger() -> None:
    op.create_table(
        "ledger_entry",
        *places("seq"),
        *texts("at", "kind", "actor", "run", "subjects", "body"),
        *digests("prev", "hash"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_ledger_entry_run", "ledger_entry", ["run"])
    op.create_table(
        "ledger_subject",
        *places("seq", "position"),
        *texts("handle", "sealed"),
        sa.PrimaryKeyConstraint("seq", "position"),
    )
    op.create_index("ix_ledger_subject_handle", "ledger_subject", ["handle", "seq"])
    op.create_table("ledger_checkpoint", *places("seq"), *texts("note"), sa.PrimaryKeyConstraint("seq"))
