"""Never attended, and unofficial withdrawal: what is reported to a person, and when it is not known (R102, R103)."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from domain.drop_policy import GradeMarks
from domain.rules.drop.engagement import Certainty, LastDays


class Attendance(StrEnum):
    """Whether a student began a class, as far as complete readings show."""

    BEGUN = "begun"
    NEVER = "never"
    UNKNOWN = "unknown"


class UnofficialWithdrawal(StrEnum):
    """Whether a student who passed nothing is presumed to have left."""

    PRESUMED = "presumed"
    ENGAGED_PAST_POINT = "engaged_past_point"
    NOT_ALL_FAILING = "not_all_failing"
    UNKNOWN = "unknown"


def attendance_of(days: LastDays) -> Attendance:
    """Say whether a student began the class; one engagement suffices, none proves absence only if complete (R102)."""
    if days.engaged_on is not None:
        return Attendance.BEGUN
    return Attendance.NEVER if days.certainty is Certainty.NONE_FOUND else Attendance.UNKNOWN


def unofficial_withdrawal(
    grades: Sequence[str], days: Sequence[LastDays], earned_after: date | None, marks: GradeMarks
) -> UnofficialWithdrawal:
    """Presume an unofficial withdrawal where no pass was earned and nobody shows engagement past the point (R103).

    ``days`` are those of the same classes, ``earned_after`` the first day on which all aid is earned. A mark that
    is neither passing nor failing, such as an incomplete, leaves it unknown.
    """
    if any(grade in marks.passing for grade in grades):
        return UnofficialWithdrawal.NOT_ALL_FAILING
    if not grades or earned_after is None or any(grade not in marks.failing for grade in grades):
        return UnofficialWithdrawal.UNKNOWN
    if any(day.engaged_on is not None and day.engaged_on >= earned_after for day in days):
        return UnofficialWithdrawal.ENGAGED_PAST_POINT
    if len(days) < len(grades) or any(day.certainty is Certainty.UNKNOWN for day in days):
        return UnofficialWithdrawal.UNKNOWN
    return UnofficialWithdrawal.PRESUMED
