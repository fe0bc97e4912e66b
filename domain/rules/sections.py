"""Sections: which are ours, in which shape the LMS holds them, and when their dates differ enough to matter.

Rules R31 to R37, R41, R43, R44 and R47; S249.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.calendar import TermPhase, day_end, day_start, part_of_term, term_phase
from domain.ids import Crn, SectionKey, SisCourseId, TermCode
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


def find_predecessor(home: SisCourseId, orphans: Iterable[tuple[SectionKey, SisCourseId | None]]) -> SectionKey | None:
    """Return the LMS section that a section made anew replaces: the only one in its course that the SIS lost (R37).

    ``home`` is the course in which the new section is taught, ``orphans`` are LMS sections that the SIS does not list,
    each with the course it hangs in. Two of them in one course would be a guess, which nobody makes.
    """
    found = [key for key, course in orphans if course == home]
    return found[0] if len(found) == 1 else None


class CourseUse(NamedTuple):
    """What a course holds, each count None where it could not be read."""

    enrolments: int | None
    submissions: int | None
    content_items: int | None


def is_expired(ended_on: date, years: int, today: date, *, excepted: bool = False) -> bool:
    """Tell whether a course has outlived its retention; one that is excepted never has (R47)."""
    expires = (ended_on.year + years, ended_on.month, ended_on.day)
    return not excepted and (today.year, today.month, today.day) > expires


def is_unused_shell(use: CourseUse) -> bool:
    """Tell whether a course is proven empty, so that its removal may be proposed; unknown is not empty (R47)."""
    return all(count == 0 for count in use)


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
