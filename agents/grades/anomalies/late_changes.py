"""Marks changed late: after posting, after the window, or by somebody who does not grade (ALERTS.md section 5).

A late change is not an error, it is a change that must have an author and a reason before it reaches the record.
"""

from datetime import datetime
from decimal import Decimal

from domain.grades import LateChange, MarkChange


def late_changes(
    changes: tuple[MarkChange, ...], *, closes_at: datetime, graders: frozenset[str], tolerance: Decimal = Decimal(0)
) -> tuple[LateChange, ...]:
    """Return the changes of posted marks that lack a reason or an entitled author, in order of time.

    ``closes_at`` is the end of the grading window in the institution's zone (R114); ``graders`` the record handles of
    those who may grade the section (R92); changes of at most ``tolerance`` points are rounding. The LMS itself can give
    no reason, so none is asked of it.
    """
    found = (_judge(change, closes_at, graders) for change in changes if _moved(change, tolerance))
    return tuple(late for late in sorted(filter(None, found), key=lambda late: late.change.changed_at))


def is_entitled(change: MarkChange, graders: frozenset[str]) -> bool:
    """Tell whether a change is by a grader of the section or by the LMS, which counts as its teacher set it (R92)."""
    return change.automatic or change.changed_by in graders


def _moved(change: MarkChange, tolerance: Decimal) -> bool:
    if change.before is None or change.after is None:
        return change.before is not None
    return abs(change.after - change.before) > tolerance


def _judge(change: MarkChange, closes_at: datetime, graders: frozenset[str]) -> LateChange | None:
    if change.posted_at is None or change.changed_at <= change.posted_at:
        return None
    if not is_entitled(change, graders):
        return LateChange(change=change, why="changed after posting by somebody who does not grade this section")
    if change.changed_at > closes_at:
        return LateChange(change=change, why="changed after the grading window closed")
    if not change.reason and not change.automatic:
        return LateChange(change=change, why="changed after posting without a reason")
    return None
