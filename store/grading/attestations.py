"""Who stands for which sheet: attestations by hash, and the delegates whom the registrar named (R92)."""

from sqlmodel import Session, col, select

from domain.grades import Attestation, GradeColumn
from domain.ids import PrincipalId, RecordHandle, SectionKey
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.grading.tables import AttestationRow, DelegateRow


class Attestations:
    """Keeps attestations; an earlier one of another sheet stays and counts for that sheet alone."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    def keep(self, section: SectionKey, column: GradeColumn, word: Attestation, session: Session) -> bool:
        """Keep a word, in the session that puts it on the ledger; said again by the same person it stays, and is False.

        Another person's word takes its place: whoever spoke first may grade the section no longer.
        """
        known = session.get(AttestationRow, (str(section), column.value, word.sheet_hash))
        if known and known.attested_by == word.attested_by and known.attested_at <= word.attested_at:
            return False
        row = AttestationRow(
            section=str(section),
            grade_column=column.value,
            sheet_hash=word.sheet_hash,
            attested_by=word.attested_by,
            attested_at=word.attested_at,
        )
        session.merge(row)
        return True

    def find(self, section: SectionKey, column: GradeColumn, sheet_hash: str) -> Attestation | None:
        """Return the word on exactly this sheet, or the newest on another, or None where nobody has spoken.

        The newest other tells that the sheet has changed since (``judge_attestation`` says so).
        """
        where = (AttestationRow.section == str(section), AttestationRow.grade_column == column.value)
        query = select(AttestationRow).where(*where).order_by(col(AttestationRow.attested_at).desc())
        with self._database.reading() as session:
            rows = session.exec(query).all()
        row = next((row for row in rows if row.sheet_hash == sheet_hash), rows[0] if rows else None)
        return _attestation(row) if row else None

    def name_delegate(self, section: SectionKey, person: RecordHandle, by: PrincipalId, session: Session) -> None:
        """Let a person grade a section in the instructor's place."""
        if session.get(DelegateRow, (str(section), person)) is None:
            session.add(DelegateRow(section=str(section), person=person, named_by=by, named_at=self._clock.now()))

    def end_delegate(self, section: SectionKey, person: RecordHandle, session: Session) -> None:
        """Take that back."""
        row = session.get(DelegateRow, (str(section), person))
        if row is not None:
            session.delete(row)

    def delegates(self, section: SectionKey) -> frozenset[RecordHandle]:
        """Return who may grade the section in the instructor's place."""
        with self._database.reading() as session:
            rows = session.exec(select(DelegateRow.person).where(DelegateRow.section == str(section)))
            return frozenset(RecordHandle(person) for person in rows)

    def sections_of(self, person: RecordHandle) -> tuple[SectionKey, ...]:
        """Return the sections that a person grades as a delegate."""
        with self._database.reading() as session:
            names = session.exec(select(DelegateRow.section).where(DelegateRow.person == person)).all()
        return tuple(key for name in sorted(names) if (key := SectionKey.parse(name)))


def _attestation(row: AttestationRow) -> Attestation:
    return Attestation(
        sheet_hash=row.sheet_hash, attested_by=RecordHandle(row.attested_by), attested_at=row.attested_at
    )
