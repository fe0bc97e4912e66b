"""Rows as Canvas shows them: field names, `Z` times in whole seconds, and SIS fields for those who may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import NAMESPACE_OID, uuid5

from simulator.canvas.refusals import Json
from simulator.canvas.rows import Account, Course, Login, Role, Section, Term, User
from simulator.canvas.state import CanvasState

COURSE_STATES = {"claimed": "unpublished", "created": "unpublished"}


@lru_cache(maxsize=65536)
def stamp(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC with `Z`, or None."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def show_account(row: Account) -> dict[str, Json]:
    """Show an account."""
    return {
        "id": row.id,
        "name": row.name,
        "workflow_state": row.workflow_state,
        "parent_account_id": row.parent_id,
        "root_account_id": None if row.parent_id is None else 1,
        "default_time_zone": "America/New_York",
        "sis_account_id": row.sis_account_id,
        "sis_import_id": row.sis_import_id,
        "integration_id": row.integration_id,
    }


def show_term(row: Term) -> dict[str, Json]:
    """Show an enrolment term with its date overrides."""
    overrides: Mapping[str, Json] = {
        kind: {"start_at": stamp(start_at), "end_at": stamp(end_at)}
        for kind, (start_at, end_at) in row.overrides.items()
    }
    return {
        "id": row.id,
        "name": row.name,
        "start_at": stamp(row.start_at),
        "end_at": stamp(row.end_at),
        "created_at": stamp(row.created_at),
        "workflow_state": row.workflow_state,
        "sis_term_id": row.sis_term_id,
        "sis_import_id": row.sis_import_id,
        "overrides": overrides,
    }


def show_role(row: Role) -> dict[str, Json]:
    """Show a role."""
    built_in = row.name == row.base_type
    return {
        "id": row.id,
        "role": row.name,
        "label": row.name.removesuffix("Enrollment") if built_in else row.name,
        "base_role_type": row.base_type,
        "workflow_state": "built_in" if built_in else row.workflow_state,
        "is_account_role": False,
    }


def show_login(row: Login) -> dict[str, Json]:
    """Show a login."""
    return {
        "id": row.id,
        "user_id": row.user_id,
        "account_id": 1,
        "unique_id": row.unique_id,
        "sis_user_id": row.sis_user_id,
        "integration_id": row.integration_id,
        "workflow_state": row.workflow_state,
        "created_at": stamp(row.created_at),
    }


def show_user(state: CanvasState, row: User, include: Collection[str] = ()) -> dict[str, Json]:
    """Show a user, a deleted one with the login it had; `include` may ask for email and last_login."""
    login = state.login_of(row) or state.deleted_login_of(row)
    shown: dict[str, Json] = {
        "id": row.id,
        "name": row.name,
        "created_at": stamp(row.created_at),
        "sortable_name": row.sortable_name,
        "short_name": row.short_name,
        "sis_user_id": login.sis_user_id if login else None,
        "integration_id": login.integration_id if login else None,
        "sis_import_id": login.sis_import_id if login else None,
        "login_id": login.unique_id if login else None,
    }
    if "email" in include:
        shown["email"] = row.email
    if "last_login" in include:
        shown["last_login"] = stamp(row.last_login)
    return shown


def show_profile(state: CanvasState, row: User) -> dict[str, Json]:
    """Show a single user, with what lists leave out."""
    return show_user(state, row, ("email", "last_login")) | {
        "avatar_url": None,
        "locale": None,
        "effective_locale": "en",
        "time_zone": row.time_zone or "America/New_York",
    }


def show_course(state: CanvasState, row: Course, include: Collection[str] = ()) -> dict[str, Json]:
    """Show a course; `include` may ask for term, sections, account, total_students and concluded."""
    shown: dict[str, Json] = {
        "id": row.id,
        "uuid": uuid5(NAMESPACE_OID, f"course {row.id}").hex,
        "name": row.name,
        "course_code": row.course_code,
        "workflow_state": COURSE_STATES.get(row.workflow_state, row.workflow_state),
        "account_id": row.account_id,
        "root_account_id": 1,
        "enrollment_term_id": row.term_id,
        "grading_standard_id": state.coursework.standard_id(row),
        "created_at": stamp(row.created_at),
        "start_at": stamp(row.start_at),
        "end_at": stamp(row.end_at),
        "sis_course_id": row.sis_course_id,
        "sis_import_id": row.sis_import_id,
        "integration_id": row.integration_id,
        "course_format": row.course_format,
        "restrict_enrollments_to_course_dates": row.restrict_dates,
        "apply_assignment_group_weights": state.coursework.weighted(row),
        "hide_final_grades": False,
        "template": row.template,
        "blueprint": False,
        "default_view": "modules",
        "time_zone": "America/New_York",
        "enrollments": [],
    }
    return shown | included_of_course(state, row, include)


def included_of_course(state: CanvasState, row: Course, include: Collection[str]) -> dict[str, Json]:
    """Show what a call asked to have with a course."""
    extra: dict[str, Json] = {}
    if "term" in include:
        extra["term"] = show_term(state.terms[row.term_id])
    if "account" in include:
        extra["account"] = show_account(state.accounts[row.account_id])
    if "sections" in include:
        sections = state.sections_of_course(row.id)
        extra["sections"] = [{"id": each.id, "name": each.name, "enrollment_role": None} for each in sections]
    if "total_students" in include:
        extra["total_students"] = count_students(state, [each.id for each in state.sections_of_course(row.id)])
    if "concluded" in include:
        extra["concluded"] = row.workflow_state == "completed"
    return extra


def count_students(state: CanvasState, section_ids: Collection[int]) -> int:
    """Return how many students are active or invited in some sections, each person once."""
    return len(
        {
            row.user_id
            for section_id in section_ids
            for row in state.enrollments_of_section(section_id)
            if row.type == "StudentEnrollment" and row.workflow_state in ("active", "invited")
        }
    )


def show_section(state: CanvasState, row: Section, include: Collection[str] = ()) -> dict[str, Json]:
    """Show a section; `nonxlist_course_id` is set only while it is cross-listed."""
    course = state.courses[row.course_id]
    shown: dict[str, Json] = {
        "id": row.id,
        "name": row.name,
        "course_id": row.course_id,
        "sis_course_id": course.sis_course_id,
        "sis_section_id": row.sis_section_id,
        "sis_import_id": row.sis_import_id,
        "integration_id": row.integration_id,
        "nonxlist_course_id": row.nonxlist_course_id,
        "start_at": stamp(row.start_at),
        "end_at": stamp(row.end_at),
        "created_at": stamp(row.created_at),
        "restrict_enrollments_to_section_dates": row.restrict_dates,
    }
    if "total_students" in include:
        shown["total_students"] = count_students(state, [row.id])
    return shown
