"""Who studies in a course, from when to when, and what of a story was seen of them by now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from simulator.canvas.coursework import Book, Entry, Presence, Story, View
from simulator.canvas.gradebook import Standing, stand_all
from simulator.canvas.rows import Course, Enrollment, User
from simulator.canvas.state import CanvasState

STUDENT = "StudentEnrollment"
CURRENT = ("active", "invited", "creation_pending")
"""States of those in whose column work is expected."""
EVERY = (*CURRENT, "completed", "inactive", "rejected")
"""Every state but deleted: whose work is listed when all students are asked for."""


class Student(NamedTuple):
    """A student of a course, by the enrolment that shows, with the story and the time in the course."""

    user: User
    row: Enrollment
    presence: Presence
    story: Story

    def standings(self, book: Book, now: datetime) -> list[Standing]:
        """How the student's work stands."""
        return stand_all(book, self.story, now, self.presence)

    def views(self, now: datetime) -> Sequence[View]:
        """The page views of the time in the course, until now."""
        return self.story.views(self.presence.since, self._last(now))

    def glance(self, now: datetime) -> tuple[datetime | None, int]:
        """The last page view until now, and the seconds of all of them."""
        return self.story.glance(self.presence.since, self._last(now))

    def entries(self, now: datetime) -> list[Entry]:
        """The contributions to discussions, until now."""
        since, last = self.presence.since, self._last(now)
        return [each for each in self.story.entries if since <= each.at <= last]

    def _last(self, now: datetime) -> datetime:
        """Now, or when the student left."""
        return now if self.presence.until is None else min(now, self.presence.until)


def presence_of(rows: Iterable[Enrollment]) -> Presence:
    """From the first of a student's enrolments in a course to the end of the last, None while one goes on."""
    listed = list(rows)
    ends = [_end_of(row) for row in listed]
    lasting = [each for each in ends if each is not None]
    return Presence(
        min(row.created_at for row in listed), max(lasting) if len(lasting) == len(ends) and lasting else None
    )


def _end_of(row: Enrollment) -> datetime | None:
    if row.workflow_state == "completed":
        return row.completed_at
    return None if row.workflow_state in CURRENT else row.updated_at


def student_of(state: CanvasState, book: Book, rows: Sequence[Enrollment]) -> Student:
    """The student behind some enrolments of one person in one course."""
    user = state.users[rows[0].user_id]
    shown = next((row for row in rows if row.workflow_state in CURRENT), rows[0])
    return Student(user, shown, presence_of(rows), book.story(user))


def students_of(
    state: CanvasState, book: Book, course: Course, *, section_id: int | None = None, states: Sequence[str] = EVERY
) -> list[Student]:
    """The students of a course, or of one of its sections, by user id."""
    rows_of: dict[int, list[Enrollment]] = {}
    for row in state.enrollments_of_course(course.id):
        if row.type == STUDENT and row.workflow_state != "deleted":
            rows_of.setdefault(row.user_id, []).append(row)
    wanted = {
        user_id
        for user_id, rows in rows_of.items()
        if any(row.workflow_state in states and section_id in (None, row.section_id) for row in rows)
    }
    return [student_of(state, book, rows_of[user_id]) for user_id in sorted(wanted)]


def teachers_of(state: CanvasState, course: Course) -> list[int]:
    """The user ids of a course's teachers, the longest-standing first; the service user where there is none."""
    rows = [row for row in state.enrollments_of_course(course.id) if row.type == "TeacherEnrollment"]
    living = [row for row in rows if row.workflow_state not in ("deleted", "rejected")]
    return list(dict.fromkeys(row.user_id for row in living)) or [state.service_user]


def grader_id(teachers: Sequence[int], grader: int | None) -> int | None:
    """Who entered a mark: a teacher's user id, or a negative number for a quiz that marks itself."""
    if grader is None or grader < 0:
        return grader
    return teachers[min(grader, len(teachers) - 1)]
