"""The comparison of a term inside DuckDB: one full outer join, one verdict per row, only the loud ones delivered.

Every decision is looked up in tables written out by ``domain.rules``; the SQL itself knows keys, dates and arithmetic.
"""

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from domain.rules.registrations import expectation_of
from domain.rules.table import tabulate
from store.staging_sql import CROSSED_SQL, FLAGS, SIDES, STUDENTS_SQL, TEACHERS_SQL, role_number
from store.staging_tables import PRACTICES, STATUSES

if TYPE_CHECKING:
    import duckdb


class LoudRow(NamedTuple):
    """One row on which the systems disagree: normalised keys and the code of its facts."""

    section: str
    person: str
    code: int


def load_rules(connection: "duckdb.DuckDBPyConnection") -> None:
    """Write the tabulated decisions into the database: ``verdict`` by code and ``meaning`` by registration facts."""
    import pyarrow as pa

    verdicts = tabulate()
    codes = pa.array(range(len(verdicts)), pa.int32())
    connection.register("verdict_rows", pa.table({"code": codes, "loud": [not each.silent for each in verdicts]}))
    connection.register("meaning_rows", pa.table(_meanings()))
    connection.execute("CREATE OR REPLACE TABLE verdict AS SELECT code FROM verdict_rows WHERE loud")
    connection.execute("CREATE OR REPLACE TABLE meaning AS SELECT * FROM meaning_rows")


def _meanings() -> dict[str, list[int | None]]:
    """Tabulate what a registration means by status, side of census, audit, waitlist practice and labs (R41 to R55)."""
    expectations = [
        expectation_of(status, side, audit=audit, waitlist=practice, has_labs=labs)
        for status, side, audit, practice, labs in product(STATUSES, SIDES, FLAGS, PRACTICES, FLAGS)
    ]
    return {
        "code": list(range(len(expectations))),
        "expectation": [int(expectation) for expectation in expectations],
        "role": [role_number(expectation) for expectation in expectations],
    }


def compare(connection: "duckdb.DuckDBPyConnection") -> list[LoudRow]:
    """Compare the staged tables and return every row that is not silent, in no particular order.

    Needs the tables ``registration``, ``teaching``, ``section``, ``person``, ``student_row`` and ``teaching_row``, and
    :func:`load_rules` first.
    """
    connection.execute(CROSSED_SQL)
    rows = connection.execute(STUDENTS_SQL).fetchall() + connection.execute(TEACHERS_SQL).fetchall()
    return [LoudRow(*row) for row in rows]


def find_duplicate_keys(connection: "duckdb.DuckDBPyConnection", table: str) -> list[tuple[str, str, int]]:
    """Return section, person and count of every key that a staged table holds more than once.

    A full join multiplies such rows, so this is looked at first (E11, R51). Keys are counted by hash and only the
    suspects by their text.
    """
    suspects = f"SELECT hash(section, person) AS k FROM {table} GROUP BY k HAVING count(*) > 1"  # noqa: S608
    found = connection.execute(
        f"SELECT section, person, count(*) FROM {table} "  # noqa: S608 (table names are ours)
        f"WHERE hash(section, person) IN ({suspects}) GROUP BY section, person HAVING count(*) > 1 ORDER BY ALL"
    )
    return [(section, person, count) for section, person, count in found.fetchall()]
