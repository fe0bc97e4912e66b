"""Course dates against the calendar: corrected when slightly off, offered when far off, silent by minutes (S249)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from agents.roster.campus import Campus
from domain.ids import SisCourseId
from domain.lms import LmsCourse, LmsSection
from domain.records import Section
from domain.rules.facts import SectionStanding
from domain.rules.sections import DateVerdict, compare_dates, expected_dates

COMPARED = frozenset({SectionStanding.LIVE, SectionStanding.MISPLACED, SectionStanding.CONCLUDED})


class DateCase(NamedTuple):
    """A course whose dates differ from those of the section that owns it; instants in UTC."""

    key: str
    section: Section
    course: SisCourseId
    verdict: DateVerdict
    expected: tuple[datetime, datetime]
    found: tuple[datetime | None, datetime | None]
    section_dates: tuple[datetime | None, datetime | None]


def find_dates(campus: Campus, standings: dict[str, SectionStanding]) -> Iterator[DateCase]:
    """Find courses whose dates differ from the SIS dates of the section they were made for.

    Dates set on the section itself count before those of its course; a lab has no course of its own.
    """
    for key, section in campus.sections.items():
        course = campus.courses_by_sis_id.get(section.own_course_id)
        lms = campus.lms_sections.get(key)
        if standings[key] not in COMPARED or course is None or lms is None or section.linked_to is not None:
            continue
        found = effective_dates(lms, course)
        verdict = _worst(campus, section, found)
        if verdict is not DateVerdict.SAME:
            expected = expected_dates(section, campus.institution)
            dates = (lms.start_at, lms.end_at)
            yield DateCase(key, section, section.own_course_id, verdict, expected, found, dates)


def effective_dates(lms: LmsSection, course: LmsCourse) -> tuple[datetime | None, datetime | None]:
    """Return the dates that hold for the section: its own, else its course's."""
    return lms.start_at or course.start_at, lms.end_at or course.end_at


def _worst(campus: Campus, section: Section, found: tuple[datetime | None, datetime | None]) -> DateVerdict:
    tolerance = campus.institution.date_tolerance
    pairs = zip(expected_dates(section, campus.institution), found, strict=True)
    verdicts = {compare_dates(expected, date, tolerance) for expected, date in pairs}
    order = (DateVerdict.BEYOND_TOLERANCE, DateVerdict.WITHIN_TOLERANCE, DateVerdict.SAME)
    return next(verdict for verdict in order if verdict in verdicts)


def instant_text(instant: datetime | None) -> str:
    """Return an instant as images show it: UTC with Z, empty for none."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else ""
