"""Hours, attempts and withdrawals over all studies before a term, from the transcript (R111, S116)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from domain.drops import Progress, Source
from domain.grades import GradeMeaning
from domain.ids import RecordHandle, SectionKey
from tools.sis.banner.records.courses import CourseNames
from tools.sis.banner.records.desk import Desk, note_not_known
from tools.sis.banner.records.studies import StudiesOffice
from tools.sis.banner.wire_grades import LineWire
from tools.sis.reading import Reading

_NO_ATTEMPT = frozenset({GradeMeaning.AUDIT, GradeMeaning.NO_GRADE})


class ProgressOffice:
    """Reads progress from one tenant; the hours of a programme are the institution's to say, Ethos has none."""

    def __init__(self, desk: Desk, studies: StudiesOffice) -> None:
        self._desk, self._studies = desk, studies

    def read_progress(self, person: RecordHandle, section: SectionKey) -> Progress | None:
        """Return what counts before the term of the class; None where any of it is not known.

        Every earlier line of the course is an attempt, a withdrawal too; audits and lines without a grade are none.
        """
        reading = Reading("banner")
        programme_hours = self._programme_hours(person)
        if programme_hours is None:
            note_not_known("progress", reading, "programme_hours in the institution file has no hours for the student")
            return None
        progress = self._read(person, section, programme_hours, reading)
        if progress is None or not reading.complete:
            note_not_known("progress", reading)
            return None
        return progress

    def _read(
        self, person: RecordHandle, section: SectionKey, programme_hours: Decimal, reading: Reading
    ) -> Progress | None:
        guid, row = self._desk.people.guid(person, reading), self._desk.section_row(section, reading)
        if guid is None or row is None or row.course is None:
            return None
        names = CourseNames(self._desk, reading)
        this = names.name(self._desk.finder.catalog.courses.get(row.course.id, reading))
        lines = [line for line in self._studies.lines([guid], reading) if names.is_before(line, section.term)]
        attempted, completed = _add_up(lines)
        if attempted is None or completed is None:
            return None
        meanings = {line.id: self._meaning(line, reading) for line in lines}
        courses = {line.id: names.course_of(line) for line in lines}
        tried = [line for line in lines if courses[line.id] == this and meanings[line.id] not in _NO_ATTEMPT]
        passed = (courses[line.id] for line in lines if _has_passed(line, meanings[line.id]))
        return Progress(
            attempted=attempted,
            completed=completed,
            programme_hours=programme_hours,
            earlier_attempts=len(tried),
            withdrawals=sum(meaning is GradeMeaning.WITHDRAWN for meaning in meanings.values()),
            passed=frozenset(course for course in passed if course),
            source=Source(system="banner", read_at=self._desk.clock.now()),
        )

    def _meaning(self, line: LineWire, reading: Reading) -> GradeMeaning:
        """Return what a letter means; one that nobody explains leaves the reading incomplete."""
        letter, settings = self._studies.letter(line, reading), self._desk.settings
        if letter in settings.withdrawal_grades:
            return GradeMeaning.WITHDRAWN
        meaning = settings.grade_meanings.get(letter, GradeMeaning.UNKNOWN)
        if meaning is GradeMeaning.UNKNOWN:
            reading.lost(f"grade {letter or 'without a letter'}")
        return meaning

    def _programme_hours(self, person: RecordHandle) -> Decimal | None:
        """Return the hours of the student's first programme that is not over, by its code, else by its level."""
        found = self._studies.read_programmes([person])
        active = [one for one in found.rows if one.active]
        if not active or not found.complete:
            return None
        known = self._desk.finder.institution.programme_hours
        return known.get(active[0].code) or known.get(active[0].level)


def _add_up(lines: Sequence[LineWire]) -> tuple[Decimal | None, Decimal | None]:
    """Return hours attempted and completed; None where a line does not say, because unknown is not zero."""
    return (
        _sum(line.credit.attempted_credit if line.credit else None for line in lines),
        _sum(line.credit.earned_credit if line.credit else None for line in lines),
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _has_passed(line: LineWire, meaning: GradeMeaning) -> bool:
    earned = line.credit.earned_credit if line.credit else None
    return meaning is GradeMeaning.PASSING and earned is not None and earned > 0
