"""What Canvas puts on the wire about the work in a class, as tolerant as the other wire records.

Marks keep the digits that Canvas sent: they become Decimal by way of their text, never by way of a float.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from tools.lms.canvas.wire import EnrollmentRow, Moment, Number, Text, WireRecord


def _as_score(value: object) -> object:
    if value == "" or isinstance(value, bool):
        return None
    return str(value) if isinstance(value, float) else value


Score = Annotated[Decimal | None, BeforeValidator(_as_score)]


class WirePart(BaseModel):
    """Base of what has no number of its own on the wire."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class GradesRow(WirePart):
    """The course grade inside a student's enrolment; ``model_fields_set`` tells what Canvas showed at all."""

    current_score: Score = None
    current_grade: Text = None
    final_score: Score = None
    final_grade: Text = None
    override_score: Score = None
    override_grade: Text = None
    unposted_current_score: Score = None
    unposted_final_score: Score = None


class ClassRow(EnrollmentRow):
    """An enrolment with the course grade that hangs on it."""

    grades: GradesRow | None = None


class ClassCourseRow(WireRecord):
    """What of a course decides how its work is graded; a field that Canvas left out is not in ``model_fields_set``."""

    account_id: Number = None
    grading_standard_id: Number = None
    apply_assignment_group_weights: bool | None = None


class GroupWeightRow(WireRecord):
    """A group of assignments; ``group_weight`` is a percentage and counts only where the course weighs groups."""

    name: Text = None
    group_weight: Score = None


class DatesRow(WirePart):
    """One set of dates of an assignment: the base ones, or those of a section, a group or named students."""

    base: bool = False
    set_type: Text = None
    set_id: Number = None
    due_at: Moment = None


class AssignmentRow(WireRecord):
    """An assignment; ``all_dates`` is missing where there are very many of them."""

    name: Text = None
    due_at: Moment = None
    points_possible: Score = None
    grading_type: Text = None
    submission_types: tuple[str, ...] | None = None
    assignment_group_id: Number = None
    omit_from_final_grade: bool | None = None
    published: bool | None = None
    post_manually: bool | None = None
    muted: bool | None = None
    quiz_id: Number = None
    is_quiz_assignment: bool | None = None
    is_quiz_lti_assignment: bool | None = None
    only_visible_to_overrides: bool | None = None
    all_dates: tuple[DatesRow, ...] = ()


class SubmissionRow(WireRecord):
    """A submission; ``user_id`` is missing while an assignment is graded anonymously."""

    assignment_id: int
    user_id: Number = None
    submission_type: Text = None
    submitted_at: Moment = None
    graded_at: Moment = None
    posted_at: Moment = None
    score: Score = None
    late: bool | None = None
    missing: bool | None = None
    excused: bool | None = None
    attempt: Number = None
    grader_id: Number = None
    submission_history: tuple["AttemptRow", ...] = ()


class AttemptRow(WirePart):
    """One earlier or present version of a submission."""

    submitted_at: Moment = None
    submission_type: Text = None
    attempt: Number = None


class StandardRow(WireRecord):
    """A grading scheme."""
