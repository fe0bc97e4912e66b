"""Much activity and a failing grade, or little and a high one: asked about before submission, never held (S87).

The base rate is tiny (0.17% and 3.0% of OULAD marks, ALERTS.md section 5), and most cases are simply so: hence the
instructor confirms, and the count is kept apart from errors of entry.
"""

from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.marks import Floats
from agents.grades.anomalies.standing import ranks

FEWEST_STUDENTS = 10
"""A section smaller than this has no decile worth the name (R123)."""


class Mismatch(NamedTuple):
    """One student whose activity and grade disagree: the share of the section less active, and the score."""

    row: int
    less_active: float
    score: float
    kind: str


ACTIVE_BUT_FAILING = "activity_grade_mismatch"
ABSENT_BUT_HIGH = "grade_without_activity"


def activity_mismatches(
    score: Floats, activity: Floats, *, failing_below: float = 40.0, high_from: float = 85.0, decile: float = 0.1
) -> tuple[Mismatch, ...]:
    """Return who is to be confirmed in one section: percent beside any count of activity, NaN unknown (R122)."""
    known = np.flatnonzero(~np.isnan(score) & ~np.isnan(activity))
    if len(known) < FEWEST_STUDENTS:
        return ()
    place = ranks(activity[known])
    found = []
    for row, share in zip(known, place, strict=True):
        if share > 1 - decile and score[row] < failing_below:
            found.append(Mismatch(int(row), float(share), float(score[row]), ACTIVE_BUT_FAILING))
        elif share < decile and score[row] >= high_from:
            found.append(Mismatch(int(row), float(share), float(score[row]), ABSENT_BUT_HIGH))
    return tuple(found)
