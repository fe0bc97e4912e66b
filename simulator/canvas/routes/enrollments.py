"""Enrolments over the wire: listed per course, section and user, made, ended and revived."""

from __future__ import annotations

from collections.abc import Callable, Collection

from simulator.canvas.refusals import Json, NotFound, Rejected
from simulator.canvas.rows import Course, Enrollment, Role, Section, User
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_account, find_course, find_row, find_section, find_term, find_user
from simulator.canvas.wire.paging import bookmarked_page, numbered_page
from simulator.canvas.wire.params import Params
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_user
from simulator.canvas.wire.show_enrollment import show_enrollment

routes = RouteTable()

DEFAULT_STATES = ("active", "invited")
REQUESTED_STATES = ("active", "invited", "inactive")
SYNTHETIC = {
    "current_and_invited": ("active", "invited"),
    "current_and_future": ("active", "invited", "creation_pending"),
    "current_future_and_restricted": ("active", "invited", "creation_pending"),
    "current_and_concluded": ("active", "completed"),
}
"""States that only the list of one user knows."""


def shown(call: Call, row: Enrollment) -> dict[str, Json]:
    """Show an enrolment to this caller."""
    return show_enrollment(call.state, row, call.origin, call.params.items("include"))


def enrollment_filter(call: Call, states: Collection[str]) -> Callable[[Enrollment], bool]:
    """Return the test that the other parameters of an enrolment list ask for, within some states."""
    params, state = call.params, call.state
    types, roles = params.items("type"), params.items("role")
    people, user = params.items("sis_user_id"), params.text("user_id")
    user_id = find_user(state, user).id if user else None
    sections, courses = params.items("sis_section_id"), params.items("sis_course_id")
    accounts, term = params.items("sis_account_id"), params.text("enrollment_term_id")
    term_id = find_term(call, term).id if term else None

    def wanted(row: Enrollment) -> bool:
        if row.workflow_state not in states or (user_id is not None and row.user_id != user_id):
            return False
        if (types and row.type not in types) or (roles and state.roles[row.role_id].name not in roles):
            return False
        if people and state.sis_user_id(state.users[row.user_id]) not in people:
            return False
        return in_context(call, row, sections, courses, accounts) and (
            term_id is None or state.courses[row.course_id].term_id == term_id
        )

    return wanted


def in_context(call: Call, row: Enrollment, sections: list[str], courses: list[str], accounts: list[str]) -> bool:
    """Tell whether an enrolment is in the sections, courses and accounts named by SIS id; empty lists admit all."""
    state = call.state
    if sections and state.sections[row.section_id].sis_section_id not in sections:
        return False
    course = state.courses[row.course_id]
    if courses and course.sis_course_id not in courses:
        return False
    return not accounts or state.accounts[course.account_id].sis_account_id in accounts


@routes.on("GET", "/sections/:section_id/enrollments")
def list_section_enrollments(call: Call) -> Reply:
    """List a section's enrolments page by bookmark; active and invited unless `state[]` is sent."""
    section = find_section(call)
    states = call.params.items("state") or DEFAULT_STATES
    wanted, rows = enrollment_filter(call, states), call.state.enrollments
    return bookmarked_page(
        call,
        call.state.index.enrollments_of_section[section.id],
        lambda each: wanted(rows[each]),
        lambda each: shown(call, rows[each]),
        f"/api/v1/sections/{section.id}/enrollments",
    )


@routes.on("GET", "/courses/:course_id/enrollments")
def list_course_enrollments(call: Call) -> Reply:
    """List a course's enrolments; an administrator sees inactive ones too when no `state[]` is sent."""
    course = find_course(call)
    wanted = enrollment_filter(call, call.params.items("state") or (*DEFAULT_STATES, "inactive"))
    rows = [row for row in call.state.enrollments_of_course(course.id) if wanted(row)]
    return numbered_page(call, rows, lambda row: shown(call, row))


@routes.on("GET", "/users/:user_id/enrollments")
def list_user_enrollments(call: Call) -> Reply:
    """List a person's enrolments in all courses that are not deleted; knows the synthetic states."""
    user = find_user(call.state, call.slots["user_id"])
    states = [each for name in call.params.items("state") for each in SYNTHETIC.get(name, (name,))]
    wanted = enrollment_filter(call, states or DEFAULT_STATES)
    rows = [row for row in call.state.enrollments_of_user(user.id) if wanted(row)]
    return numbered_page(call, rows, lambda row: shown(call, row))


@routes.on("GET", "/accounts/:account_id/enrollments/:enrollment_id")
def get_enrollment(call: Call) -> Reply:
    """Show one enrolment."""
    find_account(call)
    return Reply(shown(call, enrollment_of(call)))


def enrollment_of(call: Call, course: Course | None = None) -> Enrollment:
    """Return the enrolment of the slot, which must be in the course if one is given; raises NotFound."""
    text = call.slots["enrollment_id"]
    if not text.isdigit():
        raise NotFound
    row = call.state.find(Enrollment, int(text))
    if course is not None and row.course_id != course.id:
        raise NotFound
    return row


@routes.on("POST", "/courses/:course_id/enrollments")
def enroll_in_course(call: Call) -> Reply:
    """Enrol someone in a course, in its default section unless one of its sections is named."""
    course, given = find_course(call), call.params.group("enrollment")
    section = named_section(call, course, given.text("course_section_id"))
    return enroll(call, section, given)


def named_section(call: Call, course: Course, text: str | None) -> Section:
    """Return the named section of a course, or its default one."""
    if text is None:
        return call.state.default_section(course)
    section = find_row(call.state, Section, text)
    if section.course_id != course.id:
        raise NotFound
    return section


@routes.on("POST", "/sections/:section_id/enrollments")
def enroll_in_section(call: Call) -> Reply:
    """Enrol someone in a section."""
    return enroll(call, find_section(call), call.params.group("enrollment"))


def enroll(call: Call, section: Section, given: Params) -> Reply:
    """Make, revive or return the enrolment that the parameters describe."""
    role, state = wanted_role(call, given), given.text("enrollment_state")
    observed = given.text("associated_user_id")
    row = call.state.enroll(
        section.id,
        wanted_user(call, given).id,
        role.base_type,
        role.name,
        state if state in REQUESTED_STATES else "invited",
        associated_user_id=find_user(call.state, observed).id if observed else None,
        limit_privileges=given.flag("limit_privileges_to_course_section"),
        start_at=given.moment("start_at"),
        end_at=given.moment("end_at"),
    )
    return Reply(shown(call, row))


def wanted_user(call: Call, given: Params) -> User:
    """Return the person to enrol, by Canvas id, SIS id or integration id."""
    if text := given.text("user_id"):
        return find_user(call.state, text)
    for name, prefix in (("sis_user_id", "sis_user_id"), ("integration_id", "sis_integration_id")):
        if text := given.text(name):
            return find_user(call.state, f"{prefix}:{text}")
    raise Rejected("Can't create an enrollment without a user. Include enrollment[user_id] to create an enrollment")


def wanted_role(call: Call, given: Params) -> Role:
    """Return the role to enrol in, by role id, custom name or type; raises Rejected."""
    role_id, type_ = given.integer("role_id"), given.text("type")
    name = given.text("role") or type_
    named = call.state.role_named(name or "StudentEnrollment")
    role = call.state.roles.get(role_id) if role_id is not None else named
    if role is None or role.workflow_state != "active":
        raise Rejected("Invalid role" if role_id is not None or given.text("role") else "Invalid type")
    if type_ is not None and role.base_type != type_:
        raise Rejected("The specified type must match the base type for the role")
    return role


@routes.on("DELETE", "/courses/:course_id/enrollments/:enrollment_id")
def leave_course(call: Call) -> Reply:
    """End an enrolment as `task` says; without one it is concluded."""
    row = enrollment_of(call, find_course(call))
    return Reply(shown(call, call.state.leave(row.id, call.params.text("task") or "conclude")))


@routes.on("PUT", "/courses/:course_id/enrollments/:enrollment_id/reactivate")
def reactivate_enrollment(call: Call) -> Reply:
    """Make an inactive enrolment active again."""
    row = enrollment_of(call, find_course(call))
    return Reply(shown(call, call.state.reactivate(row.id)))


@routes.on("POST", "/courses/:course_id/enrollments/:enrollment_id/accept")
def accept_invitation(call: Call) -> Reply:
    """Accept an invitation."""
    call.state.answer_invitation(enrollment_of(call, find_course(call)).id, accept=True)
    return Reply({"success": True})


@routes.on("POST", "/courses/:course_id/enrollments/:enrollment_id/reject")
def reject_invitation(call: Call) -> Reply:
    """Reject an invitation."""
    call.state.answer_invitation(enrollment_of(call, find_course(call)).id, accept=False)
    return Reply({"success": True})


@routes.on("PUT", "/courses/:course_id/users/:user_id/last_attended")
def set_last_attended(call: Call) -> Reply:
    """Keep the last date of attendance on the person's enrolments in a course."""
    course, user = find_course(call), find_user(call.state, call.slots["user_id"])
    date = call.params.moment("date")
    rows = [row for row in call.state.enrollments_of_user(user.id) if row.course_id == course.id]
    for row in rows:
        call.state.change(row, {"last_attended_at": date})
    return Reply([shown(call, row) for row in rows])


@routes.on("GET", "/courses/:course_id/users")
def list_course_users(call: Call) -> Reply:
    """List the people of a course, active and invited unless states are asked for."""
    course, params = find_course(call), call.params
    states = params.items("enrollment_state") or list(DEFAULT_STATES)
    types = [f"{name.capitalize()}Enrollment" for name in params.items("enrollment_type")]
    rows = [
        row
        for row in call.state.enrollments_of_course(course.id)
        if row.workflow_state in states and (not types or row.type in types)
    ]
    people = sorted({row.user_id for row in rows})
    include = params.items("include")

    def show(user_id: int) -> Json:
        person = show_user(call.state, call.state.users[user_id], include)
        if "enrollments" in include:
            person["enrollments"] = [shown(call, row) for row in rows if row.user_id == user_id]
        return person

    return numbered_page(call, people, show)
