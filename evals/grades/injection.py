"""Errors put into real marks, six kinds of single rows in equal parts, so that what is found can be counted."""

from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.hypotheses import SLIPS, entered_as
from agents.grades.anomalies.marks import Floats, Integers, Marks


class Injected(NamedTuple):
    """Marks with errors: ``kind`` is the number of the slip at each mark, -1 where the mark is as it was."""

    marks: Marks
    kind: Integers
    change: Floats


def inject(marks: Marks, share: float, seed: int) -> Injected:
    """Make that share of the marks wrong, in equal parts by kind, each at a random mark that the kind can change."""
    random = np.random.default_rng(seed)
    each = round(share * len(marks.score) / len(SLIPS))
    score, kind = marks.score.copy(), np.full(len(marks.score), -1, dtype=np.int64)
    order = iter(random.permutation(len(score)))
    for number in range(len(SLIPS)):
        done = 0
        while done < each:
            row = int(next(order))
            made = entered_as(SLIPS[number], int(score[row]), marks.columns[marks.column[row]].possible)
            if made:
                score[row], kind[row] = made[int(random.integers(len(made)))], number
                done += 1
    return Injected(marks.with_scores(score), kind, np.abs(score - marks.score))
