"""A section's marks as the arrays that the statistics look at, with what students and columns stand for (S86)."""

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.marks import MarkColumn, Marks
from agents.grades.reading import GradeReading
from domain.ids import AssignmentId, RecordHandle
from domain.learning import Assignment, Submission, WorkKind

MOST_POINTS = 1000
"""A column of more points than this is no mark but a counter, and is not weighed."""
UNMARKED = frozenset({"pass_fail", "not_graded"})
"""The LMS's words for marking without points."""
_UNDATED = 400.0
_DAY = 86_400.0


class Gradebook(NamedTuple):
    """Marks, with people by student number and assignments by column number; people in roster order."""

    marks: Marks
    people: tuple[RecordHandle, ...]
    columns: tuple[Assignment, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The columns' names, told apart where two are called alike."""
        names = [column.name for column in self.columns]
        return tuple(
            column.name if names.count(column.name) == 1 else f"{column.name} ({column.id})" for column in self.columns
        )


def weighed(assignment: Assignment) -> bool:
    """Tell whether a column holds marks in points that enter the course grade."""
    points = assignment.points or Decimal(0)
    graded = assignment.kind is not WorkKind.NOT_GRADED and assignment.grading not in UNMARKED
    return graded and assignment.counts and assignment.published and 0 < points <= MOST_POINTS


def gradebook_of(reading: GradeReading, without: frozenset[AssignmentId] = frozenset()) -> Gradebook:
    """Return the marks that were read, one per student and column, in roster order; excused work has none."""
    people = tuple(dict.fromkeys(row.person for row in reading.rows if row.section == reading.key))
    columns = tuple(one for one in reading.assignments if weighed(one) and one.id not in without)
    at = {person: number for number, person in enumerate(people)}
    place = {column.id: number for number, column in enumerate(columns)}
    handed_in = {one.assignment for one in reading.submissions if one.submitted_at is not None}
    marked = [one for one in reading.submissions if one.person in at and one.assignment in place]
    known = [one for one in marked if _marked(one, handed_in)]
    known.sort(key=lambda one: (place[one.assignment], at[one.person]))
    marks = Marks(
        columns=tuple(_column(column) for column in columns),
        student=np.array([at[one.person] for one in known], dtype=np.int64),
        column=np.array([place[one.assignment] for one in known], dtype=np.int64),
        score=np.array([float(one.score or 0) for one in known], dtype=np.float64),
        lead=np.array([_lead(one, columns[place[one.assignment]]) for one in known], dtype=np.float64),
    )
    return Gradebook(marks, people, columns)


def _marked(submission: Submission, handed_in: set[AssignmentId]) -> bool:
    """Tell whether there is a mark to look at; a zero for work that never came in is none, where work is handed in."""
    if submission.score is None or submission.excused:
        return False
    never_came = submission.submitted_at is None and (submission.missing or submission.assignment in handed_in)
    return submission.score != 0 or not never_came


def _column(assignment: Assignment) -> MarkColumn:
    due = assignment.due_at.timestamp() / _DAY if assignment.due_at else _UNDATED * _DAY
    kind = assignment.group or assignment.kind.value
    return MarkColumn(0, due, round(assignment.points or Decimal(1)), kind)


def _lead(submission: Submission, assignment: Assignment) -> float:
    if submission.submitted_at is None or assignment.due_at is None:
        return float("nan")
    return (assignment.due_at - submission.submitted_at).total_seconds() / _DAY
