"""What differs between a faithful Canvas and the campus's own, each thing once and at its outermost.

Compared by natural key: accounts, courses, sections, then enrolments. What an outer difference explains is not
listed again: a missing account or one under a wrong SIS id takes its enrolments along, a missing course its
sections, a missing section its enrolments, a course ended early the enrolments that ended with it. One student
missing in one section of a course and present in another one of it is a single item that names both sections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from simulator.world.snapshot import ABSENT, CourseView, SectionView, Snapshot, Standing, UserView

State = Mapping[str, object] | None
Named = TypeVar("Named")


class Difference(NamedTuple):
    """One thing that is not as it should be.

    `keys` names it by SIS ids (`section` and `person`, or `course`; `from_section` in a move). `before` is its
    state in the faithful Canvas, `after` in the campus's own; None where it does not exist.
    """

    kind: str
    keys: Mapping[str, str]
    before: State
    after: State


def _user_state(view: UserView | None) -> State:
    return None if view is None else view._asdict()


def _course_state(view: CourseView | None) -> State:
    if view is None:
        return None
    dates = {
        "start_at": view.start_at.isoformat() if view.start_at else None,
        "end_at": view.end_at.isoformat() if view.end_at else None,
    }
    return {**view._asdict(), **dates}


def _section_state(view: SectionView | None) -> State:
    return None if view is None else view._asdict()


def _standing_state(standing: Standing) -> State:
    if not standing:
        return None
    rows = [{"type": type_, "role": role, "state": state} for type_, role, state in sorted(standing)]
    return {"enrollments": rows}


class Compared(NamedTuple):
    """What differs, and what besides an outer difference explains."""

    differences: list[Difference]
    absorbed: list[Difference]


class Comparison:
    """Compares two snapshots. `course_of` names the catalogue course and term of a section by its SIS id."""

    def __init__(self, faithful: Snapshot, actual: Snapshot, course_of: Callable[[str], str | None]) -> None:
        self._faithful = faithful
        self._actual = actual
        self._course_of = course_of
        self._absorbed_people: set[str] = set()
        self._absorbed_sections: set[str] = set()
        self._ended_courses: set[str] = set()
        self._absorbed: list[Difference] = []

    def compare(self) -> Compared:
        """Everything that differs, outermost first."""
        outer = [*self._users(), *self._courses(), *self._sections()]
        return Compared(outer + self._enrollments(), self._absorbed)

    def _users(self) -> Iterator[Difference]:
        for key in _all_keys(self._faithful.users, self._actual.users):
            before, after = self._faithful.users.get(key), self._actual.users.get(key)
            if before == after:
                continue
            if before is None or after is None or before.sis_user_id != after.sis_user_id:
                self._absorbed_people.add(key)
            yield Difference("user", {"person": key}, _user_state(before), _user_state(after))

    def _courses(self) -> Iterator[Difference]:
        for key in _all_keys(self._faithful.courses, self._actual.courses):
            before, after = self._faithful.courses.get(key), self._actual.courses.get(key)
            if before == after:
                continue
            if before is not None and after is not None and before.state != after.state:
                self._ended_courses.add(key)
            sections = [name for name, view in self._faithful.sections.items() if view.course == key]
            if after is None and len(sections) == 1 and sections[0] not in self._actual.sections:
                continue
            if after is None:
                self._absorbed_sections.update(sections)
            yield Difference("course", {"course": key}, _course_state(before), _course_state(after))

    def _sections(self) -> Iterator[Difference]:
        renamed = self._renamed_sections()
        for key, origin in renamed.items():
            view = self._faithful.sections[key]
            self._absorbed_sections.update((key, origin))
            keys = {"section": key, "course": view.course, "from_section": origin}
            yield Difference("section", keys, _section_state(view), _section_state(self._actual.sections[origin]))
        for key in _all_keys(self._faithful.sections, self._actual.sections):
            before, after = self._faithful.sections.get(key), self._actual.sections.get(key)
            if before == after or key in self._absorbed_sections:
                continue
            if before is None or after is None:
                self._absorbed_sections.add(key)
            keys = {"section": key, "course": (before or after or NOWHERE).course}
            yield Difference("section", keys, _section_state(before), _section_state(after))

    def _renamed_sections(self) -> dict[str, str]:
        """Sections that stand under another SIS id in their course, where only one is missing and one is too many."""
        missing = _by_course(self._faithful.sections, self._actual.sections)
        added = _by_course(self._actual.sections, self._faithful.sections)
        pairs = ((missing[course], added[course]) for course in missing.keys() & added.keys())
        return {keys[0]: others[0] for keys, others in pairs if len(keys) == len(others) == 1}

    def _enrollments(self) -> list[Difference]:
        found: dict[tuple[str, str], Difference] = {}
        for key in _all_keys(self._faithful.enrollments, self._actual.enrollments):
            before = self._faithful.enrollments.get(key, ABSENT)
            after = self._actual.enrollments.get(key, ABSENT)
            section, person = key
            if before == after:
                continue
            keys = {"section": section, "person": person}
            difference = Difference("enrollment", keys, _standing_state(before), _standing_state(after))
            if self._is_explained(section, person, before, after):
                self._absorbed.append(difference)
            else:
                found[key] = difference
        return list(self._pair_moves(found).values())

    def _is_explained(self, section: str, person: str, before: Standing, after: Standing) -> bool:
        """Whether an outer difference already says it."""
        if section in self._absorbed_sections or person in self._absorbed_people:
            return True
        view = self._actual.sections.get(section)
        if view is None or view.course not in self._ended_courses:
            return False
        ended = {(type_, role, "completed") for type_, role, _ in before}
        return ended == set(after)

    def _pair_moves(self, found: dict[tuple[str, str], Difference]) -> dict[tuple[str, str], Difference]:
        """Join a student's absence in one section with the presence in another one of the same course."""
        missing: dict[tuple[str, str], tuple[str, str]] = {}
        for (section, person), difference in found.items():
            course = self._course_of(section)
            if course is not None and _is_active(difference.before) and difference.after is None:
                missing[course, person] = (section, person)
        for key, difference in list(found.items()):
            section, person = key
            course = self._course_of(section)
            target = missing.get((course, person)) if course is not None else None
            if target is None or difference.before is not None or not _is_active(difference.after):
                continue
            keys = {"section": target[0], "person": person, "from_section": section}
            found[target] = Difference("enrollment", keys, found[target].before, difference.after)
            del found[key], missing[course or "", person]
        return found


def _by_course(sections: Mapping[str, SectionView], others: Mapping[str, SectionView]) -> dict[str, list[str]]:
    """The sections that the other side lacks, by course."""
    found: dict[str, list[str]] = {}
    for key, view in sections.items():
        if key not in others:
            found.setdefault(view.course, []).append(key)
    return found


NOWHERE = SectionView("", "", None, "")


def _is_active(state: State) -> bool:
    rows = state["enrollments"] if state else ()
    return isinstance(rows, list) and any(
        row["type"] == "StudentEnrollment" and row["state"] == "active" for row in rows
    )


def _all_keys(faithful: Mapping[Named, object], actual: Mapping[Named, object]) -> list[Named]:
    return [*faithful, *(key for key in actual if key not in faithful)]


def compare(faithful: Snapshot, actual: Snapshot, course_of: Callable[[str], str | None]) -> Compared:
    """What differs between what should be and what is."""
    return Comparison(faithful, actual, course_of).compare()
