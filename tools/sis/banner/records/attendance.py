"""Attendance of a class as the SIS keeps it; many classes keep none, which is no absence (R100, R122)."""

from domain.ids import RecordHandle, SectionKey
from domain.learning import Attendance, AttendanceMark
from domain.ports import Fetch
from tools.sis.banner.dates import read_day
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.wire_records import AttendanceWire, EventWire
from tools.sis.reading import Reading

_EVENTS, _ATTENDANCES = "instructional-events", "student-attendances"
_MARKS = {
    "presentFull": AttendanceMark.PRESENT,
    "presentPartial": AttendanceMark.PARTLY,
    "absentExcused": AttendanceMark.EXCUSED,
    "absentNotExcused": AttendanceMark.ABSENT,
}


class AttendanceOffice:
    """Reads attendance from one tenant; fits ``domain.learning_ports.AttendanceReader``."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._settings = desk, desk.settings

    def read_attendance(self, section: SectionKey) -> Fetch[Attendance]:
        """Read one line per student and meeting; a class without any keeps none."""
        reading = Reading("banner")
        row = self._desk.section_row(section, reading)
        if row is None:
            reading.note_empty(f"section of the name {section}")
            return reading.fetch((), self._desk.clock)
        marks = self._marks(row.id, reading)
        handles = self._desk.people.handles((mark.student.id for mark in marks), reading)
        found = [
            one for mark in marks if (one := self._to_attendance(section, mark, handles.get(mark.student.id), reading))
        ]
        return reading.fetch(sorted(found, key=lambda one: (one.day, one.person)), self._desk.clock)

    def _marks(self, guid: str, reading: Reading) -> list[AttendanceWire]:
        """Return the attendance records of every meeting pattern of a section."""
        events = self._desk.ask(EventWire, _EVENTS, reading, self._settings.events_of_section.params(id=guid)) or {}
        found: list[AttendanceWire] = []
        for event in sorted(one.id for one in events.values() if one.section and one.section.id == guid):
            query = self._settings.attendances_of_event.params(id=event)
            rows = self._desk.ask(AttendanceWire, _ATTENDANCES, reading, query) or {}
            found += [row for row in rows.values() if row.instructional_event and row.instructional_event.id == event]
        return found

    def _to_attendance(
        self, section: SectionKey, row: AttendanceWire, person: RecordHandle | None, reading: Reading
    ) -> Attendance | None:
        day = read_day(row.attendance_taken, self._desk.finder.institution.zone)
        if person is None or day is None:
            reading.lost_in(section, f"{_ATTENDANCES} {row.id}")
            return None
        word = row.attendance.category if row.attendance else ""
        return Attendance(section=section, person=person, day=day, mark=_MARKS.get(word, AttendanceMark.UNKNOWN))
