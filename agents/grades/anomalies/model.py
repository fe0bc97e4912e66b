"""What a mark is likely to be, given its column and the student: learnt from marks of earlier terms.

Two parts that a person can check. How a column is marked comes from the column itself (which marks occur, and how
often). How far a student's standing carries over comes from earlier terms: a table of where marks fell in their
columns, by what the student's other marks had let expect.
"""

from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.marks import Floats, Integers, Marks, whole_points
from agents.grades.anomalies.standing import FEATURES, Trajectories, ranks

EXPECTED_BANDS = 12
STANDINGS = np.array(
    [0, 0.003, 0.006, 0.012, 0.025, 0.05, 0.1, 0.17, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.93, 1]
)
"""Edges of the standing in the column, finer where errors fall: at the bottom."""
EXPERIENCE = (0, 1, 2, 4)
"""Lower ends of the groups by number of other marks known."""
_RIDGE = 5.0
_PRIOR_MARKS = 40.0
"""Marks' worth of the whole table that a thin row leans on."""
_FREE_MARKS = 4.0
"""Marks' worth spread over all that are possible, so that none is impossible."""
_BLUR, _EXACT = 3.0, 0.6
"""Width of the blur in percent points, and the share of a column's own counts that stays sharp."""


class MarkModel(NamedTuple):
    """What was learnt: per group by experience the weights, the edges of expectation, the table of carry-over.

    ``carried[group, expected, standing]`` is how much likelier a standing is than by the column alone. ``marks`` is how
    many marks it was learnt from.
    """

    weights: Floats
    edges: Floats
    carried: Floats
    marks: int


def fit_model(marks: Marks) -> MarkModel:
    """Learn from posted marks of earlier terms; they need no labels, and a few wrong ones do no harm."""
    known = Trajectories(marks)
    standing = standing_in_column(marks)
    target = known.column_scores
    weights = np.zeros((len(EXPERIENCE), FEATURES + 1))
    edges = np.zeros((len(EXPERIENCE), EXPECTED_BANDS - 1))
    carried = np.ones((len(EXPERIENCE), EXPECTED_BANDS, len(STANDINGS) - 1))
    group = group_of(known.others)
    for number in range(len(EXPERIENCE)):
        rows = np.flatnonzero(group == number)
        if len(rows) > FEATURES:
            weights[number] = _ridge(known.features[rows], target[rows])
            expected = expect(known.features[rows], weights[number])
            edges[number] = np.quantile(expected, np.linspace(0, 1, EXPECTED_BANDS + 1)[1:-1])
            carried[number] = _carry_over(np.searchsorted(edges[number], expected), standing[rows])
    return MarkModel(weights, edges, carried, len(marks.score))


def group_of(others: Integers) -> Integers:
    """Return the group by number of other marks."""
    return np.searchsorted(EXPERIENCE, others, side="right") - 1


def expect(features: Floats, weights: Floats) -> Floats:
    """Return the expected normal score."""
    expected: Floats = features @ weights[1:] + weights[0]
    return expected


def bands_of(known: Trajectories, model: MarkModel) -> tuple[Integers, Integers]:
    """Return for each mark its group and its band of expectation."""
    group = group_of(known.others)
    expected = (known.features * model.weights[group][:, 1:]).sum(axis=1) + model.weights[group][:, 0]
    band = (expected[:, None] > model.edges[group]).sum(axis=1)
    return group, band


def _occurrences(points: Integers, possible: int) -> tuple[Floats, Floats]:
    """Return how often each mark occurs in a column, and the same blurred over the marks nearby."""
    counts = np.bincount(points, minlength=possible + 1).astype(float)
    width = max(possible * _BLUR / 100, 0.5)
    distance = np.arange(possible + 1)[:, None] - np.arange(possible + 1)[None, :]
    kernel = np.exp(-0.5 * (distance / width) ** 2)
    blurred = (kernel / kernel.sum(axis=1, keepdims=True)).T @ counts
    return counts, blurred


def mark_chances(points: Integers, possible: int, group: Integers, band: Integers, model: MarkModel) -> Floats:
    """Return for each mark of a column the chance of every possible mark, the mark itself left out (rows sum to 1)."""
    counts, blurred = _occurrences(points, possible)
    base: Floats = np.tile(_EXACT * counts + (1 - _EXACT) * blurred, (len(points), 1))
    base[np.arange(len(points)), points] -= _EXACT
    base += _FREE_MARKS / (possible + 1)
    base = base / base.sum(axis=1, keepdims=True)
    total = np.cumsum(counts) - counts / 2
    place = np.clip(np.searchsorted(STANDINGS, total / max(len(points), 1), side="right") - 1, 0, len(STANDINGS) - 2)
    tilted = base * model.carried[group, band][:, place]
    tilted /= tilted.sum(axis=1, keepdims=True)
    return np.asarray(tilted)


def standing_in_column(marks: Marks) -> Integers:
    """Return the band of each mark's standing in its column."""
    standing = np.zeros(len(marks.score), dtype=np.int64)
    for column, described in enumerate(marks.columns):
        rows = marks.rows_of(column)
        if len(rows):
            share = ranks(whole_points(marks.score[rows], described.possible).astype(float))
            standing[rows] = np.searchsorted(STANDINGS, share, side="right") - 1
    return np.clip(standing, 0, len(STANDINGS) - 2)


def _ridge(features: Floats, target: Floats) -> Floats:
    design = np.column_stack([np.ones(len(features)), features])
    penalty = _RIDGE * np.eye(design.shape[1])
    penalty[0, 0] = 0
    return np.asarray(np.linalg.solve(design.T @ design + penalty, design.T @ target), dtype=np.float64)


def _carry_over(band: Integers, standing: Integers) -> Floats:
    """Count standings by expectation, beside what all together would give; thin cells lean on the whole."""
    counts = np.zeros((EXPECTED_BANDS, len(STANDINGS) - 1))
    np.add.at(counts, (band, standing), 1)
    overall = counts.sum(axis=0) / counts.sum()
    shrunk = (counts + _PRIOR_MARKS * overall) / (counts.sum(axis=1, keepdims=True) + _PRIOR_MARKS)
    return np.asarray(shrunk / np.maximum(overall, 1e-9))
