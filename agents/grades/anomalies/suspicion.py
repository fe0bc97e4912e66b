"""How likely each mark is a slip, and which one: the chance of the mark beside the chance of each way to mistype it."""

from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.hypotheses import SLIPS, Slip, chances
from agents.grades.anomalies.marks import Floats, Integers, Marks, whole_points
from agents.grades.anomalies.model import MarkModel, bands_of, mark_chances
from agents.grades.anomalies.standing import Trajectories

WRONG_SHARE = 0.01
"""Share of marks taken to be wrong before looking, in equal parts by kind."""


class Suspicion(NamedTuple):
    """One entry per mark: the chance that it is wrong, the likeliest slip, the mark it likely was, and the expected."""

    chance: Floats
    slip: Integers
    likelier: Integers
    expected: Integers

    def cause(self, row: int) -> Slip:
        """Return the likeliest slip of one mark."""
        return SLIPS[int(self.slip[row])]

    def top(self, share: float) -> Integers:
        """Return the positions of the most suspect marks, at most that share of all, worst first."""
        return np.argsort(-self.chance, kind="stable")[: int(share * len(self.chance))]


def suspect(marks: Marks, model: MarkModel) -> Suspicion:
    """Weigh every mark of some gradebooks against every slip."""
    group, band = bands_of(Trajectories(marks), model)
    size = len(marks.score)
    found = Suspicion(np.zeros(size), *(np.zeros(size, dtype=np.int64) for _ in range(3)))
    for column, described in enumerate(marks.columns):
        rows = marks.rows_of(column)
        if len(rows):
            points = whole_points(marks.score[rows], described.possible)
            likely = mark_chances(points, described.possible, group[rows], band[rows], model)
            for array, values in zip(found, _weigh(points, likely, described.possible), strict=True):
                array[rows] = values
    return found


def _weigh(points: Integers, likely: Floats, possible: int) -> tuple[Floats, Integers, Integers, Integers]:
    """Return per mark of one column the chance of error, the slip, what it likely was, and the middle expectation."""
    index = np.arange(len(points))
    right = likely[index, points]
    by_slip = np.zeros((len(SLIPS), len(points)))
    was = np.zeros((len(SLIPS), len(points)), dtype=np.int64)
    for number, slip in enumerate(SLIPS):
        paths = likely * chances(slip, possible)[:, points].T
        by_slip[number], was[number] = paths.sum(axis=1), paths.argmax(axis=1)
    wrong = by_slip.sum(axis=0) * WRONG_SHARE / len(SLIPS)
    slip = by_slip.argmax(axis=0)
    expected = (np.cumsum(likely, axis=1) < 0.5).sum(axis=1)  # noqa: PLR2004 the median
    return wrong / (wrong + (1 - WRONG_SHARE) * right), slip, was[slip, index], expected
