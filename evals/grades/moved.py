"""Right marks at the wrong students: blocks of a column slid by one row, and two students' marks swapped.

One column of each gradebook at a time is spoilt. These are reported without a floor: a swap looks like two ordinary
marks, and only an entry that is bound to the student's id prevents it.
"""

import numpy as np

from agents.grades.anomalies.marks import Floats, Integers, Marks
from agents.grades.anomalies.model import MarkModel
from agents.grades.anomalies.shifts import scan_shifts
from agents.grades.anomalies.suspicion import suspect

BLOCKS = (15, 30, 60, 120)
SWAPPED_SHARE, HELD_SHARE = 0.01, 0.02
_FEWEST = 8


def measure_moved(marks: Marks, model: MarkModel, seed: int) -> dict[str, float]:
    """Return the share of slid columns held by size of block, of untouched columns held, and of swapped marks held."""
    random = np.random.default_rng(seed)
    untouched = [stretch.held for stretch in scan_shifts(marks, model)]
    found = {"untouched_columns_held": float(np.mean(untouched))}
    for size in BLOCKS:
        found[f"shift_{size}_rows_held"] = _share_held(marks, model, size, random)
    found["shift_whole_column_held"] = _share_held(marks, model, None, random)
    found["swap_recall_at_2pct"] = _share_of_swaps(marks, model, random)
    return found


def _share_held(marks: Marks, model: MarkModel, size: int | None, random: np.random.Generator) -> float:
    held: list[bool] = []
    for columns in _one_of_each_gradebook(marks):
        score = marks.score.copy()
        for column in columns:
            _slide(score, marks.rows_of(column), size, random)
        held += [one.held for one in scan_shifts(marks.with_scores(score), model) if one.column in columns]
    return float(np.mean(held))


def _slide(score: Floats, rows: Integers, size: int | None, random: np.random.Generator) -> None:
    """Move the marks of a block down by one row, in place; the last of the block comes first."""
    length = min(size or len(rows), len(rows))
    first = int(random.integers(len(rows) - length + 1))
    block = rows[first : first + length]
    score[block] = np.roll(score[block], 1)


def _one_of_each_gradebook(marks: Marks) -> list[set[int]]:
    """Return rounds of columns, in each round at most one of every gradebook; columns of few marks are left out."""
    rounds: list[set[int]] = []
    turn: dict[int, int] = {}
    for column, described in enumerate(marks.columns):
        if len(marks.rows_of(column)) < _FEWEST:
            continue
        place = turn.get(described.course, 0)
        turn[described.course] = place + 1
        rounds += [set()] if place == len(rounds) else []
        rounds[place].add(column)
    return rounds


def _share_of_swaps(marks: Marks, model: MarkModel, random: np.random.Generator) -> float:
    """Swap neighbours in the roster whose marks differ, so that the share of marks is wrong; return the share held."""
    score, moved = marks.score.copy(), np.zeros(len(marks.score), dtype=np.bool_)
    wanted = int(SWAPPED_SHARE * len(score))
    for row in random.permutation(len(score) - 1).tolist():
        beside = row + 1
        free = not (moved[row] or moved[beside]) and marks.column[row] == marks.column[beside]
        if free and score[row] != score[beside]:
            score[[row, beside]] = score[[beside, row]]
            moved[[row, beside]] = True
        if moved.sum() >= wanted:
            break
    held = suspect(marks.with_scores(score), model).top(HELD_SHARE)
    return float(moved[held].sum() / max(moved.sum(), 1))
