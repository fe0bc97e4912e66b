"""Keeps columns that are marked in another way than before out of the features, by the checks of the grades agent.

A column is compared with the course's columns of its kind in earlier terms, else with its own marks of an earlier
reading, else with the section's other columns; where there is nothing to compare with, it is not accused.
Marks of a column that is held stay on file and come back when it is let go.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from agents.grades.anomalies.column_checks import extreme_share, mode_changed

if TYPE_CHECKING:
    import duckdb

FULL = 100
"""Marks stand in percent."""
_ENOUGH = 20
"""Marks from which on a column's own past tells how it is usually marked."""
_ENOUGH_BESIDE = 10
"""Marks from which on the section's other columns tell how it is marked, and a short column is judged at all."""
_NEARLY_ALL, _FAR_FROM_IT = 0.8, 0.4
_COLUMNS = """
SELECT assessment, any_value(course) AS course, any_value(kind) AS kind, any_value(held) AS held,
    any_value(usual) AS usual, list(mark) AS marks
FROM assignment a JOIN section USING (section) JOIN submission USING (assessment)
WHERE mark IS NOT NULL GROUP BY assessment ORDER BY assessment"""
_USUAL = """
SELECT course, kind, avg((round(mark) IN (0, 1, 100))::INTEGER) FROM submission
JOIN assignment a USING (assessment) JOIN section USING (section) WHERE mark IS NOT NULL GROUP BY course, kind"""
_BY_GRADING = "marked by "
_BY_MARKS = "nearly all marks are 0, 1 or full, which is not how the course is marked otherwise"


class HeldColumn(NamedTuple):
    """One column of marks that no score uses, and why."""

    section: int
    lms_id: int
    why: str


def usual_shares(connection: "duckdb.DuckDBPyConnection") -> dict[tuple[str, str], float]:
    """Return the share of marks that are 0, 1 or full by course and kind of work, over the sections in the tables."""
    return {(course, kind): float(share) for course, kind, share in connection.execute(_USUAL).fetchall()}


def hold_columns(
    connection: "duckdb.DuckDBPyConnection", earlier: Mapping[tuple[str, str], float]
) -> tuple[HeldColumn, ...]:
    """Judge every column anew, write down which are held and what is usual, and return those held."""
    columns = [_Column(*row) for row in connection.execute(_COLUMNS).fetchall()]
    for one in columns:
        if (one.held or "").startswith(_BY_GRADING):
            continue
        known = earlier.get((one.course, one.kind), one.usual)
        usual = _others(columns, one) if known is None else known
        why = _BY_MARKS if mode_changed(one.scores, FULL, usual) or _is_ticked_off(one.scores, usual) else None
        first = one.usual is None and not why and len(one.marks) >= _ENOUGH
        seen = extreme_share(one.scores, FULL) if first else one.usual
        connection.execute(
            "UPDATE assignment SET held = ?, usual = ? WHERE assessment = ?", [why, seen, one.assessment]
        )
    return tuple(_held(connection))


class _Column(NamedTuple):
    """One column of marks as it lies in the tables."""

    assessment: int
    course: str
    kind: str
    held: str | None
    usual: float | None
    marks: list[float]

    @property
    def scores(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        """The marks in whole percent."""
        return np.round(np.array(self.marks, dtype=float))


def _is_ticked_off(scores: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", usual: float | None) -> bool:
    """Tell whether a column too short for the grades agent's check is all but ticked off, unlike what is usual."""
    if usual is None or len(scores) < _ENOUGH_BESIDE:
        return False
    return extreme_share(scores, FULL) > _NEARLY_ALL and usual < _FAR_FROM_IT


def _others(columns: Sequence[_Column], one: _Column) -> float | None:
    """Return how the section's other columns are marked; None where there is too little to go by."""
    rest = [each for each in columns if each.assessment != one.assessment]
    marks = np.concatenate([each.scores for each in rest]) if rest else np.array([])
    return extreme_share(marks, FULL) if len(marks) >= _ENOUGH_BESIDE else None


def leave_held_out(connection: "duckdb.DuckDBPyConnection") -> None:
    """Take the marks of held columns out of these tables, before features are worked out and never before saving."""
    query = "SELECT assessment FROM assignment WHERE held IS NOT NULL"
    connection.execute(f"UPDATE submission SET mark = NULL, mark_seen = NULL WHERE assessment IN ({query})")  # noqa: S608


def _held(connection: "duckdb.DuckDBPyConnection") -> Iterator[HeldColumn]:
    query = "SELECT section, lms_id, held FROM assignment WHERE held IS NOT NULL ORDER BY assessment"
    yield from (HeldColumn(*row) for row in connection.execute(query).fetchall())
