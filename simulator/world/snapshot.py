"""What a Canvas says, by natural key: the form in which two of them can be compared.

Integer ids differ between two Canvases that hold the same campus, so rows are named by their SIS ids; an
account without one is named by its login. Deleted and rejected enrolments count as absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from simulator.canvas.rows import Course, Enrollment, Section, User
from simulator.canvas.state import CanvasState
from simulator.world.carriage import Key

GONE = frozenset({"deleted", "rejected"})


class UserView(NamedTuple):
    """An account: its SIS id as it stands, its login in lower case, its names and whether it lives."""

    sis_user_id: str | None
    login: str
    name: str
    sortable_name: str
    state: str


class CourseView(NamedTuple):
    """A course as the campus would describe it."""

    name: str
    term: str | None
    state: str
    start_at: datetime | None
    end_at: datetime | None


class SectionView(NamedTuple):
    """A section, the course that shows it, and its home course while it is cross-listed."""

    name: str
    course: str
    home: str | None
    state: str


Standing = frozenset[tuple[str, str, str]]
"""Type, role and state of each enrolment that one person has in one section."""
ABSENT: Standing = frozenset()


@dataclass(slots=True)
class Snapshot:
    """Accounts, courses, sections and enrolments by natural key."""

    users: dict[str, UserView] = field(default_factory=dict)
    courses: dict[str, CourseView] = field(default_factory=dict)
    sections: dict[str, SectionView] = field(default_factory=dict)
    enrollments: dict[tuple[str, str], Standing] = field(default_factory=dict)


class SnapshotMaker:
    """Reads one Canvas into a snapshot. `aliases` maps former SIS user ids to present ones."""

    def __init__(self, canvas: CanvasState, aliases: dict[str, str]) -> None:
        self._canvas = canvas
        self._aliases = aliases

    def make(self) -> Snapshot:
        """The whole Canvas as it stands."""
        canvas = self._canvas
        with canvas.lock:
            users = {row.id: self.user_key(row) for row in canvas.users.values()}
            snapshot = Snapshot()
            for user in canvas.users.values():
                if user.workflow_state != "deleted" and user.id != canvas.service_user:
                    snapshot.users[users[user.id]] = self._user_view(user)
            for course in canvas.courses.values():
                if course.workflow_state != "deleted":
                    snapshot.courses[course_key(course)] = self._course_view(course)
            for section in canvas.sections.values():
                if section.workflow_state != "deleted":
                    snapshot.sections[self._section_key(section)] = self._section_view(section)
            snapshot.enrollments = self._standings(users)
            return snapshot

    def user_key(self, user: User) -> str:
        """The present SIS id of a person, or the login of an account that has none."""
        login = self._canvas.login_of(user)
        if login is None:
            return f"user:{user.id}"
        if login.sis_user_id is None:
            return f"login:{login.unique_id.lower()}"
        return self._aliases.get(login.sis_user_id, login.sis_user_id)

    def _user_view(self, user: User) -> UserView:
        login = self._canvas.login_of(user)
        state = login.workflow_state if login else user.workflow_state
        return UserView(
            login.sis_user_id if login else None,
            login.unique_id.lower() if login else "",
            user.name,
            user.sortable_name,
            state,
        )

    def _course_view(self, course: Course) -> CourseView:
        term = self._canvas.terms[course.term_id].sis_term_id
        return CourseView(course.name, term, course.workflow_state, _minute(course.start_at), _minute(course.end_at))

    def _section_key(self, section: Section) -> str:
        return section.sis_section_id or f"name:{section.name}"

    def _section_view(self, section: Section) -> SectionView:
        courses = self._canvas.courses
        home = section.nonxlist_course_id
        return SectionView(
            section.name,
            course_key(courses[section.course_id]),
            course_key(courses[home]) if home is not None else None,
            section.workflow_state,
        )

    def _standings(self, users: dict[int, str]) -> dict[tuple[str, str], Standing]:
        canvas = self._canvas
        sections = {row.id: self._section_key(row) for row in canvas.sections.values()}
        found: dict[tuple[str, str], list[Enrollment]] = {}
        for row in canvas.enrollments.values():
            if row.workflow_state not in GONE:
                found.setdefault((sections[row.section_id], users[row.user_id]), []).append(row)
        return {key: self._standing(rows) for key, rows in found.items()}

    def _standing(self, rows: Iterable[Enrollment]) -> Standing:
        roles = self._canvas.roles
        return frozenset((row.type, roles[row.role_id].name, row.workflow_state) for row in rows)

    def make_part(self, keys: Iterable[Key]) -> Snapshot:
        """Only what certain keys name: courses, sections and enrolments."""
        canvas, snapshot = self._canvas, Snapshot()
        with canvas.lock:
            for kind, name, *rest in keys:
                if kind == "enrollment":
                    self._add_standing(snapshot, name, rest[0])
                elif kind == "section" and (section := canvas.section_by_sis(name)) is not None:
                    snapshot.sections[name] = self._section_view(section)
                elif kind == "course" and (course := canvas.course_by_sis(name)) is not None:
                    snapshot.courses[name] = self._course_view(course)
        return snapshot

    def _add_standing(self, snapshot: Snapshot, section_id: str, person: str) -> None:
        section = self._canvas.section_by_sis(section_id)
        former = [prior for prior, present in self._aliases.items() if present == person]
        for banner_id in (person, *former):
            user = self._canvas.user_by_sis(banner_id)
            if section is None or user is None:
                continue
            rows = [
                row
                for row in self._canvas.enrollments_of_user(user.id)
                if row.section_id == section.id and row.workflow_state not in GONE
            ]
            if rows:
                snapshot.enrollments[section_id, person] = self._standing(rows)


def _minute(moment: datetime | None) -> datetime | None:
    """The minute of a moment: whether a day ends with the last minute or the last second is all the same."""
    return moment.replace(second=0, microsecond=0) if moment else None


def course_key(course: Course) -> str:
    """The SIS id of a course, or the name of one that has none."""
    return course.sis_course_id or f"name:{course.name}"


def take_snapshot(canvas: CanvasState, aliases: dict[str, str]) -> Snapshot:
    """What a Canvas says now, with former SIS user ids read as the present ones."""
    return SnapshotMaker(canvas, aliases).make()
