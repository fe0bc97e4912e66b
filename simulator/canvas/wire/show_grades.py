"""What an enrolment shows of a student's learning: the totals of the course, their letters and the last activity."""

from __future__ import annotations

from collections.abc import Collection

from simulator.canvas.coursework import Book, GradingStandard
from simulator.canvas.gradebook import Totals, add_up
from simulator.canvas.refusals import Json
from simulator.canvas.rows import Course, Enrollment
from simulator.canvas.state import CanvasState
from simulator.canvas.students import Student, student_of
from simulator.canvas.wire.show import stamp


def learning_fields(
    state: CanvasState, row: Enrollment, html_url: str, include: Collection[str] = ()
) -> dict[str, Json]:
    """Show grades and activity; a course in which nothing is taught has totals of the row alone."""
    course = state.courses[row.course_id]
    book = state.coursework.book(course)
    if book is None:
        totals = Totals(row.current_score, row.final_score, None)
        return {"grades": show_totals(totals, totals, None, None, include) | {"html_url": html_url}}
    rows = [each for each in state.enrollments_of_user(row.user_id) if _same(each, row)]
    student = student_of(state, book, rows)
    last, seconds = student.glance(state.clock())
    return {
        "grades": show_standing(state, book, student, include) | {"html_url": html_url},
        "last_activity_at": stamp(last),
        "total_activity_time": seconds,
    }


def _same(one: Enrollment, other: Enrollment) -> bool:
    """Whether an enrolment is of the same student in the same course, and not gone."""
    if one is other:
        return True
    return one.course_id == other.course_id and one.type == other.type and one.workflow_state != "deleted"


def show_standing(state: CanvasState, book: Book, student: Student, include: Collection[str]) -> dict[str, Json]:
    """Show the totals that the student sees, those that count marks not posted too, and the teacher's own."""
    now = state.clock()
    standings = student.standings(book, now)
    posted, all_marks = add_up(book, standings, unposted=False), add_up(book, standings, unposted=True)
    override = student.story.override
    own = override[1] if override and override[0] <= now else None
    standard = standard_of(state, state.courses[student.row.course_id], book)
    return show_totals(posted, all_marks, own, standard, include)


def standard_of(state: CanvasState, course: Course, book: Book) -> GradingStandard | None:
    """The grading scheme of a course, its own or the account's."""
    known = (*state.coursework.course_standards(course), *state.coursework.standards)
    return next((each for each in known if each.id == book.standard_id), None)


def show_totals(
    posted: Totals,
    unposted: Totals,
    override: float | None,
    standard: GradingStandard | None,
    include: Collection[str],
) -> dict[str, Json]:
    """Show a student's course totals; letters are null without a grading scheme."""

    def letter(score: float | None) -> str | None:
        return standard.letter(score) if standard else None

    points: dict[str, Json] = {"current_points": posted.points, "unposted_current_points": unposted.points}
    return {
        "current_score": posted.current,
        "current_grade": letter(posted.current),
        "final_score": posted.final,
        "final_grade": letter(posted.final),
        "unposted_current_score": unposted.current,
        "unposted_current_grade": letter(unposted.current),
        "unposted_final_score": unposted.final,
        "unposted_final_grade": letter(unposted.final),
        "override_score": override,
        "override_grade": letter(override),
    } | (points if "current_points" in include else {})
