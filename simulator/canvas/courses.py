"""Courses: created, edited and moved through their life, with what each event does to the enrolments inside."""

from __future__ import annotations

from datetime import datetime

from simulator.canvas.people import People
from simulator.canvas.refusals import Invalid, Rejected
from simulator.canvas.rows import Course, Enrollment, Section, Term
from simulator.canvas.writes import Value

EVENTS = {
    "claim": "claimed",
    "offer": "available",
    "conclude": "completed",
    "delete": "deleted",
    "undelete": "claimed",
}
"""What each course event makes of the state; `claimed` is shown as unpublished."""


class Courses(People):
    """Operations on courses."""

    def create_course(
        self,
        name: str,
        *,
        account_id: int | None = None,
        course_code: str | None = None,
        sis_course_id: str | None = None,
        term_id: int | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
        integration_id: str | None = None,
        course_format: str | None = None,
        offer: bool = False,
        reactivate: bool = False,
    ) -> Course:
        """Make a course, published when `offer`; `reactivate` revives a deleted one with the same SIS id instead."""
        with self.lock:
            state = "available" if offer else "claimed"
            if reactivate and (revived := self._deleted_course(sis_course_id)):
                self.change(revived, {"name": name, "course_code": course_code or name, "workflow_state": state})
                return revived
            self.require_free(Course, sis_course_id)
            self.require_free_integration(integration_id)
            return self.insert(
                Course(
                    id=self.next_id(Course),
                    workflow_state=state,
                    created_at=self.clock(),
                    updated_at=self.clock(),
                    name=name,
                    course_code=course_code or name,
                    account_id=account_id or min(self.accounts),
                    term_id=term_id or min(self.terms),
                    sis_course_id=sis_course_id,
                    integration_id=integration_id,
                    start_at=start_at,
                    end_at=end_at,
                    course_format=course_format,
                )
            )

    def _deleted_course(self, sis_course_id: str | None) -> Course | None:
        """Return the deleted course that still holds an SIS id, or None."""
        row = self.find_by_sis(Course, sis_course_id) if sis_course_id else None
        return row if row is not None and row.workflow_state == "deleted" else None

    def require_free_integration(self, integration_id: Value, own: Course | None = None) -> None:
        """Raise Invalid when another course carries the integration id, which is unique in the whole account."""
        holder = self.index.by_integration[Course].get(integration_id) if isinstance(integration_id, str) else None
        if holder is not None and (own is None or own.id != holder):
            raise Invalid("integration_id", "taken", f'Integration ID "{integration_id}" is already in use')

    def update_course(self, course_id: int, **changes: Value) -> Course:
        """Change fields of a course that is not deleted."""
        with self.lock:
            course = self.find(Course, course_id)
            self.require_free(Course, changes.get("sis_course_id"), course)
            self.require_free_integration(changes.get("integration_id"), course)
            self.change(course, changes)
            return course

    def course_event(self, course_id: int, event: str) -> Course:
        """Move a course by `claim`, `offer`, `conclude`, `delete` or `undelete`; its enrolments follow."""
        with self.lock:
            course = self.find(Course, course_id, deleted=event == "undelete")
            if event not in EVENTS:
                raise Rejected("No event specified or event not recognized")
            if event == "undelete" and course.workflow_state != "deleted":
                return course
            if event == "claim" and self._has_submissions(course):
                raise Rejected("course has student submissions and cannot be unpublished")
            self.set_course_state(course, EVENTS[event])
            return course

    def set_course_state(self, course: Course, state: str) -> None:
        """Change a course's state; concluding completes, deleting deletes, offering invites the enrolments in it."""
        if not self.change(course, {"workflow_state": state}):
            return
        for row in self.enrollments_of_course(course.id):
            if state == "completed" and row.workflow_state in ("active", "invited"):
                self.change(row, {"workflow_state": "completed", "completed_at": self.clock()})
            elif state == "deleted":
                self.change(row, {"workflow_state": "deleted"})
            elif state == "available" and row.workflow_state == "creation_pending":
                self.change(row, {"workflow_state": "invited"})

    def _has_submissions(self, course: Course) -> bool:
        """Tell whether students have scores here, which forbids unpublishing."""
        return any(row.current_score is not None for row in self.enrollments_of_course(course.id))

    def enrollments_of_course(self, course_id: int) -> list[Enrollment]:
        """Return all enrolments of a course, every state, in id order."""
        ids = [
            enrollment_id
            for section_id in self.index.sections_of_course[course_id]
            for enrollment_id in self.index.enrollments_of_section[section_id]
        ]
        return [self.enrollments[each] for each in sorted(ids)]

    def course_by_sis(self, sis_course_id: str) -> Course | None:
        """Return the course of an SIS id, deleted or not, or None."""
        return self.find_by_sis(Course, sis_course_id)

    def term_by_sis(self, sis_term_id: str) -> Term | None:
        """Return the term of an SIS id, or None."""
        return self.find_by_sis(Term, sis_term_id)

    def section_by_sis(self, sis_section_id: str) -> Section | None:
        """Return the section of an SIS id, deleted or not, or None."""
        return self.find_by_sis(Section, sis_section_id)

    def copy_content(self, source_id: int, target_id: int) -> None:
        """Copy a course's content into another, as a course copy does; names, dates and people stay."""
        with self.lock:
            source, target = self.find(Course, source_id), self.find(Course, target_id)
            copied = tuple(item for item in source.content if item not in target.content)
            self.change(target, {"content": target.content + copied})
