"""Sections taught together: which course they share, and what to say before one is moved (R38, R39, R40)."""

from collections.abc import Iterable, Mapping, Sequence

from domain.ids import SectionKey, SisCourseId
from domain.records import Section, SectionStatus


def primary_of(group: Sequence[Section]) -> Section:
    """Return the section whose course the group shares: the SIS's choice, else the lowest CRN (R39).

    Cancelled sections neither lead nor follow, unless all are.
    """
    active = [section for section in group if section.status is not SectionStatus.CANCELLED] or list(group)
    chosen = [section for section in active if section.cross_list_primary] or active
    return min(chosen, key=lambda section: section.key)


def group_key(section: Section) -> str | None:
    """Return the cross-list group within its term, or None where the section stands alone (R31, R39)."""
    return f"{section.key.term}:{section.cross_list_group}" if section.cross_list_group else None


def course_homes(sections: Iterable[Section]) -> dict[SectionKey, SisCourseId]:
    """Return the LMS course in which each section is taught (R39, R41).

    A lab lives in its lecture's course, a cross-listed section in that of its group's primary section, any other in
    its own.
    """
    rows = list(sections)
    by_key = {section.key: section for section in rows}
    groups = _groups(rows)
    return {section.key: _home(section, by_key, groups).own_course_id for section in rows}


def _groups(sections: Sequence[Section]) -> dict[str, list[Section]]:
    groups: dict[str, list[Section]] = {}
    for section in sections:
        key = group_key(section)
        if key is not None:
            groups.setdefault(key, []).append(section)
    return groups


def _home(section: Section, by_key: Mapping[SectionKey, Section], groups: Mapping[str, Sequence[Section]]) -> Section:
    key = group_key(section)
    if key is not None:
        return primary_of(groups[key])
    if section.linked_to is None:
        return section
    lecture = by_key.get(SectionKey(section.key.term, section.linked_to))
    return _home(lecture, by_key, groups) if lecture is not None and lecture.linked_to is None else section


def is_misplaced(expected: SisCourseId, found: SisCourseId | None) -> bool:
    """Tell whether a section hangs under another course than the SIS says (R40)."""
    return found is not None and found != expected


def moving_warning(enrolments: int, last_activity: bool) -> str:
    """Word what moving a section leaves behind, with counts, for the person who must approve it (R38)."""
    activity = "their activity stays with the course they leave" if last_activity else "no activity is on record"
    return f"{enrolments} enrolments move with the section; {activity}."
