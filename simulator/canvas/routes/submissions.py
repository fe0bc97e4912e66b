"""Submissions over the wire: of one assignment, of many students, of one section; and who changed which mark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from simulator.canvas.coursework import Book
from simulator.canvas.gradebook import Standing, add_up
from simulator.canvas.refusals import Json, NotFound, Refusal, Rejected
from simulator.canvas.routes.assignments import assignment_of
from simulator.canvas.rows import Course
from simulator.canvas.students import CURRENT, Student, students_of, teachers_of
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_book, find_section, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show_submission import show_submission, submission_id

routes = RouteTable()

FORBIDDEN: Json = {
    "status": "unauthorized",
    "errors": [{"message": "user not authorized to perform that action"}],
}
Piece = tuple[Student, Standing]


@routes.on("GET", "/courses/:course_id/assignments/:assignment_id/submissions")
def list_submissions(call: Call) -> Reply:
    """List the submissions of an assignment by those who are students now, by user id."""
    course, book = find_book(call)
    return list_of_assignment(call, course, book, None)


@routes.on("GET", "/sections/:section_id/assignments/:assignment_id/submissions")
def list_section_submissions(call: Call) -> Reply:
    """List the submissions of an assignment in one section."""
    course, book, section_id = section_book(call)
    return list_of_assignment(call, course, book, section_id)


def list_of_assignment(call: Call, course: Course, book: Book, section_id: int | None) -> Reply:
    """Return a page of an assignment's submissions."""
    assignment = assignment_of(call, book)
    students = students_of(call.state, book, course, section_id=section_id, states=CURRENT)
    now = call.state.clock()
    pieces = [
        (student, row) for student in students for row in student.standings(book, now) if row.assignment is assignment
    ]
    return numbered_page(call, pieces, shower(call, course))


@routes.on("GET", "/courses/:course_id/assignments/:assignment_id/submissions/:user_id")
def get_submission(call: Call) -> Reply:
    """Show one student's submission; the last slot is the student, not the submission."""
    course, book = find_book(call)
    assignment, user = assignment_of(call, book), find_user(call.state, call.slots["user_id"])
    for student in students_of(call.state, book, course):
        if student.user.id == user.id:
            rows = student.standings(book, call.state.clock())
            return Reply(shower(call, course)((student, next(row for row in rows if row.assignment is assignment))))
    raise NotFound


@routes.on("GET", "/courses/:course_id/students/submissions")
def list_for_students(call: Call) -> Reply:
    """List the work of students on many assignments, flat by id or grouped by student."""
    course, book = find_book(call)
    return list_of_students(call, course, book, None)


@routes.on("GET", "/sections/:section_id/students/submissions")
def list_for_section(call: Call) -> Reply:
    """List the work of one section's students."""
    course, book, section_id = section_book(call)
    return list_of_students(call, course, book, section_id)


def section_book(call: Call) -> tuple[Course, Book, int]:
    """Return the course of a section with its coursework, and the section's number."""
    section = find_section(call)
    slots = {**call.slots, "course_id": str(section.course_id)}
    call.slots = slots
    course, book = find_book(call)
    return course, book, section.id


def list_of_students(call: Call, course: Course, book: Book, section_id: int | None) -> Reply:
    """Return a page of many students' work, as the parameters ask for it."""
    students = asked_students(call, students_of(call.state, book, course, section_id=section_id))
    keep, now = submission_filter(call), call.state.clock()
    work = [(student, [row for row in student.standings(book, now) if keep(row)]) for student in students]
    if call.params.text("grouped") is not None:
        return numbered_page(call, work, lambda each: show_grouped(call, course, book, *each))
    pieces = [(student, row) for student, rows in work for row in rows]
    return numbered_page(call, ordered(call, pieces), shower(call, course))


def asked_students(call: Call, students: list[Student]) -> list[Student]:
    """Return the students named by `student_ids[]`; `all` are all, none at all is the caller, who studies nothing."""
    wanted = call.params.items("student_ids")
    if "all" in wanted:
        return students
    known = {student.user.id: student for student in students}
    ids = {find_user(call.state, each).id for each in wanted} or {call.state.service_user}
    if not ids <= known.keys():
        raise Refusal(403, FORBIDDEN)
    if len(ids) > call.max_per_page:
        raise Rejected("too many students", key="error")
    return [known[each] for each in sorted(ids)]


def submission_filter(call: Call) -> Callable[[Standing], bool]:
    """Return the test that the parameters of a list of submissions ask for; times are exclusive."""
    assignments, state = call.params.items("assignment_ids"), call.params.text("workflow_state")
    submitted, graded = call.params.moment("submitted_since"), call.params.moment("graded_since")

    def keep(row: Standing) -> bool:
        if assignments and str(row.assignment.id) not in assignments:
            return False
        if state is not None and row.workflow_state != state:
            return False
        return is_after(row.submitted_at, submitted) and is_after(row.graded_at, graded)

    return keep


def is_after(at: datetime | None, since: datetime | None) -> bool:
    """Tell whether something happened after a moment; everything did when none is given."""
    return since is None or (at is not None and at > since)


def ordered(call: Call, pieces: list[Piece]) -> list[Piece]:
    """Return submissions by number, or by when they were marked, in the direction asked for."""
    descending = call.params.text("order_direction") == "descending"
    by_id = sorted(pieces, key=lambda each: submission_id(each[1].assignment, each[0].user.id), reverse=descending)
    if call.params.text("order") != "graded_at":
        return by_id
    marked = [each for each in by_id if each[1].graded_at is not None]
    marked.sort(key=lambda each: str(each[1].graded_at), reverse=descending)
    return marked + [each for each in by_id if each[1].graded_at is None]


def shower(call: Call, course: Course) -> Callable[[Piece], dict[str, Json]]:
    """Return what shows a submission of a course to this caller."""
    teachers, include = teachers_of(call.state, course), call.params.items("include")
    return lambda each: show_submission(call.state, *each, teachers=teachers, origin=call.origin, include=include)


def show_grouped(call: Call, course: Course, book: Book, student: Student, rows: list[Standing]) -> dict[str, Json]:
    """Show a student with the work that was asked for, and the totals when those were too."""
    show, login = shower(call, course), call.state.login_of(student.user)
    submissions: list[Json] = [show((student, row)) for row in rows]
    shown: dict[str, Json] = {
        "user_id": student.user.id,
        "section_id": student.row.section_id,
        "submissions": submissions,
        "sis_user_id": login.sis_user_id if login else None,
        "integration_id": login.integration_id if login else None,
    }
    if "total_scores" in call.params.items("include"):
        totals = add_up(book, student.standings(book, call.state.clock()), unposted=False)
        shown |= {"computed_final_score": totals.final, "computed_current_score": totals.current}
    return shown
