"""Submissions and grade changes as Canvas shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import NAMESPACE_OID, uuid5

from simulator.canvas.coursework import Assignment, Mark, Work
from simulator.canvas.gradebook import Standing
from simulator.canvas.refusals import Json
from simulator.canvas.state import CanvasState
from simulator.canvas.students import Student, grader_id
from simulator.canvas.wire.show import show_user, stamp
from simulator.canvas.wire.show_coursework import show_assignment

USERS = 1_000_000
"""Numbers above every user id, so that an assignment and a user make one number."""


def submission_id(assignment: Assignment, user_id: int) -> int:
    """The number of a student's submission."""
    return assignment.id * USERS + user_id


def show_grade(assignment: Assignment, score: float | None) -> str | None:
    """A score as the assignment words it: points, a percentage, or complete and incomplete."""
    if score is None:
        return None
    if assignment.grading_type == "pass_fail":
        return "complete" if score > 0 else "incomplete"
    if assignment.grading_type == "percent":
        return f"{score / assignment.points_possible * 100:g}%"
    return f"{score:g}"


def show_submission(
    state: CanvasState,
    student: Student,
    row: Standing,
    *,
    teachers: Sequence[int],
    origin: str,
    include: Collection[str] = (),
) -> dict[str, Json]:
    """Show one submission; `include` may ask for assignment, user, course and submission_history."""
    assignment, user_id = row.assignment, student.user.id
    path = f"{origin}/courses/{assignment.course_id}/assignments/{assignment.id}/submissions/{user_id}"
    shown: dict[str, Json] = {
        "id": submission_id(assignment, user_id),
        "user_id": user_id,
        "assignment_id": assignment.id,
        "submission_type": assignment.submission_type if row.submitted_at else None,
        "attempt": 1 if row.submitted_at else None,
        "body": None,
        "url": None,
        "submitted_at": stamp(row.submitted_at),
        "score": row.score,
        "entered_score": None if row.score is None else row.score + (row.deducted or 0.0),
        "grade": show_grade(assignment, row.score),
        "entered_grade": None if row.score is None else show_grade(assignment, row.score + (row.deducted or 0.0)),
        "grade_matches_current_submission": True,
        "graded_at": stamp(row.graded_at),
        "grader_id": grader_id(teachers, row.grader),
        "posted_at": stamp(row.posted_at),
        "workflow_state": row.workflow_state,
        "late": row.late,
        "missing": row.missing,
        "excused": row.excused,
        "late_policy_status": None,
        "points_deducted": row.deducted,
        "seconds_late": row.seconds_late,
        "extra_attempts": None,
        "redo_request": False,
        "cached_due_date": stamp(assignment.due_at),
        "html_url": path,
        "preview_url": f"{path}?preview=1",
    }
    extra: dict[str, Json] = {}
    if "assignment" in include:
        extra["assignment"] = show_assignment(assignment, origin)
    if "user" in include:
        extra["user"] = show_user(state, student.user)
    if "submission_history" in include:
        extra["submission_history"] = [shown]
    if "visibility" in include:
        extra["assignment_visible"] = True
    return shown | extra


def show_change(
    student: Student, assignment: Assignment, work: Work, number: int, teachers: Sequence[int]
) -> dict[str, Json]:
    """Show the change that the mark of a number made, against the one before it."""
    mark = work.marks[number]
    before = work.marks[number - 1] if number else Mark(mark.at, None)
    name = f"grade change {submission_id(assignment, student.user.id)} {number}"
    return {
        "id": str(uuid5(NAMESPACE_OID, name)),
        "created_at": stamp(mark.at),
        "event_type": "grade_change",
        "grade_before": show_grade(assignment, before.score),
        "grade_after": show_grade(assignment, mark.score),
        "excused_before": before.excused,
        "excused_after": mark.excused,
        "graded_anonymously": False,
        "version_number": str(number + 1),
        "request_id": str(uuid5(NAMESPACE_OID, f"request of {name}")),
        "links": {
            "assignment": assignment.id,
            "course": assignment.course_id,
            "student": student.user.id,
            "grader": grader_id(teachers, mark.grader),
            "page_view": None,
        },
    }
