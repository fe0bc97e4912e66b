"""Where each mark stands in its column, and what the student's other marks let one expect (S86).

Everything is a normal score of the rank within the column, so that a hard paper and an easy quiz compare (R123), and
a student who has no other mark yet is neutral, never zero (R122).
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from agents.grades.anomalies.marks import Flags, Floats, Integers, Marks

_STEPS = 2000
_NORMAL = np.array([NormalDist().inv_cdf((step + 0.5) / _STEPS) for step in range(_STEPS)])
_LEAD_RANGE = (-10.0, 10.0)


def normal_score(share: Floats) -> Floats:
    """Return the normal score of shares between 0 and 1."""
    found: Floats = _NORMAL[np.clip((share * _STEPS).astype(np.int64), 0, _STEPS - 1)]
    return found


def ranks(values: Floats) -> Floats:
    """Return the mid-rank of each value as a share of all, strictly between 0 and 1."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    return (below + upto) / (2 * len(values))


def column_scores(marks: Marks) -> Floats:
    """Return the normal score of each mark within its column."""
    scores = np.zeros(len(marks.score))
    for column in range(len(marks.columns)):
        rows = marks.rows_of(column)
        if len(rows):
            scores[rows] = normal_score(ranks(marks.score[rows]))
    return scores


class Trajectories:
    """What a student's earlier marks say about each mark: a row of features, and how many earlier marks there are.

    Later marks are not read: what is held must be held when it is posted, and reading them found no more.
    """

    def __init__(self, marks: Marks) -> None:
        """Read every gradebook of ``marks`` once."""
        self.column_scores = column_scores(marks)
        size = len(marks.score)
        self.features = np.zeros((size, FEATURES))
        self.others = np.zeros(size, dtype=np.int64)
        courses = np.array([column.course for column in marks.columns], dtype=np.int64)
        for course in np.unique(courses):
            self._read_course(marks, np.flatnonzero(courses == course))

    def _read_course(self, marks: Marks, columns: Integers) -> None:
        order = columns[np.argsort([marks.columns[column].order for column in columns], kind="stable")]
        rows = np.flatnonzero(np.isin(marks.column, columns))
        people, at = np.unique(marks.student[rows], return_inverse=True)
        places = np.full(len(marks.columns), -1, dtype=np.int64)
        places[order] = np.arange(len(order))
        grid = np.full((len(people), len(order)), np.nan)
        lead = np.full_like(grid, np.nan)
        grid[at, places[marks.column[rows]]] = self.column_scores[rows]
        lead[at, places[marks.column[rows]]] = np.clip(marks.lead[rows], *_LEAD_RANGE)
        kinds = np.array([marks.columns[column].kind for column in order])
        for place, column in enumerate(order):
            own = rows[marks.column[rows] == column]
            index = at[marks.column[rows] == column]
            seen = np.arange(len(order)) < place
            self.features[own], self.others[own] = _describe(grid[index], lead[index], seen, kinds, place)


FEATURES = 7


def _describe(grid: Floats, lead: Floats, seen: Flags, kinds: NDArray[np.str_], place: int) -> tuple[Floats, Integers]:
    """Describe the marks of one column by the marks seen: overall, of its kind, nearest, missed, and hand-in."""
    known = ~np.isnan(grid) & seen
    alike = known & (kinds == kinds[place])
    near = known & (np.abs(np.arange(grid.shape[1]) - place) <= 2)  # noqa: PLR2004 the neighbours in time
    possible = max(int(seen.sum()), 1)
    own_lead = lead[:, place]
    typical = np.nanmedian(own_lead) if np.any(~np.isnan(own_lead)) else 0.0
    features = np.column_stack([
        _shrunk_mean(grid, known, 1.0),
        _shrunk_mean(grid, alike, 1.0),
        _shrunk_mean(grid, near, 0.5),
        1 - known.sum(axis=1) / possible if seen.any() else np.zeros(len(grid)),
        np.nan_to_num(own_lead - typical) / _LEAD_RANGE[1],
        (np.nan_to_num(own_lead) < 0).astype(float),
        _lowest(grid, known),
    ])  # fmt: skip
    return features, known.sum(axis=1)


def _shrunk_mean(grid: Floats, known: Flags, weight: float) -> Floats:
    shrunk: Floats = np.where(known, grid, 0).sum(axis=1) / (known.sum(axis=1) + weight)
    return shrunk


def _lowest(grid: Floats, known: Flags) -> Floats:
    lowest: Floats = np.minimum(np.where(known, grid, np.inf).min(axis=1, initial=np.inf), 0)
    return lowest
