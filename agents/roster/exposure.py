"""Merged sections that do not meet: whose students see whom in one LMS course (R19)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agents.roster.comparing import Sides
from domain.ids import LmsCourseId, SisCourseId
from domain.lms import LmsState
from domain.records import Section
from domain.rules.facts import SectionStanding
from domain.rules.visibility import strangers_of
from store.staging_tables import section_text

PRESENT = frozenset({SectionStanding.LIVE, SectionStanding.MISPLACED})


class Exposure(NamedTuple):
    """One course, its sections that do not meet, and how many of their students are not kept to their own section."""

    course: SisCourseId
    sections: tuple[Section, ...]
    students: int


def find_exposures(sides: Sides, seeing: Mapping[str, int]) -> Iterator[Exposure]:
    """Find courses that the SIS itself shares among sections which do not meet, such as halves of a term (R19).

    ``seeing`` is what :func:`count_seeing` counted. A section that somebody put into a course by hand is found by where
    it hangs (R40).
    """
    for course, keys in _by_course(sides, frozenset({SectionStanding.LIVE})).items():
        sections = [sides.campus.sections[key] for key in keys]
        apart = [key for key in keys if strangers_of(sides.campus.sections[key], sections, sides.campus.homes)]
        students = sum(seeing.get(key, 0) for key in apart)
        if students:
            shown = sides.campus.courses[course].sis_course_id or sides.campus.homes[sections[0].key]
            yield Exposure(shown, tuple(sides.campus.sections[key] for key in apart), students)


def count_exposed_beside(sides: Sides, key: str, seeing: Mapping[str, int]) -> int:
    """Count the students of a section and of its strangers in one course who see each other (R19)."""
    course = sides.campus.course_of(key)
    keys = _by_course(sides, PRESENT).get(course.id, []) if course else []
    beside = [sides.campus.sections[each] for each in keys]
    strangers = [section_text(one.key) for one in strangers_of(sides.campus.sections[key], beside, sides.campus.homes)]
    return sum(seeing.get(each, 0) for each in (key, *strangers)) if strangers else 0


def count_seeing(sides: Sides) -> dict[str, int]:
    """Count per section the active students who are not kept to their own section."""
    counts: dict[str, int] = defaultdict(int)
    for key, row in sides.found.students.items():
        if row.first.state is LmsState.ACTIVE and not row.first.limited_to_section:
            counts[key.section] += 1
    return counts


def _by_course(sides: Sides, standings: frozenset[SectionStanding]) -> dict[LmsCourseId, list[str]]:
    """Return the sections of each course that the SIS knows, in the standings asked for."""
    found: dict[LmsCourseId, list[str]] = defaultdict(list)
    for key, place in sides.campus.lms_sections.items():
        if sides.sections.get(key) in standings and place.course in sides.campus.courses:
            found[place.course].append(key)
    return found
