"""What became of marks: the log of grade changes, beside when each mark was shown to its student."""

import re
from collections.abc import Mapping
from decimal import Decimal

from domain.grades import MarkChange
from tools.lms.canvas.classroom.activity_rows import GradeChangeRow
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.roll import Roll, call_roll
from tools.lms.canvas.classroom.rows import AssignmentRow, SubmissionRow
from tools.lms.canvas.classroom.work import ASSIGNMENT_RIGHT, read_rows
from tools.lms.canvas.lookup import API

AUDIT_RIGHT = "Grades - view change logs"
OVERRIDE = "final grade override"
_NUMBER = re.compile(r"^(?P<number>-?\d+(?:\.\d+)?)\s*(?P<percent>%?)$")
_HUNDRED = Decimal(100)
Pair = tuple[int | None, int | None]


def read_mark_changes(reading: Reading) -> list[MarkChange]:
    """Read every change of a mark of the section's students, with the assignment's name as its column.

    Canvas keeps the mark as its teacher typed it: points and percentages become points, a letter becomes None. Its log
    has no reasons. Who changed a mark is None for people outside the course, and for Canvas itself, which the log gives
    no grader or, for a quiz, its number below zero.
    """
    roll = call_roll(reading, staff_of_course=True)
    if roll.course is None:
        return []
    path = f"{API}/audit/grade_change/courses/{roll.course}"
    events = reading.rows(GradeChangeRow, path, key="events", what="mark changes", right=AUDIT_RIGHT)
    ours = [event for event in events if roll.student(event.links.student)]
    if not ours:
        return []
    names = _read_names(reading, roll)
    shown: dict[Pair, SubmissionRow] = {(row.assignment_id, row.user_id): row for row in read_rows(reading)}
    return [change for event in ours if (change := _change(roll, event, names, shown))]


def _read_names(reading: Reading, roll: Roll) -> dict[int, str]:
    rows = reading.rows(AssignmentRow, f"{roll.path}/assignments", what="assignments", right=ASSIGNMENT_RIGHT)
    return {row.id: row.name or "" for row in rows}


def _change(
    roll: Roll, event: GradeChangeRow, names: Mapping[int, str], shown: Mapping[Pair, SubmissionRow]
) -> MarkChange | None:
    """Return one line of the log; a line without an assignment is about the course grade that a teacher set by hand."""
    person, assignment = roll.student(event.links.student), event.links.assignment
    if person is None:
        return None
    submission = shown.get((assignment, event.links.student))
    whole = _HUNDRED if assignment is None else None
    return MarkChange(
        person=person,
        column=OVERRIDE if assignment is None else names.get(assignment) or f"assignment {assignment}",
        before=_points(event.grade_before, event.points_possible_before or whole),
        after=_points(event.grade_after, event.points_possible_after or whole),
        changed_at=event.created_at,
        changed_by=roll.person(event.links.grader),
        automatic=event.links.grader is None or event.links.grader < 0,
        posted_at=submission.posted_at if submission else None,
    )


def _points(grade: str | None, possible: Decimal | None) -> Decimal | None:
    """Return a typed mark as points; None for none, for a letter, and for a percentage of an unknown whole."""
    typed = _NUMBER.match(grade.strip()) if grade else None
    if typed is None:
        return None
    number = Decimal(typed["number"])
    if not typed["percent"]:
        return number
    return number * possible / _HUNDRED if possible is not None else None
