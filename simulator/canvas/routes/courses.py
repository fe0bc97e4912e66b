"""Courses over the wire: listed under an account, created, changed and moved by events."""

from __future__ import annotations

from collections.abc import Callable

from simulator.canvas.refusals import Refusal, Rejected
from simulator.canvas.routes.edits import read_changes, without_stuck
from simulator.canvas.rows import Account, Course
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_account, find_course, find_row, find_term, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.params import Params
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import COURSE_STATES, show_course
from simulator.canvas.wire.show_job import show_progress
from simulator.canvas.writes import Value

routes = RouteTable()

TEXTS = ("name", "course_code", "sis_course_id", "integration_id", "course_format")
FLAGS = (("restrict_enrollments_to_course_dates", "restrict_dates"),)
BATCH_LIMIT = 500
SEARCH_LENGTH = 2


@routes.on("GET", "/accounts/:account_id/courses")
def list_account_courses(call: Call) -> Reply:
    """List the courses of an account and all below it, every state but deleted unless `state[]` says otherwise."""
    tree = call.state.account_tree(find_account(call).id)
    include, wanted = call.params.items("include"), course_filter(call)
    rows = [row for row in call.state.courses.values() if row.account_id in tree and wanted(row)]
    return numbered_page(call, rows, lambda row: show_course(call.state, row, include))


def course_filter(call: Call) -> Callable[[Course], bool]:
    """Return the test that the parameters of a course list ask for."""
    states, term = call.params.items("state"), call.params.text("enrollment_term_id")
    term_id = find_term(call, term).id if term else None
    search, published = call.params.text("search_term"), call.params.text("published")
    if search is not None and len(search) < SEARCH_LENGTH:
        raise Rejected(f"search_term must be at least {SEARCH_LENGTH} characters")

    def wanted(row: Course) -> bool:
        shown_state = COURSE_STATES.get(row.workflow_state, row.workflow_state)
        if (shown_state not in states and "all" not in states) if states else shown_state == "deleted":
            return False
        if published is not None and (shown_state == "unpublished") == call.params.flag("published"):
            return False
        return (term_id is None or row.term_id == term_id) and (search is None or matches(row, search))

    return wanted


def matches(row: Course, search: str) -> bool:
    """Tell whether a course's name, code or SIS id contains a term."""
    texts = (row.name, row.course_code, row.sis_course_id or "", str(row.id))
    return any(search.lower() in text.lower() for text in texts)


@routes.on("GET", "/courses")
def list_own_courses(call: Call) -> Reply:
    """List the courses the caller is enrolled in, which for a service user are few."""
    return courses_of(call, call.state.service_user)


@routes.on("GET", "/users/:user_id/courses")
def list_user_courses(call: Call) -> Reply:
    """List the courses a user is actively enrolled in."""
    return courses_of(call, find_user(call.state, call.slots["user_id"]).id)


def courses_of(call: Call, user_id: int) -> Reply:
    """Return a page of the courses of a person's active enrolments."""
    enrollments = call.state.enrollments_of_user(user_id)
    ids = sorted({row.course_id for row in enrollments if row.workflow_state == "active"})
    include = call.params.items("include")
    rows = [call.state.courses[each] for each in ids]
    return numbered_page(call, rows, lambda row: show_course(call.state, row, include))


@routes.on("GET", "/courses/:course_id")
@routes.on("GET", "/accounts/:account_id/courses/:course_id")
def get_course(call: Call) -> Reply:
    """Show one course; a deleted one only with `include[]=all_courses`."""
    include = call.params.items("include")
    row = find_course(call, deleted="all_courses" in include)
    return Reply(show_course(call.state, row, include))


@routes.on("POST", "/accounts/:account_id/courses")
def create_course(call: Call) -> Reply:
    """Make a course in an account; `offer` publishes it at once."""
    account, given = find_account(call), call.params.group("course")
    term = given.text("term_id")
    row = call.state.create_course(
        given.text("name") or "Unnamed Course",
        account_id=account.id,
        course_code=given.text("course_code"),
        sis_course_id=given.text("sis_course_id"),
        term_id=find_term(call, term).id if term else None,
        start_at=given.moment("start_at"),
        end_at=given.moment("end_at"),
        integration_id=given.text("integration_id"),
        course_format=given.text("course_format"),
        offer=call.params.flag("offer"),
        reactivate=call.params.flag("enable_sis_reactivation"),
    )
    return Reply(show_course(call.state, row))


@routes.on("PUT", "/courses/:course_id")
def update_course(call: Call) -> Reply:
    """Change a course's fields, then play its event, if one was given."""
    given = call.params.group("course")
    event = given.text("event") or ("offer" if call.params.flag("offer") else None)
    row = find_course(call, deleted=event == "undelete")
    if event == "undelete":
        call.state.course_event(row.id, event)
    changes = without_stuck(call, row, course_changes(call, given))
    row = call.state.update_course(row.id, **changes)
    if event and event != "undelete":
        row = call.state.course_event(row.id, event)
    return Reply(show_course(call.state, row))


def course_changes(call: Call, given: Params) -> dict[str, Value]:
    """Return the fields of a course that a call changes."""
    changes = read_changes(given, TEXTS, ("start_at", "end_at"), FLAGS)
    if term := given.text("term_id"):
        changes["term_id"] = find_term(call, term).id
    if account := given.text("account_id"):
        changes["account_id"] = find_row(call.state, Account, account).id
    return changes


@routes.on("DELETE", "/courses/:course_id")
def end_course(call: Call) -> Reply:
    """Delete or conclude a course, as `event` says."""
    row, event = find_course(call), call.params.text("event")
    if event not in ("delete", "conclude"):
        raise Rejected("Only 'delete' and 'conclude' events are allowed")
    call.state.course_event(row.id, event)
    return Reply({event: True})


@routes.on("PUT", "/accounts/:account_id/courses")
def update_courses(call: Call) -> Reply:
    """Play one event on many courses; the answer is a progress, the work is done when it completes."""
    find_account(call)
    event = call.params.text("event") or ""
    if len(call.params.items("course_ids")) > BATCH_LIMIT:
        raise Refusal(403, {"message": f"course batch size limit ({BATCH_LIMIT}) exceeded"})
    ids = [
        find_row(call.state, Course, each, deleted=event == "undelete").id for each in call.params.items("course_ids")
    ]
    work = batch_of(call.state, ids, event)
    return Reply(show_progress(call.state.start_progress(1, "Account", "course_batch_update", work), call.origin))


def batch_of(state: CanvasState, ids: list[int], event: str) -> Callable[[], None]:
    """Return the work of a batch event."""

    def play() -> None:
        for course_id in ids:
            state.course_event(course_id, event)

    return play
