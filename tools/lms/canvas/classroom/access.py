"""What ``provost doctor`` asks of Canvas about classes: each right is tried on one class that has students.

Only what the scope file lets in is tried, and what comes back is looked at and dropped. A right that is missing stops
no roster; it stops the workflow that is named.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.errors import ProvostError
from tools.lms.canvas.access import AccessCheck
from tools.lms.canvas.classroom import activity, discussion, gradebook, mark_changes, page_views, resources, work
from tools.lms.canvas.classroom.reading import SWITCH_ON
from tools.lms.canvas.classroom.roll import STUDENT
from tools.lms.canvas.classroom.rows import ClassRow
from tools.lms.canvas.lookup import API
from tools.lms.canvas.wire import CourseRow, read_row
from tools.wire import Params, WireClient, escape_id

_ONE = (("per_page", "1"),)
_MISSING = 404
_TRIED_COURSES = 5
Reads = Callable[[str, str], bool]
"""Tells whether a collection is in scope, and a field of it where one is named."""


class Probe(NamedTuple):
    """One call that is tried: where, what right it takes, who needs it, and the collection it is in scope by."""

    name: str
    path: str
    right: str
    needed_by: str
    collection: str = ""
    field: str = ""
    params: Params = ()


PROBES = (
    Probe(
        "submissions",
        "/courses/{course}/students/submissions",
        work.SUBMISSION_RIGHT,
        "grade passback, drops, early alerts, reports",
        "submissions",
        params=(("student_ids[]", "{student}"),),
    ),
    Probe("assignments", "/courses/{course}/assignments", work.ASSIGNMENT_RIGHT, "grade passback, early alerts"),
    Probe(
        "grade changes",
        "/audit/grade_change/courses/{course}",
        mark_changes.AUDIT_RIGHT,
        "the late changes of grade passback",
        "gradebook",
        "changes",
    ),
    Probe(
        "discussions",
        "/courses/{course}/discussion_topics",
        discussion.DISCUSSION_RIGHT,
        "drops, early alerts, attendance",
        "discussion",
    ),
    Probe(
        "activity",
        "/courses/{course}/analytics/student_summaries",
        activity.ANALYTICS_RIGHT,
        "early alerts, course insights",
        "activity",
    ),
    Probe(
        "page views",
        "/users/{student}/page_views",
        page_views.VIEWS_RIGHT,
        "drops, learning paths, course insights",
        "activity",
        "page_views",
    ),
    Probe("modules", "/courses/{course}/modules", resources.CONTENT_RIGHT, "learning paths, course insights"),
    Probe("groups", "/courses/{course}/groups", resources.GROUP_RIGHT, "learning paths"),
)


def check_classroom(client: WireClient, account_id: str, reads: Reads) -> tuple[AccessCheck, ...]:
    """Try every right in scope on one class and return what was found; it never raises a ProvostError."""
    try:
        row = _find_student(client, account_id)
    except ProvostError as error:
        return (AccessCheck(name="canvas classes", ok=False, seen=error.message, fix=error.fix, needed_by=_ANYONE),)
    if row is None:
        return (AccessCheck(name="canvas classes", ok=True, seen="no class with students yet, so nothing was tried"),)
    tried = (_try(client, probe, row) for probe in PROBES if _in_scope(probe, reads))
    return (*tried, *(_check_grades(row) if reads("gradebook", "") else ()))


_ANYONE = "grade passback, drops, early alerts, reports"


def _find_student(client: WireClient, account_id: str) -> ClassRow | None:
    """Find a student in one of the first published courses."""
    params = (("with_enrollments", "true"), ("state[]", "available"), ("per_page", str(_TRIED_COURSES)))
    answer = client.get(f"{API}/accounts/{escape_id(account_id)}/courses", params=params)
    for course in answer.json_list()[:_TRIED_COURSES]:
        path = f"{API}/courses/{read_row(CourseRow, course).id}/enrollments"
        rows = client.get(path, params=(("type[]", STUDENT), ("state[]", "active"), *_ONE)).json_list()
        if rows:
            return read_row(ClassRow, rows[0])
    return None


def _in_scope(probe: Probe, reads: Reads) -> bool:
    return not probe.collection or reads(probe.collection, probe.field)


def _try(client: WireClient, probe: Probe, row: ClassRow) -> AccessCheck:
    slots = {"course": row.course_id, "student": row.user_id}
    params = tuple((name, value.format(**slots)) for name, value in probe.params)
    try:
        answer = client.get(f"{API}{probe.path.format(**slots)}", params=(*params, *_ONE), accept=(_MISSING,))
    except ProvostError as error:
        return _lacking(probe.name, error.message, f"Give the role the right {probe.right}.", probe.needed_by)
    if answer.status == _MISSING:
        return _lacking(probe.name, "switched off, or not there (404)", SWITCH_ON, probe.needed_by)
    return AccessCheck(name=f"canvas {probe.name}", ok=True, seen="readable")


def _check_grades(row: ClassRow) -> Iterator[AccessCheck]:
    """Look at what a student's enrolment shows of the course grade."""
    shown = row.grades.model_fields_set if row.grades else frozenset()
    if not shown >= gradebook.UNPOSTED:
        seen = "course grades without unposted marks" if shown else "no course grades"
        yield _lacking("gradebook", seen, f"Give the role the right {gradebook.GRADES_RIGHT}.", "grade passback")
    else:
        yield AccessCheck(name="canvas gradebook", ok=True, seen="readable, unposted marks too")


def _lacking(name: str, seen: str, fix: str, needed_by: str) -> AccessCheck:
    return AccessCheck(name=f"canvas {name}", ok=False, seen=seen, fix=fix, needed_by=needed_by)
