"""Grades on their way: attestations, delegates, instructors' entries, holds, receipts, and columns as last seen."""

import sqlalchemy as sa
from alembic import op

from store.migrations.shapes import moments, numbers, texts

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("grade_column", "grade_receipt", "grade_hold", "grade_entry", "grade_delegate", "grade_attestation")


def upgrade() -> None:
    op.create_table(
        "grade_attestation",
        *texts("section", "grade_column", "sheet_hash", "attested_by"),
        *moments("attested_at"),
        sa.PrimaryKeyConstraint("section", "grade_column", "sheet_hash"),
    )
    op.create_table(
        "grade_delegate",
        *texts("section", "person", "named_by"),
        *moments("named_at"),
        sa.PrimaryKeyConstraint("section", "person"),
    )
    op.create_table(
        "grade_entry",
        *texts("section", "grade_column", "person", "sealed", "entered_by"),
        *moments("entered_at"),
        sa.PrimaryKeyConstraint("section", "grade_column", "person"),
    )
    _create_holds()
    _create_receipts()
    op.create_table(
        "grade_column",
        *texts("section", "assignment", "grading", "points", "extreme_share"),
        *numbers("marks"),
        *texts("quarantined"),
        *moments("seen_at"),
        sa.PrimaryKeyConstraint("section", "assignment"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _create_holds() -> None:
    op.create_table(
        "grade_hold",
        *texts("id", "section", "kind", "person", "sealed", "state"),
        *moments("placed_at"),
        *moments("answered_at", required=False),
        *texts("answered_by", "sealed_why"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("person", "section", "state"):
        op.create_index(f"ix_grade_hold_{column}", "grade_hold", [column])


def _create_receipts() -> None:
    op.create_table(
        "grade_receipt",
        *texts("run", "section", "grade_column", "person", "version", "outcome", "code", "sealed"),
        *moments("received_at"),
        sa.PrimaryKeyConstraint("run", "section", "grade_column", "person"),
    )
    for column in ("person", "section"):
        op.create_index(f"ix_grade_receipt_{column}", "grade_receipt", [column])
