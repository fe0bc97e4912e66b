"""Enrolments, with the rule that surprises every feed: enrolling someone again revives what was dropped."""

from __future__ import annotations

from datetime import datetime

from simulator.canvas.refusals import NotFound, Rejected
from simulator.canvas.rows import Enrollment, Role, Section, User
from simulator.canvas.sections import Sections
from simulator.canvas.writes import Value

STATES = ("active", "invited", "inactive", "completed", "creation_pending", "deleted", "rejected")

LEAVE_STATES = {
    "conclude": "completed",
    "delete": "deleted",
    "inactivate": "inactive",
    "deactivate": "inactive",
}
"""What each way of leaving makes of an enrolment."""

STAFF = ("TeacherEnrollment", "TaEnrollment", "DesignerEnrollment")


class Membership(Sections):
    """Operations on enrolments."""

    def enroll(
        self,
        section_id: int,
        user_id: int,
        type_: str = "StudentEnrollment",
        role: str | None = None,
        state: str = "invited",
        *,
        associated_user_id: int | None = None,
        limit_privileges: bool = False,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
    ) -> Enrollment:
        """Enrol a user in a section, reusing the row of the same person, section, type, role and observed student.

        An active row stays as it is; a completed, rejected, deleted, inactive or invited one takes the requested
        state, and a deleted one loses its SIS import tag. `role` is a custom role's name.
        """
        with self.lock:
            section, user = self.find(Section, section_id), self.find(User, user_id)
            role_row = self.role_for(type_, role)
            state = self._reachable_state(section, role_row.base_type, state)
            options: dict[str, Value] = {
                "limit_privileges": limit_privileges,
                "start_at": start_at,
                "end_at": end_at,
            }
            key = (user.id, section.id, role_row.base_type, role_row.id, associated_user_id)
            known = self.index.enrollments.get(key)
            if known is not None:
                return self._revive(self.enrollments[known], state, options)
            row = self.new_enrollment(section, user, role_row, state, associated_user_id)
            for name, value in options.items():
                setattr(row, name, value)
            return self.insert(row)

    def role_for(self, type_: str, role: str | None) -> Role:
        """Return the named custom role, or the built-in one of a type; raises Rejected for an unknown one."""
        found = self.role_named(role or type_)
        if found is None or (role and type_ and found.base_type != type_):
            raise Rejected("Invalid role")
        return found

    def new_enrollment(
        self, section: Section, user: User, role: Role, state: str, associated_user_id: int | None = None
    ) -> Enrollment:
        """Return an enrolment row that is not stored yet."""
        now = self.clock()
        return Enrollment(
            id=self.next_id(Enrollment),
            workflow_state=state,
            created_at=now,
            updated_at=now,
            user_id=user.id,
            course_id=section.course_id,
            section_id=section.id,
            type=role.base_type,
            role_id=role.id,
            associated_user_id=associated_user_id,
            completed_at=now if state == "completed" else None,
        )

    def _reachable_state(self, section: Section, base_type: str, state: str) -> str:
        """Return the state Canvas really gives; raises Rejected for one unknown and for a concluded course.

        A concluded course still takes people in a section whose own end date lies ahead. An unpublished one holds
        back a student's invitation.
        """
        course = self.courses[section.course_id]
        if state not in STATES:
            raise Rejected("Invalid enrollment state")
        still_open = section.restrict_dates and section.end_at is not None and section.end_at > self.clock()
        if course.workflow_state == "completed" and not still_open:
            raise Rejected("Can't add an enrollment to a concluded course.")
        if state == "invited" and base_type not in STAFF and course.workflow_state != "available":
            return "creation_pending"
        return state

    def _revive(self, row: Enrollment, state: str, options: dict[str, Value]) -> Enrollment:
        """Reuse an existing row by Canvas's rule."""
        changes = dict(options)
        if row.workflow_state != "active":
            changes["workflow_state"] = state
        was_deleted = row.workflow_state == "deleted"
        self.change(row, changes)
        if was_deleted:
            row.sis_import_id = None
        return row

    def leave(self, enrollment_id: int, task: str = "conclude") -> Enrollment:
        """End an enrolment: `conclude` completes it, `delete` removes it, `inactivate` hides the course."""
        with self.lock:
            row = self.find(Enrollment, enrollment_id)
            if task not in LEAVE_STATES:
                raise Rejected("Invalid task")
            state = LEAVE_STATES[task]
            self.change(row, {"workflow_state": state, "completed_at": self._end_of(row, state)})
            return row

    def _end_of(self, row: Enrollment, state: str) -> datetime | None:
        """Return when a row was completed, if its new state is completed."""
        return (row.completed_at or self.clock()) if state == "completed" else None

    def set_enrollment_state(self, row: Enrollment, state: str) -> bool:
        """Put an enrolment into a state directly, as an SIS import does; returns whether that changed anything."""
        return self.change(row, {"workflow_state": state, "completed_at": self._end_of(row, state)})

    def reactivate(self, enrollment_id: int) -> Enrollment:
        """Make an inactive enrolment active; any other state is refused."""
        with self.lock:
            row = self.find(Enrollment, enrollment_id)
            if row.workflow_state != "inactive":
                raise Rejected("enrollment not inactive", key="error")
            self.change(row, {"workflow_state": "active"})
            return row

    def answer_invitation(self, enrollment_id: int, *, accept: bool) -> Enrollment:
        """Accept or reject an invitation; raises Rejected unless the enrolment is invited."""
        with self.lock:
            row = self.find(Enrollment, enrollment_id)
            if row.workflow_state != "invited":
                raise Rejected("no current invitation", key="error")
            self.change(row, {"workflow_state": "active" if accept else "rejected"})
            return row

    def enrollments_of_section(self, section_id: int) -> list[Enrollment]:
        """Return all enrolments of a section, every state, in id order."""
        return [self.enrollments[each] for each in self.index.enrollments_of_section[section_id]]

    def enrollments_of_user(self, user_id: int) -> list[Enrollment]:
        """Return all enrolments of a user, every state, in id order."""
        return [self.enrollments[each] for each in self.index.enrollments_of_user[user_id]]

    def enrollment_of(
        self, section_id: int, user_id: int, type_: str = "StudentEnrollment", role: str | None = None
    ) -> Enrollment:
        """Return the enrolment of a person in a section under a type and role; raises NotFound when there is none."""
        found = self.index.enrollments.get((user_id, section_id, type_, self.role_for(type_, role).id, None))
        if found is None:
            raise NotFound
        return self.enrollments[found]
