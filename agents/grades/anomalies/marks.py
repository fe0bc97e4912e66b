"""The marks of a gradebook as arrays, the shape in which a whole term is looked at in a second.

People and columns are numbers here: the caller keeps what they stand for, so that nothing personal enters statistics.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class MarkColumn(NamedTuple):
    """One column of one gradebook.

    ``course`` groups the columns of one gradebook; ``order`` is the due date or any number that sorts like it;
    ``possible`` the most points a mark can have; ``kind`` tells columns apart that are marked differently.
    """

    course: int
    order: float
    possible: int = 100
    kind: str = ""


class Marks(NamedTuple):
    """Marks, one per student and column; arrays of one length.

    ``score`` is in points as entered; ``lead`` the days from hand-in to due date, negative when late, NaN when unknown.
    """

    columns: tuple[MarkColumn, ...]
    student: Integers
    column: Integers
    score: Floats
    lead: Floats

    def rows_of(self, column: int) -> Integers:
        """Return the positions of one column's marks."""
        return np.flatnonzero(self.column == column)

    def with_scores(self, score: Floats) -> "Marks":
        """Return the same gradebook with other scores."""
        return self._replace(score=score)


def whole_points(score: Floats, possible: int) -> Integers:
    """Return scores as whole points from 0 to ``possible``; the range itself is a hard rule's concern."""
    return np.clip(np.floor(score + 0.5), 0, possible).astype(np.int64)
