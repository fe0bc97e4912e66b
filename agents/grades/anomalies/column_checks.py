"""What a whole column shows: its middle and spread, a changed way of marking, the same marks as another column.

The textbook distance from the median (S86) is worked out for every hold because a registrar can check it by hand; it is
no detector of its own, since genuine low marks fill any list it makes (docs/grades.md has the figures).
"""

from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.marks import Floats, Marks

_NORMAL_SPREAD = 1.4826
"""Factor that makes the median absolute deviation of normal marks their standard deviation."""
_SMALLEST_SPREAD = 1.0
MODE_SHARE = 0.5
"""Share of marks that are 0, 1 or full above which a column is in another mode, where its history has few."""
USUAL_SHARE = 0.25
_FEWEST = 20


class ColumnMiddle(NamedTuple):
    """Median and scaled median absolute deviation of a column, in points."""

    median: float
    spread: float

    def distance(self, score: float) -> float:
        """Return how many spreads a mark lies from the median; negative below."""
        return (score - self.median) / self.spread


def column_middle(scores: Floats) -> ColumnMiddle:
    """Return the middle of a column; a column in which all agree has a spread of one point."""
    median = float(np.median(scores))
    spread = _NORMAL_SPREAD * float(np.median(np.abs(scores - median)))
    return ColumnMiddle(median, max(spread, _SMALLEST_SPREAD))


def extreme_share(scores: Floats, possible: int) -> float:
    """Return the share of marks that are 0, 1 or full: near all where a column is only ticked off."""
    return float(np.isin(scores, (0, 1, possible)).mean()) if len(scores) else 0.0


def mode_changed(scores: Floats, possible: int, usual_share: float | None, fewest: int = _FEWEST) -> bool:
    """Tell whether a column is marked in another mode than in earlier terms, so that it must be quarantined.

    ``usual_share`` is the share of extreme marks in the column's history, None where it has none: a new column is not
    accused. Fewer marks than ``fewest`` show nothing. Marks of such a column reach neither a grade nor the features of
    early alerts before a person has looked.
    """
    if len(scores) < fewest or usual_share is None:
        return False
    return extreme_share(scores, possible) > MODE_SHARE and usual_share < USUAL_SHARE


def equal_columns(marks: Marks) -> list[tuple[int, int]]:
    """Return pairs of columns of one gradebook that hold the same varied marks for the same students: pasted twice."""
    seen: dict[tuple[int, bytes, bytes], int] = {}
    pairs = []
    for column, described in enumerate(marks.columns):
        rows = marks.rows_of(column)
        rows = rows[np.argsort(marks.student[rows], kind="stable")]
        if len(rows) < _FEWEST or extreme_share(marks.score[rows], described.possible) > MODE_SHARE:
            continue
        key = (described.course, marks.student[rows].tobytes(), marks.score[rows].tobytes())
        if key in seen:
            pairs.append((seen[key], column))
        seen.setdefault(key, column)
    return pairs
