"""Names the courses and terms that transcripts and classes refer to, by code tables."""

from domain.ids import TermCode
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.wire import CourseWire, SectionWire
from tools.sis.banner.wire_grades import LineWire
from tools.sis.reading import Reading


class CourseNames:
    """Course names such as ``MATH 101`` and term codes, looked up for one reading."""

    def __init__(self, desk: Desk, reading: Reading) -> None:
        self._desk, self._reading = desk, reading
        self._periods = desk.finder.periods(reading)
        self._sections: dict[str, SectionWire | None] = {}

    def name(self, course: CourseWire | None) -> str:
        """Return subject and number; empty where either is not known."""
        subject = course.subject.id if course and course.subject else None
        found = self._desk.finder.catalog.subjects.get(subject, self._reading)
        return f"{found.name} {course.number}" if course and found else ""

    def course_of(self, line: LineWire) -> str:
        """Return the course of a transcript line; what only a name tells is named as it stands there."""
        named = line.course
        if named is None:
            return ""
        guid = named.detail.id if named.detail else None
        section = self._section(line) if guid is None else None
        guid = guid or (section.course.id if section and section.course else None)
        return self.name(self._desk.finder.catalog.courses.get(guid, self._reading)) or named.name or ""

    def term_of(self, line: LineWire) -> TermCode | None:
        """Return the term of a transcript line, by itself or by its class; None where neither tells."""
        period = line.academic_period
        if period is None:
            section = self._section(line)
            period = section.academic_period if section else None
        found = self._periods.get(period.id) if period else None
        return found.term if found else None

    def is_before(self, line: LineWire, term: TermCode) -> bool:
        """Tell whether a line is of an earlier term; one without a term, such as a transferred course, is."""
        of_line, this = self.term_of(line), self._start(term)
        return of_line is None or this is None or (of_line != term and (self._start(of_line) or this) < this)

    def _start(self, term: TermCode) -> str | None:
        whole = [period for period in self._periods.values() if period.term == term and period.part is None]
        return whole[0].start_on.isoformat() if whole else None

    def _section(self, line: LineWire) -> SectionWire | None:
        guid = line.course.section.id if line.course and line.course.section else ""
        if guid and guid not in self._sections:
            self._sections[guid] = self._desk.proxy.find(SectionWire, "sections", guid, self._reading)
        return self._sections.get(guid)
