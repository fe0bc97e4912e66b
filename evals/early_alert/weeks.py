"""The rows of each week: who was still enrolled, what was known by then, and what became of them.

Training reads outcomes of the training terms only. The course's own past and the student's history come from terms
named as known; the protected attributes are read here by the audit alone and are no input (R125).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from agents.early_alert.features import Array, active_sections, tick
from agents.early_alert.rollup import roll_up
from evals.early_alert.fitting import Rows
from evals.early_alert.oulad import click_rows, load_terms

if TYPE_CHECKING:
    import duckdb

PROTECTED_COLUMNS = ("gender", "age_band", "disability", "imd_band")
_FOLLOWED = """
SELECT enrolment, section, code_presentation AS term, at_risk, coalesce(left_day, 9999) AS left_day,
    gender, age_band, disability, coalesce(imd_band, 'not known') AS imd_band
FROM oulad_enrolment
JOIN oulad_studentInfo i USING (code_module, code_presentation)
WHERE i.id_student = student ORDER BY enrolment"""
_EVENTS = """
SELECT section, any_value(term), coalesce(sum(n), 0) AS events, count(*) AS students
FROM enrolment JOIN section USING (section)
LEFT JOIN (SELECT enrolment, sum(clicks) AS n FROM activity_day GROUP BY enrolment) USING (enrolment)
GROUP BY section ORDER BY section"""


class Outcomes(NamedTuple):
    """What became of every enrolment, at the index of its number less one; groups serve the audit only."""

    term: Array
    at_risk: Array
    left_day: Array
    groups: dict[str, Array]


def prepare(connection: "duckdb.DuckDBPyConnection", wanted: Sequence[str], known: Sequence[str]) -> None:
    """Load some terms and roll their clicks up."""
    load_terms(connection, wanted, known)
    roll_up(connection, click_rows(wanted))


def read_outcomes(connection: "duckdb.DuckDBPyConnection") -> Outcomes:
    """Return what became of every enrolment in the records."""
    found = connection.execute(_FOLLOWED).fetchnumpy()
    whole = {name: np.ma.filled(column) if np.ma.isMaskedArray(column) else column for name, column in found.items()}
    return Outcomes(
        term=np.asarray(whole["term"]),
        at_risk=np.asarray(whole["at_risk"]).astype(float),
        left_day=np.asarray(whole["left_day"]).astype(float),
        groups={name: np.asarray(whole[name]) for name in PROTECTED_COLUMNS},
    )


def week_rows(connection: "duckdb.DuckDBPyConnection", outcomes: Outcomes, week: int) -> Rows:
    """Return the rows at the end of a week: those still enrolled, with what was known before day 7 times the week."""
    inputs = tick(connection, dict.fromkeys(active_sections(connection), 7 * week))
    return Rows(inputs, outcomes.at_risk[places_of(inputs.enrolments)])


def of_terms(rows: Rows, outcomes: Outcomes, terms: Iterable[str]) -> Rows:
    """Keep the rows of some terms."""
    return rows.only(np.isin(outcomes.term[places_of(rows.inputs.enrolments)], list(terms)))


def places_of(enrolments: Array) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """Return the index of each enrolment among the outcomes."""
    return enrolments.astype(np.int64) - 1


def section_events(connection: "duckdb.DuckDBPyConnection") -> list[tuple[int, str, int, int]]:
    """Return of each section its term, its clicks and its students, for the check before training (R124)."""
    rows = connection.execute(_EVENTS).fetchall()
    return [(int(section), str(term), int(events), int(students)) for section, term, events, students in rows]
