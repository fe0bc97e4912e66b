"""Attempts at quizzes over the wire: a graded quiz by what was handed in, a practice quiz by who took part in it."""

from __future__ import annotations

from datetime import datetime

from simulator.canvas.coursework import Quiz
from simulator.canvas.refusals import Json
from simulator.canvas.students import Student, students_of
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_book, find_part
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import stamp

routes = RouteTable()
PER_QUIZ = 100_000
"""Numbers kept free for the attempts at one quiz; a user's number tells them apart."""


@routes.on("GET", "/courses/:course_id/quizzes/:quiz_id/submissions")
def list_quiz_submissions(call: Call) -> Reply:
    """List the last attempt of every student at a quiz, by user id."""
    course, book = find_book(call)
    quiz = find_part(book.quizzes, call.slots["quiz_id"])
    now = call.state.clock()
    taken = []
    for student in students_of(call.state, book, course):
        if quiz.assignment_id is None:
            at = practised_at(student, quiz, now)
        else:
            rows = student.standings(book, now)
            at = next((row.submitted_at for row in rows if row.assignment.id == quiz.assignment_id), None)
        if at is not None:
            taken.append((student, at))
    return numbered_page(call, taken, lambda each: show_attempt(quiz, *each), wrapper="quiz_submissions")


def practised_at(student: Student, quiz: Quiz, now: datetime) -> datetime | None:
    """When a student last took part in a quiz that is no assignment."""
    return max(
        (
            view.at
            for view in student.views(now)
            if view.took_part and view.item and view.item.kind == "Quiz" and str(view.item.content) == str(quiz.id)
        ),
        default=None,
    )


def show_attempt(quiz: Quiz, student: Student, at: datetime) -> dict[str, Json]:
    """Show an attempt; its score stands with the submission."""
    return {
        "id": quiz.id * PER_QUIZ + student.user.id,
        "quiz_id": quiz.id,
        "user_id": student.user.id,
        "started_at": stamp(at),
        "finished_at": stamp(at),
        "attempt": 1,
        "workflow_state": "complete",
    }
