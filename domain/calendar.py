"""The calendar on campus: parts of term, census and the moment at which a deadline ends.

All questions of "before or after" are answered in the institution's own time zone (R114) and per part of term (R33),
because a withdrawal one day late costs a student a mark on the transcript.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.ids import TermCode
from domain.institution import Institution, PartOfTerm, TermCalendar
from domain.records import Section


class TermPhase(StrEnum):
    """Whether a term is worked on: live, already closed, too far ahead, or without a published calendar (R32)."""

    LIVE = "live"
    CLOSED = "closed"
    AHEAD = "ahead"
    UNKNOWN = "unknown"


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the campus day on which an instant falls."""
    return instant.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a campus day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a campus day, in UTC: the instant at which a deadline ends (R114)."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def part_of_term(section: Section, institution: Institution) -> PartOfTerm | None:
    """Return the part of term a section is taught in, or None where the calendar does not know it (R33)."""
    calendar = institution.calendar(section.key.term)
    return calendar.part(section.part) if calendar else None


def census_on(section: Section, institution: Institution) -> date | None:
    """Return the census date of a section: its own where the SIS gives one, else that of its part of term (R33)."""
    if section.census_on is not None:
        return section.census_on
    part = part_of_term(section, institution)
    return part.census_on if part else None


def add_period_over(section: Section, institution: Institution, today: date) -> bool:
    """Tell whether students can no longer add the section freely; waitlists end with that day (R54)."""
    part = part_of_term(section, institution)
    return part is not None and today > part.add_drop_end_on


def first_day(calendar: TermCalendar) -> date:
    """Return the first day of instruction of a term."""
    return min(part.start_on for part in calendar.parts)


def grades_close_on(calendar: TermCalendar) -> date:
    """Return the last day on which any grade of the term is accepted; the term is live until then (R32)."""
    return max(part.grades_close_on for part in calendar.parts)


def term_phase(term: TermCode, institution: Institution, today: date) -> TermPhase:
    """Say whether a term is live: the current one until its grades are in, and so many after it (R32, R34)."""
    calendar = institution.calendar(term)
    if calendar is None:
        return TermPhase.UNKNOWN
    if today > grades_close_on(calendar):
        return TermPhase.CLOSED
    ahead = [other for other in institution.calendars if _opens_between(other, calendar, today)]
    return TermPhase.LIVE if len(ahead) <= institution.live_terms_ahead else TermPhase.AHEAD


def _opens_between(other: TermCalendar, calendar: TermCalendar, today: date) -> bool:
    """Tell whether ``other`` is still open and starts before ``calendar``."""
    return today <= grades_close_on(other) and first_day(other) < first_day(calendar)


def advisor_deadline(calendar: TermCalendar, days_before_start: int) -> date:
    """Return the day by which an advisor should have looked, so many days before the first day of class (S137)."""
    return first_day(calendar) - timedelta(days=days_before_start)
