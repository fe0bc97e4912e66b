"""Works the inputs of the score out: for a whole campus in one tick, or for one student after one event (S74).

A tick also keeps each section's mean, spread and median of every signal, so that an event sets one student beside the
section as it stood at the last tick. What a whole section lacks is neutral; what one student lacks is not (R122).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from agents.early_alert.signals import BY_NAME, SIGNALS, Scale, Signal
from agents.early_alert.tables import read_sql

if TYPE_CHECKING:
    import duckdb

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

SPREAD_LIMIT = 4.0
"""Standard deviations beyond which a student is not set further from the section."""
SHORTFALL_FROM = 0.5
"""Standard deviations under the section's mean from which a shortfall counts."""
_TINY = 1e-9
_STATISTICS = ("avg", "stddev_pop", "median", "count")


class Inputs(NamedTuple):
    """The inputs of some enrolments, one row each: as they enter the score, and as they are read as evidence.

    ``values`` and ``medians`` have a column per signal in the order of ``names``; ``raw`` and ``raw_medians`` hold what
    a person reads, NaN where nothing is known.
    """

    names: tuple[str, ...]
    enrolments: Array
    sections: Array
    weeks: Array
    has_clicks: Array
    values: Array
    medians: Array
    raw: Array
    raw_medians: Array


def stand_at(connection: "duckdb.DuckDBPyConnection", days: Mapping[int, int]) -> None:
    """Set the present day of every section and work out what each shows as a whole: due work, marks, means."""
    connection.execute("DELETE FROM section_day")
    connection.execute(
        "INSERT INTO section_day SELECT unnest($sections), unnest($days)",
        {"sections": list(days), "days": list(days.values())},
    )
    for statement in read_sql("sections_now").split(";\n"):
        connection.execute(statement)
    connection.execute(f"CREATE OR REPLACE TABLE raw_now AS {read_sql('raw')}", {"only": None})
    connection.execute(f"CREATE OR REPLACE TABLE section_norm AS {_norm_query()}")


def tick(connection: "duckdb.DuckDBPyConnection", days: Mapping[int, int]) -> Inputs:
    """Return the inputs of every active enrolment of the sections named, at the start of the day given for each."""
    stand_at(connection, days)
    return _set_beside(connection.execute("FROM raw_now ORDER BY enrolment").fetchnumpy(), _norms(connection))


def inputs_of(connection: "duckdb.DuckDBPyConnection", enrolments: Sequence[int]) -> Inputs:
    """Return the inputs of enrolments now, beside their section as of the last tick; no row where one is not active."""
    norms, query = _norms(connection), read_sql("raw")
    found = [_set_beside(connection.execute(query, {"only": one}).fetchnumpy(), norms) for one in enrolments]
    columns = zip(*(each[1:] for each in found), strict=True)
    return Inputs(found[0].names, *(np.concatenate(parts) for parts in columns))


def _norm_query() -> str:
    columns = [
        f"{statistic}({_compared(signal)}) AS {signal.name}_{statistic}"
        for signal in SIGNALS
        for statistic in _STATISTICS
    ]
    read = [f"median({signal.name}) AS {signal.name}_read" for signal in SIGNALS]
    return f"SELECT section, {', '.join(columns + read)} FROM raw_now GROUP BY section"  # noqa: S608 our own names


def _compared(signal: Signal) -> str:
    return f"ln(1 + {signal.name})" if signal.logged else signal.name


def _norms(connection: "duckdb.DuckDBPyConnection") -> dict[str, Array]:
    return _floats(connection.execute("FROM section_norm ORDER BY section").fetchnumpy())


def _set_beside(fetched: Mapping[str, object], norms: Mapping[str, Array]) -> Inputs:
    rows = _floats(fetched)
    place = np.searchsorted(norms["section"], rows["section"])
    beside = {name: column[place] for name, column in norms.items()}
    values = [_input(signal, rows[signal.name], beside) for signal in SIGNALS]
    medians = [_input(signal, beside[f"{signal.name}_read"], beside) for signal in SIGNALS]
    return Inputs(
        names=tuple(BY_NAME),
        enrolments=rows["enrolment"],
        sections=rows["section"],
        weeks=rows["today"] // 7,
        has_clicks=rows["has_clicks"],
        values=np.column_stack(values),
        medians=np.column_stack(medians),
        raw=np.column_stack([rows[signal.name] for signal in SIGNALS]),
        raw_medians=np.column_stack([beside[f"{signal.name}_read"] for signal in SIGNALS]),
    )


def _input(signal: Signal, raw: Array, beside: Mapping[str, Array]) -> Array:
    """Turn a raw value into an input; unknown values stand where the section does (R122)."""
    value = np.log1p(raw) if signal.logged else raw
    mean, spread = beside[f"{signal.name}_avg"], beside[f"{signal.name}_stddev_pop"]
    if signal.scale in {Scale.SECTION, Scale.SHORTFALL}:
        apart = np.divide(value - mean, spread, out=np.zeros_like(value), where=spread > _TINY)
        apart = np.clip(np.nan_to_num(apart, nan=0.0), -SPREAD_LIMIT, SPREAD_LIMIT)
        shortfall: Array = np.maximum(-apart - SHORTFALL_FROM, 0)
        return apart if signal.scale is Scale.SECTION else shortfall
    if signal.scale is Scale.SHARE:
        return np.nan_to_num(value - mean, nan=0.0)
    if signal.scale is Scale.LOG:
        value = np.log(value)
    if signal.scale is Scale.ODDS:
        value = np.log(value / (1 - value))
    return np.where(np.isnan(value), np.nan_to_num(_neutral(signal, mean), nan=0.0), value)


def _neutral(signal: Signal, mean: Array) -> Array:
    """Where an unknown value is put: at the section's mean, which for marks in deviations is zero."""
    return np.log(mean) if signal.scale is Scale.LOG else mean


def _floats(fetched: Mapping[str, object]) -> dict[str, Array]:
    return {name: np.ma.filled(np.ma.asarray(column, dtype=float), np.nan) for name, column in fetched.items()}


def active_sections(connection: "duckdb.DuckDBPyConnection") -> Sequence[int]:
    """Return the numbers of all sections."""
    return [row[0] for row in connection.execute("SELECT section FROM section ORDER BY section").fetchall()]
