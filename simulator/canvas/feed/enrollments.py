"""Applying enrolments: the same person, section and role is the same row, whatever state it was left in."""

from __future__ import annotations

from typing import TypeVar

from simulator.canvas.feed.files import FeedRow
from simulator.canvas.feed.run import RowRefused, Run, moment, status_of
from simulator.canvas.rows import Course, Enrollment, Login, Role, Section, User
from simulator.canvas.writes import Value

RowT = TypeVar("RowT", Course, Section)

ROLE_TYPES = {
    "student": "StudentEnrollment",
    "teacher": "TeacherEnrollment",
    "ta": "TaEnrollment",
    "designer": "DesignerEnrollment",
    "observer": "ObserverEnrollment",
}
"""The short role names of the CSV; any other value must be the name of a custom role."""

STATUSES = ("active", "deleted", "completed", "inactive", "deleted_last_completed")


def apply_enrollment(run: Run, row: FeedRow) -> None:
    """Put one person's enrolment in one section into the state the row asks for."""
    course_sis, section_sis = row.get("course_id", ""), row.get("section_id", "")
    if not (course_sis or section_sis):
        raise RowRefused("No course_id or section_id given for an enrollment")
    status = status_of(row, STATUSES, "an enrollment")
    role, user = role_of(run, row), user_of(run, row)
    section = section_of(run, course_sis, section_sis, user_label(row))
    observed = observed_student(run, row)
    known = run.state.index.enrollments.get((user.id, section.id, role.base_type, role.id, observed))
    if known is None and status.startswith("deleted"):
        return
    enrollment = run.state.enrollments[known] if known is not None else None
    if user.workflow_state == "deleted" and not status.startswith("deleted"):
        raise RowRefused(f"Attempted enrolling of deleted user {user_label(row)} in section {section_sis}")
    if enrollment is None:
        state = final_state(run, status, None)
        enrollment = run.state.insert(run.state.new_enrollment(section, user, role, state, observed))
    run.state.set_enrollment_state(enrollment, final_state(run, status, enrollment))
    run.state.change(enrollment, dates_of(row))


def user_label(row: FeedRow) -> str:
    """Return how the row names its user."""
    return row.get("user_id") or row.get("user_integration_id", "")


def user_of(run: Run, row: FeedRow) -> User:
    """Return the user of a row, deleted ones included; raises RowRefused."""
    label = user_label(row)
    if not label:
        raise RowRefused("No user_id given for an enrollment")
    if row.get("user_id"):
        user = run.state.user_by_sis(label)
    else:
        login_id = run.state.index.by_integration[Login].get(label)
        user = None if login_id is None else run.state.users[run.state.logins[login_id].user_id]
    if user is None:
        raise RowRefused(f"User {label} not found for enrollment")
    return user


def role_of(run: Run, row: FeedRow) -> Role:
    """Return the role of a row by short name, custom name or id; raises RowRefused."""
    if role_id := row.get("role_id"):
        role = run.state.roles.get(int(role_id)) if role_id.isdigit() else None
    else:
        name = row.get("role", "")
        role = run.state.role_named(ROLE_TYPES.get(name.lower(), name))
    if role is None or role.workflow_state != "active":
        raise RowRefused(f'Improper role "{row.get("role") or row.get("role_id", "")}" for an enrollment')
    return role


def section_of(run: Run, course_sis: str, section_sis: str, label: str) -> Section:
    """Return the section a row means; a stale course id beside a moved section is refused."""
    course = living(run.state.find_by_sis(Course, course_sis)) if course_sis else None
    section = living(run.state.find_by_sis(Section, section_sis)) if section_sis else None
    if section_sis and section is None:
        raise RowRefused(f"An enrollment referenced a non-existent section {section_sis}")
    if course_sis and course is None:
        raise RowRefused(f"An enrollment referenced a non-existent course {course_sis}")
    if section is None:
        assert course is not None
        return run.state.default_section(course)
    if course is not None and course.id not in (section.course_id, section.nonxlist_course_id):
        raise RowRefused(
            f"An enrollment listed a section ({section_sis}) and a course ({course_sis}) "
            f"that are unrelated for user ({label})"
        )
    return section


def living(row: RowT | None) -> RowT | None:
    """Return a row unless it is deleted."""
    return row if row is not None and row.workflow_state != "deleted" else None


def observed_student(run: Run, row: FeedRow) -> int | None:
    """Return the id of the student an observer is linked to, or None."""
    sis_id = row.get("associated_user_id", "")
    user = run.state.user_by_sis(sis_id) if sis_id else None
    return user.id if user else None


def final_state(run: Run, status: str, enrollment: Enrollment | None) -> str:
    """Return the state a status means; the last active enrolment in a course may be completed instead of deleted."""
    if status != "deleted_last_completed" or enrollment is None:
        return status
    others = (
        each
        for each in run.state.enrollments_of_user(enrollment.user_id)
        if each.course_id == enrollment.course_id and each.id != enrollment.id
    )
    return "deleted" if any(each.workflow_state == "active" for each in others) else "completed"


def dates_of(row: FeedRow) -> dict[str, Value]:
    """Return start and end when the row gives both, nothing otherwise."""
    start_at, end_at = moment(row.get("start_date", "")), moment(row.get("end_date", ""))
    return {"start_at": start_at, "end_at": end_at} if start_at and end_at else {}
