"""What students study and have studied: programmes, transcripts, standings (R111, S91)."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from domain.ids import RecordHandle, TermCode
from domain.learning import PastCourse, Programme, Standing
from domain.ports import Fetch
from tools.sis.banner.dates import read_day
from tools.sis.banner.periods import Period
from tools.sis.banner.records.courses import CourseNames
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.wire_grades import LineWire
from tools.sis.banner.wire_records import StandingWire, StudentProgrammeWire
from tools.sis.reading import Reading

_PROGRAMMES, _LINES, _STANDINGS = (
    "student-academic-programs",
    "student-transcript-grades",
    "student-academic-standings",
)


class StudiesOffice:
    """Reads studies from one tenant; fits ``domain.learning_ports.StudiesReader``."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._settings = desk, desk.settings

    def read_programmes(self, people: Collection[RecordHandle]) -> Fetch[Programme]:
        """Read the programmes of students, the primary one of each first."""
        reading = Reading("banner")
        guids = self._desk.people.guids(people, reading)
        rows = self._desk.ask_about(
            StudentProgrammeWire,
            _PROGRAMMES,
            reading,
            query=self._settings.programmes_of_student,
            guids=guids,
            whose=lambda row: row.student.id,
        )
        ordered = sorted(rows or (), key=lambda row: (row.student.id, row.preference != "primary", row.id))
        found = [one for row in ordered if (one := self._to_programme(row, guids[row.student.id], reading))]
        return reading.fetch(found, self._desk.clock)

    def read_past_courses(self, people: Sequence[RecordHandle]) -> Fetch[PastCourse]:
        """Read the transcript lines of students; one whose course or letter cannot be told is left out and noted."""
        reading = Reading("banner")
        guids = self._desk.people.guids(people, reading)
        names = CourseNames(self._desk, reading)
        found = [one for row in self.lines(guids, reading) if (one := self._to_past(row, guids, names, reading))]
        return reading.fetch(sorted(found, key=lambda one: (one.person, one.term)), self._desk.clock)

    def read_standings(self, people: Collection[RecordHandle], term: TermCode) -> Fetch[Standing]:
        """Read the standing that each student has in a term: the newest of those given by then."""
        reading = Reading("banner")
        guids = self._desk.people.guids(people, reading)
        rows = self._desk.ask_about(
            StandingWire,
            _STANDINGS,
            reading,
            query=self._settings.standings_of_student,
            guids=guids,
            whose=lambda row: row.student.id,
        )
        latest = self._latest(rows or (), term, reading)
        found = [one for row, period in latest if (one := self._to_standing(row, period, guids, reading))]
        return reading.fetch(found, self._desk.clock)

    def lines(self, guids: Collection[str], reading: Reading) -> list[LineWire]:
        """Return the transcript lines of some students."""
        query = self._settings.transcripts_of_student
        rows = self._desk.ask_about(
            LineWire, _LINES, reading, query=query, guids=guids, whose=lambda row: row.student.id
        )
        return rows or []

    def letter(self, line: LineWire, reading: Reading) -> str:
        """Return the letter of a line; empty where it cannot be read."""
        found = self._desk.finder.catalog.grades.get(line.grade.id if line.grade else None, reading)
        return found.letter if found else ""

    def _to_programme(self, row: StudentProgrammeWire, person: RecordHandle, reading: Reading) -> Programme | None:
        catalog = self._desk.finder.catalog
        programme = catalog.programmes.get(row.program.id if row.program else None, reading)
        level = catalog.levels.get(row.academic_level.id if row.academic_level else None, reading)
        if programme is None or not programme.name:
            reading.lost(f"{_PROGRAMMES} {row.id}")
            return None
        return Programme(
            person=person,
            code=programme.name,
            title=programme.title or "",
            level=level.name if level else "",
            active=self._is_active(row),
        )

    def _is_active(self, row: StudentProgrammeWire) -> bool:
        end = read_day(row.end_on, self._desk.finder.institution.zone)
        status = row.enrollment_status.status if row.enrollment_status else ""
        return status in {"", "active"} and (end is None or end >= self._desk.finder.today())

    def _to_past(
        self, row: LineWire, guids: Mapping[str, RecordHandle], names: CourseNames, reading: Reading
    ) -> PastCourse | None:
        course, letter = names.course_of(row), self.letter(row, reading)
        if not course or not letter:
            reading.lost(f"{_LINES} {row.id}")
            return None
        return PastCourse(
            person=guids[row.student.id],
            term=names.term_of(row) or "",
            course=course,
            letter=letter,
            attempted=row.credit.attempted_credit if row.credit else None,
            earned=row.credit.earned_credit if row.credit else None,
        )

    def _latest(
        self, rows: Collection[StandingWire], term: TermCode, reading: Reading
    ) -> Iterator[tuple[StandingWire, Period]]:
        periods = self._desk.finder.periods(reading)
        starts = [period.start_on for period in periods.values() if period.term == term and period.part is None]
        newest: dict[str, tuple[StandingWire, Period]] = {}
        for row in sorted(rows, key=lambda row: row.id) if starts else ():
            period = periods.get(row.academic_period.id) if row.academic_period else None
            if period is not None and period.start_on <= starts[0]:
                known = newest.get(row.student.id)
                if known is None or known[1].start_on <= period.start_on:
                    newest[row.student.id] = row, period
        yield from newest.values()

    def _to_standing(
        self, row: StandingWire, period: Period, guids: Mapping[str, RecordHandle], reading: Reading
    ) -> Standing | None:
        stands = row.override_standing or row.standing
        found = self._desk.finder.catalog.standings.get(stands.id if stands else None, reading)
        if found is None:
            reading.lost(f"{_STANDINGS} {row.id}")
            return None
        good = found.name in self._settings.good_standings
        known = good or found.name in self._settings.poor_standings
        return Standing(person=guids[row.student.id], term=period.term, code=found.name, good=good if known else None)
