"""A person's page views over the wire, newest first and without a last page."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.canvas.coursework import View
from simulator.canvas.rows import Enrollment
from simulator.canvas.students import STUDENT, student_of
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show_page_view import show_page_view

routes = RouteTable()


@routes.on("GET", "/users/:user_id/page_views")
def list_page_views(call: Call) -> Reply:
    """List what a person looked at in all courses between `start_time` and `end_time`."""
    user = find_user(call.state, call.slots["user_id"])
    start, end = call.params.moment("start_time"), call.params.moment("end_time")
    seen = [
        (view, course_id)
        for course_id, views in views_of(call, user.id).items()
        for view in views
        if (start is None or view.at >= start) and (end is None or view.at <= end)
    ]
    seen.sort(key=lambda each: (each[0].at, each[1]), reverse=True)
    return numbered_page(call, seen, lambda each: show_page_view(each[0], user.id, each[1], call.origin), counted=False)


def views_of(call: Call, user_id: int) -> dict[int, Sequence[View]]:
    """Return a person's page views by course."""
    rows_of: dict[int, list[Enrollment]] = {}
    for row in call.state.enrollments_of_user(user_id):
        if row.type == STUDENT and row.workflow_state not in ("deleted", "rejected"):
            rows_of.setdefault(row.course_id, []).append(row)
    views: dict[int, Sequence[View]] = {}
    for course_id, rows in rows_of.items():
        book = call.state.coursework.book(call.state.courses[course_id])
        if book is not None:
            views[course_id] = student_of(call.state, book, rows).views(call.state.clock())
    return views
