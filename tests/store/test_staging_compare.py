"""SQL and Python take the same decision on every combination of facts."""

from collections.abc import Iterator
from itertools import product

import duckdb
import pyarrow as pa
import pytest

from domain.institution import WaitlistPractice
from domain.records import RegistrationStatus
from domain.rules.registrations import CensusSide, expectation_of
from domain.rules.table import STATE_NUMBERS, code_of, code_sql, facts_at, table_rows
from store.staging_compare import load_rules
from store.staging_sql import MEANING_SQL
from store.staging_tables import PRACTICE_NUMBERS, STATUS_NUMBERS

FIELDS = ("expectation", "state", "relation", "provenance", "section", "person")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        load_rules(opened)
        yield opened


def test_every_combination_has_one_code_and_one_verdict_in_both(connection: duckdb.DuckDBPyConnection) -> None:
    rows = list(table_rows())
    numbers = [(row.facts[0], STATE_NUMBERS[row.facts.state], *row.facts[2:]) for row in rows]
    columns = {name: [int(each[place]) for each in numbers] for place, name in enumerate(FIELDS)}
    connection.register("combos", pa.table(columns))
    coded = f"(SELECT {code_sql(*FIELDS)} AS code FROM combos) c"
    sql = f"SELECT c.code, v.code IS NOT NULL FROM {coded} LEFT JOIN verdict v USING (code)"
    in_database = dict(connection.execute(sql).fetchall())
    in_python = {code_of(row.facts): not row.verdict.silent for row in rows}
    assert in_database == in_python
    assert len(in_python) == len(rows) > 60_000
    assert all(facts_at(row.code) == row.facts for row in rows)


def test_r41_to_r55_every_registration_means_the_same_in_both(connection: duckdb.DuckDBPyConnection) -> None:
    dates = {
        CensusSide.ON_OR_BEFORE: "DATE '2026-09-14'",
        CensusSide.AFTER: "DATE '2026-09-15'",
        CensusSide.UNKNOWN: "NULL::DATE",
    }
    flags = (False, True)
    for status, side, audit, practice, labs in product(RegistrationStatus, CensusSide, flags, WaitlistPractice, flags):
        sql = f"""SELECT expectation FROM (SELECT {STATUS_NUMBERS[status]} AS status, {dates[side]} AS left_on,
            DATE '2026-09-14' AS census_on, {audit} AS audit, {PRACTICE_NUMBERS[practice]} AS practice,
            {labs} AS has_labs) r JOIN meaning m ON m.code = {MEANING_SQL}"""
        expected = expectation_of(status, side, audit=audit, waitlist=practice, has_labs=labs)
        assert connection.execute(sql).fetchone() == (int(expected),)
