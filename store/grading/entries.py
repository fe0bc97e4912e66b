"""What only the instructor can say of a student, kept sealed until it goes with the grade (R81, R84)."""

from sqlmodel import Session, select

from domain.grades import GradeColumn, InstructorEntry
from domain.ids import PrincipalId, RecordHandle, SectionKey
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.grading.tables import EntryRow
from store.keys import KeyRing


class Entries:
    """Keeps one entry for each student, section and column; a newer one takes its place."""

    def __init__(self, database: Database, keyring: KeyRing, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._keyring, self._clock = database, keyring, clock

    def keep(
        self, section: SectionKey, column: GradeColumn, entry: InstructorEntry, by: PrincipalId, session: Session
    ) -> None:
        """Keep an entry, in the session that puts it on the ledger."""
        sealed = self._keyring.seal(entry.model_dump_json().encode(), _place(section, column, entry.person))
        row = EntryRow(
            section=str(section),
            grade_column=column.value,
            person=entry.person,
            sealed=sealed,
            entered_by=by,
            entered_at=self._clock.now(),
        )
        session.merge(row)

    def of(self, section: SectionKey, column: GradeColumn) -> tuple[InstructorEntry, ...]:
        """Return the entries of a section and column, in the order of handles."""
        query = select(EntryRow).where(EntryRow.section == str(section), EntryRow.grade_column == column.value)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(EntryRow.person)).all()
        return tuple(self._open(section, column, row) for row in rows)

    def of_person(self, person: RecordHandle) -> tuple[tuple[SectionKey, GradeColumn, InstructorEntry], ...]:
        """Return every entry about one person with its section and column, for their file (R26)."""
        query = select(EntryRow).where(EntryRow.person == person).order_by(EntryRow.section, EntryRow.grade_column)
        with self._database.reading() as session:
            rows = session.exec(query).all()
        places = ((SectionKey.parse(row.section), GradeColumn(row.grade_column), row) for row in rows)
        return tuple((section, column, self._open(section, column, row)) for section, column, row in places if section)

    def _open(self, section: SectionKey, column: GradeColumn, row: EntryRow) -> InstructorEntry:
        place = _place(section, column, RecordHandle(row.person))
        return InstructorEntry.model_validate_json(self._keyring.unseal(row.sealed, place))


def _place(section: SectionKey, column: GradeColumn, person: RecordHandle) -> bytes:
    return f"grade_entry|{section}|{column.value}|{person}".encode()
