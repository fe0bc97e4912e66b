"""Benchmark of the nightly comparison: full compare and classification beside a bare full outer join.

Both sides read the same encrypted Parquet files through the same DuckDB settings in one process, turn by turn, and
deliver the differing rows to Python. The baseline joins on section and person, reads the same columns and asks only
whether registered and active agree; ours classifies every row by the rules. Peak memory is that of a process of its own
that runs only our side.
"""

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from domain.lms import LmsRole, LmsState
from domain.records import RegistrationStatus
from domain.rules.facts import SectionStanding
from domain.rules.table import STATE_NUMBERS
from evals.bench import BenchRow
from evals.bench.measuring import compare_sides, seconds_of
from store import staging_tables as tables
from store.staging import Staging
from store.staging_compare import compare, find_duplicate_keys, load_rules

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

T = TypeVar("T")

SIZES = (100_000, 1_000_000)
LARGE_SIZES = (*SIZES, 10_000_000)
TURNS = 5
LIMIT = 2.0
LIMIT_FROM = 1_000_000
"""Rows a side from which the limit holds; below, fixed costs of a few hundredths of a second weigh more."""
ROSTER = 40
LOAD = 5
BATCH_ROWS = 100_000
COMPARED = "full compare and classification"
CHECKED = "the same with duplicate keys looked for first"

_REGISTRATIONS = """
SELECT '202680-' || (10000 + i // {roster}) AS section, 'A' || lpad(((i * 7919) % {people})::VARCHAR, 8, '0') AS person,
    CASE WHEN i % 25 = 0 THEN {dropped} WHEN i % 60 = 0 THEN {withdrawn} ELSE {registered} END::UTINYINT AS status,
    i % 100 = 3 AS audit,
    CASE WHEN i % 25 = 0 OR i % 60 = 0 THEN DATE '2026-09-01' + (i % 40)::INTEGER END AS left_on
FROM range({size}) rows(i) ORDER BY hash(i)"""
_ROWS = """
SELECT section, person,
    CASE WHEN audit AND hash(person, 1) % 100 > 0 THEN {auditor} ELSE {student} END::UTINYINT AS role,
    CASE WHEN status = {registered} THEN CASE WHEN hash(section, person) % 100 = 0 THEN {deleted} ELSE {active} END
        WHEN hash(person, section) % 10 = 0 THEN {active}
        WHEN left_on <= DATE '2026-09-14' THEN {deleted} ELSE {inactive} END::UTINYINT AS state,
    hash(person, section, 2) % 50 = 0 AS manual, NULL::UTINYINT AS second_role, NULL::BOOLEAN AS second_manual,
    false AS in_grace
FROM registration WHERE hash(section, person, 3) % 100 > 0
UNION ALL
SELECT section, 'B' || person[2:], {student}::UTINYINT, {active}::UTINYINT, hash(person) % 2 = 0, NULL, NULL, false
FROM registration WHERE hash(section, person, 4) % 200 = 0
ORDER BY ALL"""
_BARE = """
SELECT s.section, s.person, l.section, l.person, s.status, s.audit, s.left_on,
    l.role, l.state, l.manual, l.second_role, l.second_manual
FROM registration s FULL JOIN student_row l ON s.section = l.section AND s.person = l.person
WHERE (s.status = {registered}) IS DISTINCT FROM (l.state = {active})"""


def run(sizes: Sequence[int] | None = None, *, large: bool = False) -> list[BenchRow]:
    """Measure the comparison for so many enrolments a side, each size in processes of its own."""
    rows: list[BenchRow] = []
    for size in sizes or (LARGE_SIZES if large else SIZES):
        peak = _in_own_process(measure_peak, size)
        rows += [BenchRow({**row, "peak_mib": peak}) for row in _in_own_process(measure_times, size)]
    return rows


def _in_own_process(measure: Callable[[int], T], size: int) -> T:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, size).result()


def measure_times(size: int) -> list[BenchRow]:
    """Run both sides turn by turn and return a row for each case, by the median of the turns."""
    with Staging() as staging:
        write_term(staging, size)
        ours, checked, bare = [], [], []
        for _ in range(TURNS):
            bare.append(seconds_of(lambda: run_bare(staging)))
            ours.append(seconds_of(lambda: run_ours(staging)))
            checked.append(seconds_of(lambda: run_ours(staging, check=True)))
    baseline = median(bare)
    return [_row(COMPARED, size, median(ours), baseline), _row(CHECKED, size, median(checked), baseline)]


def measure_peak(size: int) -> float:
    """Return the peak memory in MiB of staging a term and comparing it once, in this process."""
    with Staging() as staging:
        write_term(staging, size)
        run_ours(staging)
        return round(_peak(), 1)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_ours(staging: Staging, *, check: bool = False) -> int:
    """Compare and classify the staged term and deliver what differs; returns how many rows that is."""
    with staging.connect() as connection:
        load_rules(connection)
        doubled = [find_duplicate_keys(connection, name) for name in ("registration", "student_row") if check]
        return len(compare(connection)) + len(doubled)


def run_bare(staging: Staging) -> int:
    """Join the staged term and deliver what differs; returns how many rows that is."""
    with staging.connect() as connection:
        return len(connection.execute(_BARE.format(**_numbers())).fetchall())


def write_term(staging: Staging, size: int) -> None:
    """Write a made-up term of so many registrations, about three in a hundred of them different in the LMS."""
    with staging.connect() as connection:
        _write(staging, connection, "registration", _sql(_REGISTRATIONS, size), tables.registration_schema())
    with staging.connect() as connection:
        _write(staging, connection, "student_row", _sql(_ROWS, size), tables.row_schema())
    _write_sections(staging, size)
    staging.write("person", tables.person_schema(), {"person": [], "standing": []})
    staging.write("teaching", tables.teaching_schema(), {"section": [], "person": [], "expectation": []})
    staging.write("teaching_row", tables.row_schema(), {name: [] for name in tables.row_schema().names})


def _write(
    staging: Staging, connection: "duckdb.DuckDBPyConnection", table: str, sql: str, schema: "pa.Schema"
) -> None:
    reader = connection.sql(sql).to_arrow_reader(BATCH_ROWS)
    staging.write_batches(table, schema, (batch.cast(schema) for batch in reader))


def _write_sections(staging: Staging, size: int) -> None:
    count = -(-size // ROSTER)
    columns: dict[str, list[object]] = {
        "section": [f"202680-{10000 + number}" for number in range(count)],
        "standing": [int(SectionStanding.LIVE)] * count,
        "census_on": [date(2026, 9, 14)] * count,
        "practice": [0] * count,
        "has_labs": [False] * count,
    }
    staging.write("section", tables.section_schema(), columns)


def _sql(template: str, size: int) -> str:
    return template.format(size=size, roster=ROSTER, people=max(size // LOAD, 1), **_numbers())


def _numbers() -> dict[str, int]:
    statuses = {status.value: tables.STATUS_NUMBERS[status] for status in RegistrationStatus}
    states = {state.value: STATE_NUMBERS[state] for state in LmsState}
    roles = {"student": tables.ROLE_NUMBERS[LmsRole.STUDENT], "auditor": tables.ROLE_NUMBERS[LmsRole.AUDITOR]}
    return {**states, **statuses, **roles}


def _row(case: str, size: int, ours: float, baseline: float) -> BenchRow:
    row = compare_sides(case, size, ours, baseline)
    if case == COMPARED and size >= LIMIT_FROM:
        row["limit"] = LIMIT
    return row
