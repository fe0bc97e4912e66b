"""The log of grade changes over the wire: by course or assignment, newest first, with what each event links to."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.canvas.coursework import Assignment, Book, Mark, Work
from simulator.canvas.gradebook import entered_marks
from simulator.canvas.refusals import Json, NotFound
from simulator.canvas.rows import Course
from simulator.canvas.students import Student, grader_id, students_of, teachers_of
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_book
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_course, show_user
from simulator.canvas.wire.show_coursework import show_assignment
from simulator.canvas.wire.show_submission import show_change

routes = RouteTable()

Change = tuple[Student, Assignment, Work, int]


@routes.on("GET", "/audit/grade_change/courses/:course_id")
def list_course_changes(call: Call) -> Reply:
    """List every change of a mark in a course."""
    course, book = find_book(call)
    return list_changes(call, course, book, book.assignments)


@routes.on("GET", "/audit/grade_change/assignments/:assignment_id")
def list_assignment_changes(call: Call) -> Reply:
    """List every change of a mark of one assignment."""
    text = call.slots["assignment_id"]
    course_id = call.state.coursework.course_of(int(text)) if text.isdigit() else None
    if course_id is None:
        raise NotFound
    call.slots = {**call.slots, "course_id": str(course_id)}
    course, book = find_book(call)
    assignments = [each for each in book.assignments if str(each.id) == text]
    if not assignments:
        raise NotFound
    return list_changes(call, course, book, assignments)


def list_changes(call: Call, course: Course, book: Book, assignments: Sequence[Assignment]) -> Reply:
    """Return a page of changes under `events`, with `linked` objects of that page and links of its own."""
    changes = [
        change
        for student in students_of(call.state, book, course)
        for assignment in assignments
        for change in changes_of(call, student, assignment)
    ]
    changes.sort(key=lambda each: each[2].marks[each[3]].at, reverse=True)
    teachers, shown = teachers_of(call.state, course), []

    def show(change: Change) -> Json:
        shown.append(change)
        return show_change(*change, teachers)

    reply = numbered_page(call, changes, show, counted=False, wrapper="events")
    assert isinstance(reply.body, dict)
    reply.body |= {"linked": linked(call, course, shown, teachers), "links": LINKS}
    return reply


LINKS: Json = {
    "events.assignment": "/api/v1/courses/{events.course}/assignments/{events.assignment}",
    "events.course": "/api/v1/courses/{events.course}",
    "events.student": "/api/v1/users/{events.student}",
    "events.grader": "/api/v1/users/{events.grader}",
    "events.page_view": None,
}


def changes_of(call: Call, student: Student, assignment: Assignment) -> list[Change]:
    """Return the marks of one piece of work that were entered by now and in the time asked about."""
    work = student.story.works.get(assignment.id)
    if work is None:
        return []
    entered = entered_marks(work, call.state.clock(), student.presence)
    return [(student, assignment, work, number) for number in entered if is_within(call, work.marks[number])]


def is_within(call: Call, mark: Mark) -> bool:
    """Tell whether a mark was entered between `start_time` and `end_time`."""
    start, end = call.params.moment("start_time"), call.params.moment("end_time")
    return (start is None or mark.at >= start) and (end is None or mark.at <= end)


def linked(call: Call, course: Course, shown: list[Change], teachers: list[int]) -> dict[str, Json]:
    """Return the objects that a page of changes is about, each once."""
    state = call.state
    graders = {grader_id(teachers, work.marks[number].grader) for _, _, work, number in shown}
    people = {student.user.id for student, *_ in shown} | {each for each in graders if each and each > 0}
    assignments = {assignment.id: assignment for _, assignment, _, _ in shown}
    return {
        "assignments": [show_assignment(each, call.origin) for each in assignments.values()],
        "courses": [show_course(state, course)] if shown else [],
        "users": [show_user(state, state.users[each]) for each in sorted(people)],
        "page_views": [],
    }
