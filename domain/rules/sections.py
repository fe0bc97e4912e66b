"""Sections: which are ours, in which shape the LMS holds them, and when their dates differ enough to matter.

Rules R31 to R36, R41, R43 and R44; S249.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.calendar import TermPhase, day_end, day_start, part_of_term, term_phase
from domain.ids import Crn, SectionKey, TermCode
from domain.institution import Institution
from domain.lms import CourseState
from domain.records import Section, SectionStatus
from domain.rules.facts import SectionStanding

ROUNDING = timedelta(hours=12)
"""Instants closer than this name the same day: offsets and end-of-day conventions differ by hours (S249)."""


class DateVerdict(StrEnum):
    """Whether LMS dates agree, differ within the tolerance, or beyond it (S249)."""

    SAME = "same"
    WITHIN_TOLERANCE = "within_tolerance"
    BEYOND_TOLERANCE = "beyond_tolerance"


def section_key(term: str, crn: str) -> SectionKey:
    """Name a section by term and CRN, spaces and case removed; a CRN alone repeats every term (R31, E11)."""
    return SectionKey(TermCode(term.strip().upper()), Crn(crn.strip().upper()))


def is_over(section: Section, institution: Institution, today: date) -> bool:
    """Tell whether grades of the section's part of term are closed, after which absence proves nothing (R34)."""
    part = part_of_term(section, institution)
    return part is not None and today > part.grades_close_on


def is_published(section: Section, institution: Institution) -> bool:
    """Tell whether the schedule is released, for the section and for its whole term (R35)."""
    calendar = institution.calendar(section.key.term)
    return section.published and calendar is not None and calendar.published


def scope_of(section: Section, institution: Institution, today: date) -> SectionStanding:
    """Say whether a section is ours to change, before looking into the LMS (R32, R34, R35, R36, R43)."""
    phase = term_phase(section.key.term, institution, today)
    if phase is TermPhase.CLOSED or is_over(section, institution, today):
        return SectionStanding.TERM_CLOSED
    if phase is not TermPhase.LIVE:
        return SectionStanding.TERM_AHEAD
    if section.lms.casefold() != institution.lms_platform.casefold():
        return SectionStanding.OTHER_LMS
    if not is_published(section, institution):
        return SectionStanding.UNPUBLISHED
    return SectionStanding.CANCELLED if section.status is SectionStatus.CANCELLED else SectionStanding.LIVE


def is_concluded(state: CourseState) -> bool:
    """Tell whether the LMS course takes no more enrolments or grades (R44)."""
    return state is CourseState.COMPLETED


def lectures_with_labs(sections: Iterable[Section]) -> frozenset[SectionKey]:
    """Return the lectures whose students sit in their labs, so that no student row belongs in them (R41)."""
    return frozenset(
        SectionKey(section.key.term, section.linked_to)
        for section in sections
        if section.linked_to is not None and section.status is not SectionStatus.CANCELLED
    )


def expected_dates(section: Section, institution: Institution) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a section in UTC: local midnight and the end of the last day (R114)."""
    return day_start(section.start_on, institution.zone), day_end(section.end_on, institution.zone)


def compare_dates(expected: datetime, found: datetime | None, tolerance: timedelta) -> DateVerdict:
    """Say how an LMS date compares with the SIS date; no date in the LMS means it follows the term (S249)."""
    if found is None or abs(found - expected) <= ROUNDING:
        return DateVerdict.SAME
    within = abs(found - expected) <= tolerance + ROUNDING
    return DateVerdict.WITHIN_TOLERANCE if within else DateVerdict.BEYOND_TOLERANCE
