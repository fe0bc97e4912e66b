"""Assignments, their groups and the grading schemes over the wire."""

from __future__ import annotations

from simulator.canvas.coursework import Assignment, Book, GradingStandard
from simulator.canvas.refusals import NotFound
from simulator.canvas.rows import Course
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_account, find_book, find_course, find_part
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show_coursework import show_assignment, show_group, show_standard

routes = RouteTable()


@routes.on("GET", "/courses/:course_id/assignments")
def list_assignments(call: Call) -> Reply:
    """List a course's assignments, those whose name contains `search_term`, or those of `assignment_ids[]`."""
    _, book = find_book(call)
    search, wanted = (call.params.text("search_term") or "").lower(), call.params.items("assignment_ids")
    rows = [row for row in book.assignments if search in row.name.lower() and (not wanted or str(row.id) in wanted)]
    return numbered_page(call, rows, lambda row: show_assignment(row, call.origin))


@routes.on("GET", "/courses/:course_id/assignments/:assignment_id")
def get_assignment(call: Call) -> Reply:
    """Show one assignment."""
    _, book = find_book(call)
    return Reply(show_assignment(assignment_of(call, book), call.origin))


def assignment_of(call: Call, book: Book) -> Assignment:
    """Return the assignment of the slot; raises NotFound."""
    return find_part(book.assignments, call.slots["assignment_id"])


@routes.on("GET", "/courses/:course_id/assignment_groups")
def list_groups(call: Call) -> Reply:
    """List a course's assignment groups."""
    _, book = find_book(call)
    include = call.params.items("include")
    return numbered_page(call, book.groups, lambda row: show_group(row, book, call.origin, include))


@routes.on("GET", "/courses/:course_id/assignment_groups/:assignment_group_id")
def get_group(call: Call) -> Reply:
    """Show one assignment group."""
    _, book = find_book(call)
    row = find_part(book.groups, call.slots["assignment_group_id"])
    return Reply(show_group(row, book, call.origin, call.params.items("include")))


@routes.on("GET", "/courses/:course_id/grading_standards")
def list_course_standards(call: Call) -> Reply:
    """List the grading schemes of a course's own; the account's are not among them."""
    return numbered_page(call, standards_of(call, find_course(call)), show_standard)


def standards_of(call: Call, course: Course) -> list[GradingStandard]:
    """Return the grading schemes of a course's own."""
    return list(call.state.coursework.course_standards(course))


@routes.on("GET", "/courses/:course_id/grading_standards/:grading_standard_id")
def get_course_standard(call: Call) -> Reply:
    """Show a grading scheme of a course; the account's is not found here."""
    return Reply(show_standard(standard_in(call, standards_of(call, find_course(call)))))


@routes.on("GET", "/accounts/:account_id/grading_standards")
def list_account_standards(call: Call) -> Reply:
    """List the grading schemes of the root account; sub-accounts have none of their own."""
    return numbered_page(call, account_standards(call), show_standard)


@routes.on("GET", "/accounts/:account_id/grading_standards/:grading_standard_id")
def get_account_standard(call: Call) -> Reply:
    """Show a grading scheme of the account."""
    return Reply(show_standard(standard_in(call, account_standards(call))))


def account_standards(call: Call) -> list[GradingStandard]:
    """Return the grading schemes kept in an account."""
    account = find_account(call)
    return [each for each in call.state.coursework.standards if each.context_id == account.id]


def standard_in(call: Call, rows: list[GradingStandard]) -> GradingStandard:
    """Return the grading scheme of the slot; raises NotFound."""
    if not rows:
        raise NotFound
    return find_part(rows, call.slots["grading_standard_id"])
