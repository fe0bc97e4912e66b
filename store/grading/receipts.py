"""Receipts per student: what the SIS did with each grade that was sent, run by run (R95)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from domain.grades import GradeColumn, GradeReceipt, ReceiptOutcome
from domain.ids import RecordHandle, RunId, SectionKey, TermCode
from store.database import Database
from store.grading.tables import ReceiptRow
from store.keys import KeyRing


class Receipts:
    """Keeps receipts; those of a run kept again, as after a crash, are the same rows."""

    def __init__(self, database: Database, keyring: KeyRing) -> None:
        self._database, self._keyring = database, keyring

    def keep(self, run: RunId, receipts: Iterable[GradeReceipt]) -> None:
        """Keep what a run's grades came to."""
        with self._database.session() as session:
            for receipt in receipts:
                session.merge(self._row(run, receipt))

    def of(self, section: SectionKey, column: GradeColumn) -> tuple[GradeReceipt, ...]:
        """Return every receipt of a section and column, oldest first."""
        query = select(ReceiptRow).where(ReceiptRow.section == str(section), ReceiptRow.grade_column == column.value)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(ReceiptRow.received_at), col(ReceiptRow.person))).all()
        return tuple(self._receipt(section, row) for row in rows)

    def runs_accepted(self, section: SectionKey, column: GradeColumn) -> dict[RecordHandle, RunId]:
        """Return for each student the run in which a grade of theirs was last accepted."""
        query = select(ReceiptRow.person, ReceiptRow.run).where(
            ReceiptRow.section == str(section),
            ReceiptRow.grade_column == column.value,
            ReceiptRow.outcome == ReceiptOutcome.ACCEPTED,
        )
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(ReceiptRow.received_at))).all()
        return {RecordHandle(person): RunId(run) for person, run in rows}

    def carried_since(self, term: TermCode, column: GradeColumn, moment: datetime) -> tuple[SectionKey, ...]:
        """Return the sections of a term of which a grade was accepted since a moment."""
        query = select(ReceiptRow.section).where(
            col(ReceiptRow.section).startswith(f"{term}-", autoescape=True),
            ReceiptRow.grade_column == column.value,
            ReceiptRow.outcome == ReceiptOutcome.ACCEPTED,
            col(ReceiptRow.received_at) >= moment,
        )
        with self._database.reading() as session:
            names = sorted(set(session.exec(query.distinct())))
        return tuple(key for name in names if (key := SectionKey.parse(name)))

    def of_person(self, person: RecordHandle) -> tuple[GradeReceipt, ...]:
        """Return every receipt about one person, oldest first, for their file (R26)."""
        query = select(ReceiptRow).where(ReceiptRow.person == person)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(ReceiptRow.received_at), col(ReceiptRow.section))).all()
        return tuple(self._receipt(section, row) for row in rows if (section := SectionKey.parse(row.section)))

    def _row(self, run: RunId, receipt: GradeReceipt) -> ReceiptRow:
        return ReceiptRow(
            run=run,
            section=str(receipt.section),
            grade_column=receipt.column.value,
            person=receipt.person,
            version=receipt.version,
            outcome=receipt.outcome,
            code=receipt.code,
            sealed=self._keyring.seal(receipt.message.encode(), _place(run, receipt.person)),
            received_at=receipt.received_at,
        )

    def _receipt(self, section: SectionKey, row: ReceiptRow) -> GradeReceipt:
        person = RecordHandle(row.person)
        return GradeReceipt(
            section=section,
            person=person,
            column=GradeColumn(row.grade_column),
            version=row.version,
            outcome=row.outcome,
            code=row.code,
            message=self._keyring.unseal(row.sealed, _place(row.run, person)).decode(),
            received_at=row.received_at,
        )


def _place(run: str, person: RecordHandle) -> bytes:
    return f"grade_receipt|{run}|{person}".encode()
