"""Rows that slid: a block of marks that fits the neighbours in the roster better than the students themselves.

Whoever pastes a column one row off makes many errors at once, each of which looks ordinary. The scan adds up, along the
roster, how much better each mark fits the student one row away, and takes the stretch where the sum is highest.
"""

from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.marks import Floats, Integers, Marks
from agents.grades.anomalies.model import MarkModel, bands_of, standing_in_column
from agents.grades.anomalies.standing import Trajectories

FALSE_ALARM_SHARE = 0.05
"""Share of untouched columns that may be held."""
_SHUFFLES, _SEED = 99, 20_261_127
_FEWEST = 8


class Stretch(NamedTuple):
    """The best stretch of a column: rows ``first`` to ``last`` of the roster, taken from ``step`` rows away.

    ``surprise`` is the share of shuffled rosters that give as high a sum; small means shifted.
    """

    column: int
    first: int
    last: int
    step: int
    gain: float
    surprise: float

    @property
    def held(self) -> bool:
        """Whether the column is held for a person to look at the pasted rows."""
        return self.surprise <= FALSE_ALARM_SHARE


def scan_shifts(
    marks: Marks, model: MarkModel, *, shuffles: int = _SHUFFLES, give_up_above: float = 1.0
) -> list[Stretch]:
    """Scan every column, its marks taken in roster order as they come; a column of few marks says nothing.

    ``shuffles`` is how many rosters in random order each is compared with: more can show a smaller surprise. A column
    is left as soon as its surprise is sure to lie above ``give_up_above``, and has what was reached by then.
    """
    group, band = bands_of(Trajectories(marks), model)
    standing = standing_in_column(marks)
    fits = np.log(model.carried)
    found = []
    for column in range(len(marks.columns)):
        rows = marks.rows_of(column)
        if len(rows) >= _FEWEST:
            roster = _Roster(fits, group[rows], band[rows], standing[rows])
            found.append(_scan_column(column, roster, shuffles, give_up_above))
    return found


class _Roster(NamedTuple):
    """One column in roster order: who is expected where, and where the marks stand."""

    fits: Floats
    group: Integers
    band: Integers
    standing: Integers

    def gains(self, step: int) -> Floats:
        """Return for each row how much better its mark fits the student ``step`` rows away; nothing at the ends."""
        other = np.arange(len(self.standing)) + step
        inside = (other >= 0) & (other < len(other))
        other = np.clip(other, 0, len(other) - 1)
        theirs = self.fits[self.group[other], self.band[other], self.standing]
        return np.where(inside, theirs - self.fits[self.group, self.band, self.standing], 0.0)

    def shuffled(self, random: np.random.Generator) -> "_Roster":
        """Return the column with its roster in random order."""
        order = random.permutation(len(self.standing))
        return self._replace(group=self.group[order], band=self.band[order], standing=self.standing[order])

    def best(self) -> tuple[float, int, int, int]:
        """Return the highest sum of gains looking one row up or down, the rows it spans and the step."""
        return max(((*_best_stretch(self.gains(step)), step) for step in (-1, 1)), key=lambda one: one[0])


def _scan_column(column: int, roster: _Roster, shuffles: int, give_up_above: float) -> Stretch:
    gain, first, last, step = roster.best()
    random = np.random.default_rng([_SEED, column])
    beaten = 0
    for _ in range(shuffles):
        beaten += roster.shuffled(random).best()[0] >= gain
        if (beaten + 1) / (shuffles + 1) > give_up_above:
            break
    return Stretch(column, first, last, step, gain, (beaten + 1) / (shuffles + 1))


def _best_stretch(gains: Floats) -> tuple[float, int, int]:
    """Return the highest sum of neighbouring gains and the rows it spans."""
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    lowest = np.minimum.accumulate(sums)
    last = int(np.argmax(sums - lowest))
    first = int(np.argmin(sums[: last + 1]))
    return float(sums[last] - sums[first]), first, max(last - 1, first)
