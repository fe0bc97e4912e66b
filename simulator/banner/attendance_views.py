"""Attendance as Ethos shows it: a meeting pattern per section, and who was there where the department takes attendance.

Departments that do not take attendance have no `student-attendances` at all, which is not the same as nobody being
absent (R122). Rows are made when somebody asks: a student's diligence is settled by lot, a few never come (R102)
and a few stop coming. The properties are the vendor's; the filter by `section.id` is unconfirmed, the one by
`instructionalEvent.id` likely.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from simulator.banner.lots import falls_to, lot, pick
from simulator.banner.state import BannerState
from simulator.banner.tables import Registration, Section, guid_of
from simulator.banner.wire import Json, reference
from simulator.world.timetable import INDEPENDENT

TAKES_ATTENDANCE = frozenset({"BIOL", "CHEM", "EDUC", "MUS", "NURS", "THEA"})
"""Departments that take attendance."""
PATTERNS = ((0, 2), (1, 3))
"""Weekdays on which a section meets, Monday being 0."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOURS = (9, 11, 13, 15)
DILIGENT, STRUGGLING = 0.94, 0.62
STRUGGLES, NEVER_COMES, STOPS = 0.08, 0.012, 0.03
PARTIAL, EXCUSED = 0.05, 0.35
WEEK = timedelta(days=7)


class Attendance(NamedTuple):
    """One student at one meeting."""

    registration: Registration
    day: date

    @property
    def guid(self) -> str:
        """The GUID of the record."""
        return guid_of("student-attendances", self.registration.guid, self.day)


def event_guid(section: Section) -> str:
    """The GUID of a section's meeting pattern."""
    return guid_of("instructional-events", *section.key)


def list_events(state: BannerState) -> list[Section]:
    """Sections that meet; independent study has no fixed time."""
    return [section for section in state.sections.values() if section.method != INDEPENDENT]


def events_in_section(state: BannerState, guid: str) -> list[Section]:
    """The meeting pattern of one section, if it meets."""
    section = state.section_by_guid(guid)
    return [section] if section is not None and section.method != INDEPENDENT else []


def _weekdays(section: Section) -> tuple[int, ...]:
    return pick(PATTERNS, "weekdays", section.guid)


def show_event(state: BannerState, row: Section) -> Json:
    """When a section meets."""
    part = state.calendar.terms[row.key.term].part(row.part)
    hour = pick(HOURS, "hour", row.guid)
    span = {
        "startOn": state.calendar.at(part.start_on, time(hour)).isoformat(),
        "endOn": state.calendar.at(part.start_on, time(hour, 50)).isoformat(),
    }
    rule = {
        "type": "weekly",
        "interval": 1,
        "daysOfWeek": [DAYS[number] for number in _weekdays(row)],
        "ends": {"date": part.end_on.isoformat()},
    }
    return {
        "id": event_guid(row),
        "section": reference(row.guid),
        "instructionalMethod": reference(guid_of("instructional-methods", row.method)),
        "recurrence": {"timePeriod": span, "repeatRule": rule},
    }


def takes_attendance(section: Section) -> bool:
    """Whether attendance of a section is recorded."""
    return section.course.department.code in TAKES_ATTENDANCE and section.method != INDEPENDENT


def meetings(state: BannerState, row: Registration) -> Iterator[date]:
    """Days on which a section met while a student was in it."""
    part = state.calendar.terms[row.section.key.term].part(row.section.part)
    first = max(part.start_on, row.registered_on or part.start_on)
    last = min(part.end_on, state.calendar.local_day(state.clock.now()) - timedelta(days=1))
    if row.involved_until is not None:
        last = min(last, row.involved_until)
    weekdays = _weekdays(row.section)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() in weekdays:
            yield day


def _attendances(state: BannerState, row: Registration) -> Iterator[Attendance]:
    recorded = row.exported and row.status.reason in ("registered", "withdrawn") and takes_attendance(row.section)
    if recorded and row.section.status != "cancelled":
        for day in meetings(state, row):
            yield Attendance(row, day)


def list_attendances(state: BannerState) -> list[Attendance]:
    """Every attendance record."""
    return [each for row in state.registrations.values() for each in _attendances(state, row)]


def attendances_of(state: BannerState, guid: str) -> list[Attendance]:
    """The attendance of one student."""
    return [each for row in state.registrations_of.get(guid, ()) for each in _attendances(state, row)]


def attendances_in_section(state: BannerState, guid: str) -> list[Attendance]:
    """The attendance of one section."""
    key = state.section_keys.get(guid)
    return [each for row in state.rosters[key] for each in _attendances(state, row)] if key else []


def attendances_at_event(state: BannerState, guid: str) -> list[Attendance]:
    """The attendance of the section whose meeting pattern this is."""
    guids = [section.guid for section in list_events(state) if event_guid(section) == guid]
    return [each for section in guids for each in attendances_in_section(state, section)]


def category_of(state: BannerState, row: Attendance) -> str:
    """Present or absent, as the student's habits and the day's lot have it."""
    registration = row.registration
    if _stays_away(state, row):
        return "absentNotExcused"
    person = registration.person.guid
    diligence = STRUGGLING if falls_to(STRUGGLES, "struggles", person) else DILIGENT
    drawn = lot("attendance", registration.guid, row.day)
    if drawn < diligence:
        return "presentPartial" if drawn < diligence * PARTIAL else "presentFull"
    return "absentExcused" if (drawn - diligence) / (1 - diligence) < EXCUSED else "absentNotExcused"


def _stays_away(state: BannerState, row: Attendance) -> bool:
    """Whether a student never came, or had stopped coming by that day."""
    registration = row.registration
    if falls_to(NEVER_COMES, "never comes", registration.guid):
        return True
    if not falls_to(STOPS, "stops coming", registration.guid):
        return False
    part = state.calendar.terms[registration.section.key.term].part(registration.section.part)
    weeks = (part.end_on - part.start_on) // WEEK
    return row.day >= part.start_on + WEEK * int(1 + weeks * lot("last week", registration.guid))


def show_attendance(state: BannerState, row: Attendance) -> Json:
    """One student at one meeting."""
    section = row.registration.section
    taken = state.calendar.at(row.day, time(pick(HOURS, "hour", section.guid)))
    return {
        "id": row.guid,
        "student": reference(row.registration.person.guid),
        "instructionalEvent": reference(event_guid(section)),
        "attendanceTaken": taken.isoformat(),
        "attendance": {"category": category_of(state, row)},
    }
