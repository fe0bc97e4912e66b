"""Benchmark of early alert: the roll-up of all clicks beside a bare aggregate, one weekly tick, one event.

Roll-up: the Open University's click rows where PROVOST_TEST_OULAD names their folder, otherwise made-up rows of the
same shape. Both sides read the same rows in one process, turn by turn, and store one row per student and day; the
baseline sums clicks and nothing else. The tick works inputs and scores out for every registration; the event adds a
click and scores one student again. Their baseline is the time they may take.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from agents.early_alert.features import active_sections, inputs_of, tick
from agents.early_alert.model import load_model
from agents.early_alert.rollup import add_event, roll_up
from agents.early_alert.scoring import explain_score, score_all
from evals.bench import BenchRow
from evals.bench.measuring import compare_sides, seconds_of
from evals.early_alert.made_up import make_records
from evals.early_alert.oulad import click_rows, load_terms, missing_files, open_records, terms_in

if TYPE_CHECKING:
    import duckdb

TURNS = 5
LIMIT, TICK_LIMIT_S, EVENT_LIMIT_S = 1.5, 2.0, 0.2
WEEK = 8
MADE_UP = 2_000


def run(students: int = MADE_UP, *, large: bool = False) -> list[BenchRow]:
    """Measure roll-up, tick and event; ``students`` counts where the rows are made up."""
    del large
    folder = os.environ.get("PROVOST_TEST_OULAD")
    if folder and not missing_files(Path(folder)):
        return measure(Path(folder), "")
    with make_records(students) as made:
        return measure(made, ", made-up rows")


def measure(folder: Path, note: str) -> list[BenchRow]:
    """Measure on the records in a folder."""
    connection = open_records(folder)
    terms = terms_in(connection)
    load_terms(connection, terms, terms)
    rows = _measure_roll_up(connection, click_rows(terms), note)
    days = dict.fromkeys(active_sections(connection), 7 * WEEK)
    rows += [_measure_tick(connection, days, note), _measure_event(connection, note)]
    connection.close()
    return rows


def _measure_roll_up(connection: "duckdb.DuckDBPyConnection", clicks: str, note: str) -> list[BenchRow]:
    bare = (
        "CREATE OR REPLACE TEMP TABLE bare AS SELECT code_module, code_presentation, id_student, date, sum(sum_click)"
        " AS clicks FROM oulad_studentVle GROUP BY ALL"
    )
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(seconds_of(lambda: connection.execute(bare)))
        connection.execute("DELETE FROM activity_day")
        ours.append(seconds_of(lambda: roll_up(connection, clicks)))
    found = connection.execute("SELECT count(*) FROM oulad_studentVle").fetchall()
    row = compare_sides(f"roll-up of all clicks{note}", int(found[0][0]), median(ours), median(theirs))
    return [BenchRow({**row, "limit": LIMIT})] if not note else [row]


def _measure_tick(connection: "duckdb.DuckDBPyConnection", days: Mapping[int, int], note: str) -> BenchRow:
    model = load_model()
    spent = median(seconds_of(lambda: score_all(tick(connection, days), model)) for _ in range(TURNS))
    found = connection.execute("SELECT count(*) FROM enrolment").fetchall()
    row = compare_sides(f"one weekly tick of all registrations{note}", int(found[0][0]), spent, TICK_LIMIT_S)
    return BenchRow({**row, "limit": 1.0})


def _measure_event(connection: "duckdb.DuckDBPyConnection", note: str) -> BenchRow:
    model = load_model()
    chosen = [int(row[0]) for row in connection.execute("SELECT enrolment FROM raw_now LIMIT 20").fetchall()]

    def one(enrolment: int) -> None:
        add_event(connection, enrolment, 7 * WEEK - 1)
        explain_score(inputs_of(connection, [enrolment]), model)

    spent = median(seconds_of(lambda at=each: one(at)) for each in chosen)  # type: ignore[misc]
    return BenchRow({**compare_sides(f"one event, one student{note}", 1, spent, EVENT_LIMIT_S), "limit": 1.0})
