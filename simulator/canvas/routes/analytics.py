"""Canvas's statistics over the wire: per student, per day and per hour; an account may have them switched off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from simulator.canvas.coursework import Book, View
from simulator.canvas.gradebook import Standing, add_up
from simulator.canvas.refusals import Json, NotFound
from simulator.canvas.rows import Course
from simulator.canvas.students import Student, students_of
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_book, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import stamp
from simulator.canvas.wire.show_page_view import view_url

routes = RouteTable()

COUNTED = ("active", "completed")
"""States of the enrolments that statistics are about."""
LEVELS = 3


def counted_students(call: Call) -> tuple[Course, Book, list[Student]]:
    """Return a course, its coursework and those the statistics count; raises NotFound where there are none."""
    if not call.state.analytics:
        raise NotFound
    course, book = find_book(call)
    return course, book, students_of(call.state, book, course, states=COUNTED)


@routes.on("GET", "/courses/:course_id/analytics/student_summaries")
def list_summaries(call: Call) -> Reply:
    """List what each student looked at, took part in and handed in, by name unless `sort_column` says otherwise."""
    _, book, students = counted_students(call)
    now = call.state.clock()
    counts = {each.user.id: counts_of(each.views(now)) for each in students}
    tops = [max((pair[side] for pair in counts.values()), default=0) for side in (0, 1)]
    named = call.params.text("student_id")
    if named is not None:
        user_id = find_user(call.state, named).id
        students = [each for each in students if each.user.id == user_id]
    ordered = in_order(call, book, students, counts)
    return numbered_page(call, ordered, lambda each: show_summary(book, each, counts[each.user.id], tops, now))


def counts_of(views: Sequence[View]) -> tuple[int, int]:
    """Return how many pages were looked at and how often the student took part."""
    return len(views), sum(each.took_part for each in views)


def in_order(call: Call, book: Book, students: list[Student], counts: dict[int, tuple[int, int]]) -> list[Student]:
    """Return the students in the order asked for."""
    wanted = call.params.text("sort_column") or "name"
    column, descending = wanted.removesuffix("_descending"), wanted.endswith("_descending")
    now = call.state.clock()
    keys: dict[str, Callable[[Student], float]] = {
        "page_views": lambda each: counts[each.user.id][0],
        "participations": lambda each: counts[each.user.id][1],
        "score": lambda each: add_up(book, each.standings(book, now), unposted=True).current or 0.0,
    }
    by_name = sorted(students, key=lambda each: (each.user.sortable_name.lower(), each.user.id))
    if column not in keys:
        return by_name[::-1] if descending else by_name
    return sorted(by_name, key=keys[column], reverse=descending)


def show_summary(
    book: Book, student: Student, counts: tuple[int, int], tops: Sequence[int], now: datetime
) -> dict[str, Json]:
    """Show a student's summary; levels are strings, as the vendor's own sample has them."""
    return {
        "id": student.user.id,
        "page_views": counts[0],
        "page_views_level": level(counts[0], tops[0]),
        "max_page_views": tops[0],
        "participations": counts[1],
        "participations_level": level(counts[1], tops[1]),
        "max_participations": tops[1],
        "tardiness_breakdown": tardiness(student.standings(book, now)),
    }


def level(count: int, top: int) -> str:
    """Return where a count lies against the class: 0 for nothing, else 1 to 3."""
    return "0" if not count or not top else str(min(LEVELS, 1 + count * LEVELS // (top + 1)))


def tardiness(standings: Sequence[Standing]) -> dict[str, Json]:
    """Return how work was handed in; `floating` is not due yet."""
    counted = [each for each in standings if each.assignment.is_graded and not each.excused]
    late, missing = sum(each.late for each in counted), sum(each.missing for each in counted)
    on_time = sum(each.submitted_at is not None and not each.late for each in counted)
    floating = len(counted) - late - missing - on_time
    return {"total": len(counted), "on_time": on_time, "late": late, "missing": missing, "floating": floating}


@routes.on("GET", "/courses/:course_id/analytics/activity")
def list_activity(call: Call) -> Reply:
    """List page views and participations of the whole course by day."""
    _, _, students = counted_students(call)
    views, parts = Counter[str](), Counter[str]()
    for student in students:
        for view in student.views(call.state.clock()):
            day = view.at.astimezone(UTC).date().isoformat()
            views[day] += 1
            parts[day] += view.took_part
    shown: Json = [{"date": day, "views": views[day], "participations": parts[day]} for day in sorted(views)]
    return Reply(shown)


@routes.on("GET", "/courses/:course_id/analytics/assignments")
def list_assignment_statistics(call: Call) -> Reply:
    """List how each assignment went: the spread of its marks and, as fractions, how it was handed in."""
    _, book, students = counted_students(call)
    now = call.state.clock()
    table = [student.standings(book, now) for student in students]
    shown: Json = [show_statistics(column) for column in zip(*table, strict=True)]
    return Reply(shown)


def show_statistics(column: Sequence[Standing]) -> dict[str, Json]:
    """Show one column of the gradebook in numbers."""
    assignment = column[0].assignment
    scores = sorted(each.score for each in column if each.score is not None)
    return {
        "assignment_id": assignment.id,
        "title": assignment.name,
        "points_possible": assignment.points_possible,
        "due_at": stamp(assignment.due_at),
        "unlock_at": stamp(assignment.unlock_at),
        "muted": False,
        "min_score": quantile(scores, 0.0),
        "first_quartile": quantile(scores, 0.25),
        "median": quantile(scores, 0.5),
        "third_quartile": quantile(scores, 0.75),
        "max_score": quantile(scores, 1.0),
        "tardiness_breakdown": fractions(column),
    }


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which a share of the scores lies, None without scores."""
    return ordered[round((len(ordered) - 1) * share)] if ordered else None


def fractions(column: Sequence[Standing]) -> dict[str, Json]:
    """Return how a column was handed in, as fractions of all students."""
    late = sum(each.late for each in column)
    missing = sum(each.missing for each in column)
    on_time = sum(each.submitted_at is not None and not each.late for each in column)
    total = len(column)
    return {"on_time": on_time / total, "late": late / total, "missing": missing / total, "total": total}


def counted_student(call: Call) -> tuple[Course, Book, Student]:
    """Return the student of the slot; raises NotFound for one the statistics do not count."""
    course, book, students = counted_students(call)
    user_id = find_user(call.state, call.slots["user_id"]).id
    found = next((each for each in students if each.user.id == user_id), None)
    if found is None:
        raise NotFound
    return course, book, found


@routes.on("GET", "/courses/:course_id/analytics/users/:user_id/activity")
def get_user_activity(call: Call) -> Reply:
    """Show a student's page views by hour, and each time the student took part."""
    course, _, student = counted_student(call)
    hours, parts = Counter[str](), list[Json]()
    for view in student.views(call.state.clock()):
        hours[stamp(view.at.replace(minute=0, second=0, microsecond=0)) or ""] += 1
        if view.took_part:
            parts.append({"created_at": stamp(view.at), "url": view_url(view, course.id, call.origin)})
    body: dict[str, Json] = {"page_views": dict(hours), "participations": parts}
    return Reply(body)


@routes.on("GET", "/courses/:course_id/analytics/users/:user_id/assignments")
def list_user_assignments(call: Call) -> Reply:
    """List how one student's work went, beside the spread of the class."""
    _, book, student = counted_student(call)
    _, _, students = counted_students(call)
    now = call.state.clock()
    table = [each.standings(book, now) for each in students]
    shown: list[Json] = []
    for row, column in zip(student.standings(book, now), zip(*table, strict=True), strict=True):
        submission: Json = {
            "score": row.score,
            "submitted_at": stamp(row.submitted_at),
            "posted_at": stamp(row.posted_at),
        }
        shown.append(
            show_statistics(column) | {"status": status_of(row), "excused": row.excused, "submission": submission}
        )
    return Reply(shown)


def status_of(row: Standing) -> str:
    """Return how one piece of work was handed in."""
    if row.submitted_at is not None:
        return "late" if row.late else "on_time"
    return "missing" if row.missing else "floating"


@routes.on("GET", "/courses/:course_id/analytics/users/:user_id/communication")
def get_user_communication(call: Call) -> Reply:
    """Show messages between a student and the teachers by day; on this campus they write elsewhere."""
    counted_student(call)
    return Reply({})
