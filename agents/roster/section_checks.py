"""Sections and courses that are not as the SIS has them: missing, ended early, misplaced, without a teacher."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from agents.roster.campus import Campus
from domain.errors import InvalidRecord
from domain.findings import Finding, Severity
from domain.ids import SectionKey, SisCourseId
from domain.lms import LmsCourse
from domain.records import Section
from domain.rules.facts import SectionStanding
from domain.rules.instructors import lacks_teacher, lost_study, shares_study
from domain.rules.sections import find_predecessor


class MissingPlace(NamedTuple):
    """Sections that the LMS does not have, and whether their course is missing with them."""

    course: SisCourseId
    course_missing: bool
    keys: tuple[str, ...]


def find_recreated(campus: Campus, standings: Mapping[str, SectionStanding]) -> dict[str, SectionKey]:
    """Return sections that the LMS still has under the id they had before, by staged key (R37).

    Where several sections of a course are missing, nobody can say which one replaces the old one.
    """
    missing = [key for key, standing in standings.items() if standing is SectionStanding.NO_LMS_SECTION]
    homes = Counter(campus.homes[campus.sections[key].key] for key in missing)
    orphans = [
        (campus.section_key(key), course.sis_course_id)
        for key, standing in standings.items()
        if standing is SectionStanding.UNKNOWN_TO_SIS and (course := campus.course_of(key)) is not None
    ]
    found = {key: find_predecessor(campus.homes[campus.sections[key].key], orphans) for key in missing}
    alone = {key: old for key, old in found.items() if homes[campus.homes[campus.sections[key].key]] == 1}
    return {key: old for key, old in alone.items() if old is not None}


def find_missing_places(
    campus: Campus, standings: dict[str, SectionStanding], recreated: Collection[str] = ()
) -> list[MissingPlace]:
    """Return what must be made, a missing course once with all its sections, a missing section by itself (S179)."""
    by_course: dict[SisCourseId, list[str]] = defaultdict(list)
    for key, section in campus.sections.items():
        if standings[key] is SectionStanding.NO_LMS_SECTION and key not in recreated:
            by_course[campus.homes[section.key]].append(key)
    places: list[MissingPlace] = []
    for course, keys in by_course.items():
        if course in campus.courses_by_sis_id:
            places += [MissingPlace(course, course_missing=False, keys=(key,)) for key in keys]
        else:
            places.append(MissingPlace(course, course_missing=True, keys=tuple(keys)))
    return places


def find_concluded(campus: Campus, standings: dict[str, SectionStanding]) -> dict[SisCourseId, list[str]]:
    """Return courses that ended in the LMS while the SIS still teaches in them, with their sections (R44)."""
    concluded: dict[SisCourseId, list[str]] = defaultdict(list)
    for key, section in campus.sections.items():
        course = campus.course_of(key)
        if standings[key] is SectionStanding.CONCLUDED and course is not None and campus.today <= section.end_on:
            concluded[course.sis_course_id or campus.homes[section.key]].append(key)
    return dict(concluded)


def find_misplaced(campus: Campus, standings: dict[str, SectionStanding]) -> Iterator[tuple[str, Section, LmsCourse]]:
    """Find sections that hang under another course than the SIS says, in either direction (R39, R40)."""
    for key, section in campus.sections.items():
        course = campus.course_of(key)
        if standings[key] is SectionStanding.MISPLACED and course is not None:
            yield key, section, course


def find_studies(campus: Campus, standings: dict[str, SectionStanding]) -> Iterator[Finding]:
    """Name independent studies that do not have exactly one instructor (R42).

    The SIS does not say who studies with whom, so the sections are not made and the students not parted by rule.
    """
    for key, section in campus.sections.items():
        if standings[key] is not SectionStanding.LIVE:
            continue
        if shares_study(section):
            message = f"An independent study has {len(section.instructors)} instructors and one LMS section."
            yield _warn_of(section, message, "Give each instructor a section of their own in the SIS.")
        elif lost_study(section):
            message = "An independent study has lost its instructor and is still in the LMS."
            yield _warn_of(section, message, "Assign an instructor in the SIS, or cancel the section there.")


def _warn_of(section: Section, message: str, fix: str) -> Finding:
    return Finding(
        code=InvalidRecord.code,
        severity=Severity.WARNING,
        subject=f"section {section.key}",
        message=message,
        fix=fix,
    )


def find_without_teacher(campus: Campus, standings: dict[str, SectionStanding]) -> Iterator[Finding]:
    """Name sections whose only staff are assistants, so that somebody can be given teacher rights (R45)."""
    for key, section in campus.sections.items():
        alone = section.linked_to is None and lacks_teacher(section.instructors)
        if alone and standings[key] is SectionStanding.LIVE:
            message = "Only assistants are assigned, so nobody holds teacher rights in the course."
            yield _warn_of(section, message, "Assign an instructor of record in the SIS.")
