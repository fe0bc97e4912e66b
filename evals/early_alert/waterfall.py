"""The waterfall of protocols: one model, and what each convenience in measuring it adds to its area (ALERTS.md 2).

From the top, each step keeps those before it. The first is how a campus would meet the students: a later term, those
still enrolled, marks only once they were posted, no protected attribute. The last is how a slide shows them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from agents.early_alert.features import Array, tick
from agents.early_alert.signals import SIGNALS
from domain.records import Record
from evals.early_alert.fitting import Rows, Trees
from evals.early_alert.measuring import area_under_curve
from evals.early_alert.oulad import open_records
from evals.early_alert.weeks import Outcomes, places_of, prepare, read_outcomes, week_rows

if TYPE_CHECKING:
    import duckdb

WEEKS = (1, 2, 4, 8)
TRAINED_SHARE = 0.7
"""Share of rows that a random split trains on."""
_POSTED = "UPDATE submission SET mark_seen = handed_in"
_NOBODY_LEFT = "UPDATE enrolment SET left_day = NULL"
_LENGTHS = "SELECT section, length FROM section ORDER BY section"


class Step(Record):
    """One way of measuring: its area by week, and how many students it was measured on."""

    words: str
    areas: dict[int, float]
    students: dict[int, int]


class Split(NamedTuple):
    """Which rows a step trains on and which it is measured on."""

    train: Rows
    test: Rows


Dividing = Callable[[Rows], "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"]
"""Says which rows are trained on."""


def measure_waterfall(folder: Path, trained_on: Sequence[str], test: str, seed: int) -> tuple[Step, ...]:
    """Measure every step on the records; the whole course stands under the week 0 of the last one."""
    connection = open_records(folder)
    prepare(connection, (*trained_on, test), trained_on)
    outcomes = read_outcomes(connection)

    def by_term(rows: Rows) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        return np.isin(outcomes.term[places_of(rows.inputs.enrolments)], list(trained_on))

    def by_lot(rows: Rows) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        return np.random.default_rng(seed).random(len(rows.outcome)) < TRAINED_SHARE

    honest, at_hand_in = _read(connection, outcomes), _read(connection, outcomes, _POSTED)
    everyone = _read(connection, outcomes, _NOBODY_LEFT)
    finished = _read_finished(connection, outcomes)
    connection.close()
    return (
        _step("as a campus meets them: a later term, marks once posted", honest, by_term, seed),
        _step("and marks counted from the day of hand-in", at_hand_in, by_term, seed),
        _step("and gender, age, disability and deprivation as inputs", at_hand_in, by_term, seed, outcomes),
        _step("and students drawn at random, not by term", at_hand_in, by_lot, seed, outcomes),
        _step("and those who have already left counted as predicted", everyone, by_lot, seed, outcomes),
        _step("and looking back from the end of the course", finished, by_lot, seed, outcomes),
    )


def _read(connection: "duckdb.DuckDBPyConnection", outcomes: Outcomes, change: str = "") -> dict[int, Rows]:
    """Return the rows of every week, after the records were made more convenient."""
    if change:
        connection.execute(change)
    return {week: week_rows(connection, outcomes, week) for week in WEEKS}


def _read_finished(connection: "duckdb.DuckDBPyConnection", outcomes: Outcomes) -> dict[int, Rows]:
    lengths = {int(section): int(length) for section, length in connection.execute(_LENGTHS).fetchall()}
    inputs = tick(connection, lengths)
    return {0: Rows(inputs, outcomes.at_risk[places_of(inputs.enrolments)])}


def _step(words: str, weeks: dict[int, Rows], dividing: Dividing, seed: int, protected: Outcomes | None = None) -> Step:
    areas, students = {}, {}
    for week, rows in weeks.items():
        trained = dividing(rows)
        split = Split(rows.only(trained), rows.only(~trained))
        areas[week], students[week] = round(_area(split, seed, protected), 4), len(split.test.outcome)
    return Step(words=words, areas=areas, students=students)


def _area(split: Split, seed: int, protected: Outcomes | None) -> float:
    directions = [signal.direction for signal in SIGNALS]
    if protected is not None:
        directions += [0] * len(protected.groups)
    trees = Trees(_columns(split.train, protected), split.train.outcome, directions, seed)
    return area_under_curve(split.test.outcome, trees.risk(_columns(split.test, protected)))


def _columns(rows: Rows, protected: Outcomes | None) -> Array:
    if protected is None:
        return rows.inputs.values
    places = places_of(rows.inputs.enrolments)
    coded = [np.unique(column, return_inverse=True)[1][places] for column in protected.groups.values()]
    return np.column_stack([rows.inputs.values, *coded])
