"""What Banner holds of the grades of one section: per registration, the letters of both columns and how far they came.

Four queries per section, whatever its size; only a rolled grade is looked up on its student's transcript (E2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.grades import GradeColumn, GradeStage
from domain.ids import RecordHandle, SectionKey
from domain.records import Registration, RegistrationStatus
from tools.sis.banner.dates import read_day
from tools.sis.banner.records.desk import Desk, take_over
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.wire import Ref
from tools.sis.banner.wire_grades import LineWire, OptionGrade, OptionsWire, UnverifiedWire
from tools.sis.banner.wire_students import RegistrationWire
from tools.sis.reading import Reading
from tools.sis.sequences import order_registrations

OPTIONS, UNVERIFIED, TRANSCRIPTS = (
    "section-registrations-grade-options",
    "student-unverified-grades",
    "student-transcript-grades",
)
_VERIFIED, _UNVERIFIED = "verified", "unverified"
NEVER_ATTENDED = "neverAttended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGrade:
    """One student's place in one section and the grades that Banner holds there.

    ``entry`` is the GUID of the record of entered grades; ``letters`` by column; ``engaged_on`` and
    ``never_attended`` exclude one another; ``whole`` is false where something of this student could not be read.
    """

    person: RecordHandle
    registration: Registration
    options: OptionsWire | None
    stage: GradeStage
    entry: str | None = None
    letters: dict[GradeColumn, str] = field(default_factory=dict)
    engaged_on: date | None = None
    never_attended: bool = False
    incomplete_default: str | None = None
    extension_on: date | None = None
    whole: bool = True

    def option(self, letter: str) -> OptionGrade | None:
        """Return the option with that letter, or None where it may not be given."""
        grades = (self.options.grades if self.options else None) or ()
        return next((grade for grade in grades if grade.value == letter), None)


class HeldReader:
    """Joins registrations, options, entered grades and transcripts of one section.

    After ``read``, ``whole`` tells whether every row of the section came, so that absence of a grade says that there is
    none. A person who cannot be read, or a letter that nobody has, is held against that student alone.
    """

    def __init__(self, desk: Desk, reading: Reading) -> None:
        self._desk, self._reading, self._settings = desk, reading, desk.settings
        self.whole = False

    def read(self, section: SectionKey, guid: str) -> dict[RecordHandle, HeldGrade]:
        """Return what is held for everyone who is or was registered in the section with that GUID."""
        desk, reading = self._desk, self._reading
        rows = desk.finder.sources.registrations_in(guid, reading)
        options = self._options(guid, rows)
        entries = {row.section_registration.id: row for row in self._entries(guid, rows).values()}
        self.whole = reading.complete
        handles = desk.people.handles((row.registrant.id for row in rows.values()), reading)
        present = self._present(section, rows)
        held = (
            self._hold(handles[row.registrant.id], row, present[row.id], options.get(row.id), entries.get(row.id))
            for row in rows.values()
            if row.id in present and row.registrant.id in handles
        )
        return {one.person: one for one in held}

    def _options(self, section: str, rows: dict[str, RegistrationWire]) -> dict[str, OptionsWire]:
        query = self._settings.grade_options_of_section
        found = self._desk.try_query(OptionsWire, OPTIONS, self._reading, query, section)
        if found is None:
            each = (self._desk.proxy.find(OptionsWire, OPTIONS, guid, self._reading) for guid in sorted(rows))
            found = {row.id: row for row in each if row}
        return {guid: row for guid, row in found.items() if guid in rows}

    def _named(self, row: OptionsWire, own: Reading) -> OptionsWire:
        """Return the options with every letter named; one that only points to its definition is looked up."""
        named = (
            grade.model_copy(update={"value": grade.value or self._letter(grade.grade, own) or ""})
            for grade in row.grades or ()
        )
        return row.model_copy(update={"grades": tuple(grade for grade in named if grade.value)})

    def _entries(self, section: str, rows: dict[str, RegistrationWire]) -> dict[str, UnverifiedWire]:
        query = self._settings.grades_of_section
        found = self._desk.try_query(UnverifiedWire, UNVERIFIED, self._reading, query, section)
        if found is None:
            found = {}
            for guid in sorted(rows):
                params = self._settings.grades_of_registration.params(id=guid)
                found.update(self._desk.proxy.collect(UnverifiedWire, UNVERIFIED, self._reading, params).rows)
        return {guid: row for guid, row in found.items() if row.section_registration.id in rows}

    def _present(self, section: SectionKey, rows: dict[str, RegistrationWire]) -> dict[str, Registration]:
        """Return each person's standing registration by GUID: a seat before an ended one, then the latest (R51)."""
        reader = self._desk.finder.registration_reader(self._reading)
        read = order_registrations(one for row in rows.values() if (one := reader.read(row, section)))
        best: dict[str, Registration] = {}
        for one in read:
            best[one.person] = max(best.get(one.person, one), one, key=_standing)
        return {one.source_guid: one for one in best.values()}

    def _hold(
        self,
        person: RecordHandle,
        row: RegistrationWire,
        registration: Registration,
        options: OptionsWire | None,
        entry: UnverifiedWire | None,
    ) -> HeldGrade:
        own, zone = Reading(self._reading.source), self._desk.finder.institution.zone
        letters = dict(self._letters(entry, own))
        stage, rolled = self._stage(row, options, GradeColumn.FINAL in letters, own)
        if rolled:
            letters[GradeColumn.FINAL] = rolled
        attended = entry.details.last_attendance if entry and entry.details else None
        incomplete = entry.incomplete_grade if entry else None
        held = HeldGrade(
            person=person,
            registration=registration,
            options=self._named(options, own) if options else None,
            stage=stage,
            entry=entry.id if entry else None,
            letters=letters,
            engaged_on=read_day(attended.date, zone) if attended else None,
            never_attended=attended is not None and attended.status == NEVER_ATTENDED,
            incomplete_default=self._letter(incomplete.final_grade, own) if incomplete else None,
            extension_on=read_day(incomplete.extension_date, zone) if incomplete else None,
            whole=own.complete,
        )
        take_over(own, self._reading)
        return held

    def _letters(self, entry: UnverifiedWire | None, own: Reading) -> Iterable[tuple[GradeColumn, str]]:
        columns = columns_by_type(self._desk, own)
        if GradeColumn.FINAL not in columns.values():
            own.lost("section-grade-types")
        for grade in (entry.details.grades if entry and entry.details else None) or ():
            column = columns.get(grade.type.id) if grade.type else None
            letter = self._letter(grade.grade, own) if column else None
            if column and letter:
                yield column, letter

    def _letter(self, ref: Ref | None, own: Reading) -> str | None:
        """Return the letter of a grade definition; one that cannot be read leaves the student's record in doubt."""
        if ref is None:
            return None
        found = self._desk.finder.catalog.grades.get(ref.id, own)
        if found is None or not found.letter:
            own.lost(f"grade-definitions {ref.id}")
            return None
        return found.letter

    def _stage(
        self, row: RegistrationWire, options: OptionsWire | None, entered: bool, own: Reading
    ) -> tuple[GradeStage, str | None]:
        """Return how far the final grade has come, and the letter on the transcript where it is there."""
        status = options.grade_status if options else None
        if options and (status == _UNVERIFIED or (not status and not entered)):
            return GradeStage.ENTERED if entered else GradeStage.NOT_ENTERED, None
        lines = self._lines(row, own)
        if lines:
            changed = lines[0].change_reason is not None
            return GradeStage.CHANGE_OF_GRADE if changed else GradeStage.ROLLED, self._letter(lines[0].grade, own)
        if status == _VERIFIED:
            return GradeStage.ROLLED, None
        not_rolled = options is not None and not status and lines is not None
        return GradeStage.ENTERED if not_rolled else GradeStage.UNKNOWN, None

    def _lines(self, row: RegistrationWire, own: Reading) -> list[LineWire] | None:
        """Return the lines of the class on the student's transcript; None where it cannot be read."""
        query = self._settings.transcripts_of_student.params(id=row.registrant.id)
        lines = self._desk.ask(LineWire, TRANSCRIPTS, own, query)
        return None if lines is None else [line for line in lines.values() if _is_about(line, row)]


def columns_by_type(desk: Desk, reading: Reading) -> dict[str, GradeColumn]:
    """Return the column of every grade type that is one, by GUID."""
    settings: EthosSettings = desk.settings
    codes = {settings.interim_type: GradeColumn.INTERIM, settings.final_type: GradeColumn.FINAL}
    rows = desk.finder.catalog.grade_types.table(reading).items()
    return {guid: codes[row.name] for guid, row in rows if row.name in codes}


def _standing(one: Registration) -> tuple[bool, int]:
    return one.status is RegistrationStatus.REGISTERED, one.sequence


def _is_about(line: LineWire, row: RegistrationWire) -> bool:
    section = line.course.section if line.course else None
    return section is not None and section.id == row.section.id and line.student.id == row.registrant.id
