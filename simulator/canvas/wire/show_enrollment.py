"""Enrolments as Canvas shows them: the one object that is served a hundred thousand times a night."""

from __future__ import annotations

from collections.abc import Collection

from simulator.canvas.refusals import Json
from simulator.canvas.rows import Course, Enrollment, Section, User
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.show import stamp
from simulator.canvas.wire.show_grades import learning_fields


def show_enrollment(state: CanvasState, row: Enrollment, origin: str, include: Collection[str] = ()) -> dict[str, Json]:
    """Show an enrolment with its course's, section's and person's SIS ids, and grades for students."""
    course, section = state.courses[row.course_id], state.sections[row.section_id]
    user = state.users[row.user_id]
    shown = enrollment_fields(state, row) | context_fields(state, course, section)
    shown["html_url"] = f"{origin}/courses/{course.id}/users/{user.id}"
    shown |= person_fields(state, user)
    if row.type == "StudentEnrollment":
        shown |= learning_fields(state, row, f"{origin}/courses/{course.id}/grades/{user.id}", include)
    return shown


def enrollment_fields(state: CanvasState, row: Enrollment) -> dict[str, Json]:
    """Show what the enrolment itself holds."""
    return {
        "id": row.id,
        "user_id": row.user_id,
        "course_id": row.course_id,
        "course_section_id": row.section_id,
        "type": row.type,
        "role": state.roles[row.role_id].name,
        "role_id": row.role_id,
        "enrollment_state": row.workflow_state,
        "associated_user_id": row.associated_user_id,
        "limit_privileges_to_course_section": row.limit_privileges,
        "sis_import_id": row.sis_import_id,
        "root_account_id": 1,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "start_at": stamp(row.start_at),
        "end_at": stamp(row.end_at),
        "completed_at": stamp(row.completed_at),
        "last_activity_at": stamp(row.last_activity_at),
        "last_attended_at": stamp(row.last_attended_at),
        "total_activity_time": row.total_activity_time,
    }


def context_fields(state: CanvasState, course: Course, section: Section) -> dict[str, Json]:
    """Show the SIS side of where the enrolment is."""
    return {
        "sis_account_id": state.accounts[course.account_id].sis_account_id,
        "sis_course_id": course.sis_course_id,
        "course_integration_id": course.integration_id,
        "sis_section_id": section.sis_section_id,
        "section_integration_id": section.integration_id,
    }


def person_fields(state: CanvasState, user: User) -> dict[str, Json]:
    """Show whom the enrolment is for."""
    login = state.login_of(user)
    sis_user_id = login.sis_user_id if login else None
    return {
        "sis_user_id": sis_user_id,
        "user": {
            "id": user.id,
            "name": user.name,
            "created_at": stamp(user.created_at),
            "sortable_name": user.sortable_name,
            "short_name": user.short_name,
            "sis_user_id": sis_user_id,
            "integration_id": login.integration_id if login else None,
            "sis_import_id": login.sis_import_id if login else None,
            "login_id": login.unique_id if login else None,
        },
    }
