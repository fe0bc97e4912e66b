"""The tables that early alert keeps in DuckDB: who is enrolled, what is due and handed in, clicks rolled up by day.

Days count from the first day of the section, so that terms can be set beside each other. People are numbers here: who
is behind a number stays with the caller. No table has a column for a protected attribute (R125). ``assignment`` says
which of the LMS's assignments an assessment is, why its marks are held back, if they are, and the share of them that is
usually 0, 1 or 100. ``not_in_lms`` are those whom the LMS does not have in the section, of whose silence nothing
follows. ``feed_mark`` says until when a section was read whole and when anybody was last seen in it.
"""

from collections.abc import Mapping, Sequence
from enum import IntFlag
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import duckdb

_TABLES = (
    """section (section INTEGER PRIMARY KEY, course VARCHAR NOT NULL, term VARCHAR NOT NULL, winter BOOLEAN NOT NULL,
    length INTEGER NOT NULL, course_rate DOUBLE NOT NULL)""",
    """enrolment (enrolment INTEGER PRIMARY KEY, section INTEGER NOT NULL, person INTEGER NOT NULL,
    registered_day INTEGER, left_day INTEGER, education INTEGER, attempts INTEGER, credits DOUBLE,
    earlier_passed INTEGER, earlier_failed INTEGER, earlier_withdrawn INTEGER)""",
    """assessment (assessment INTEGER PRIMARY KEY, section INTEGER NOT NULL, due_day INTEGER, weight DOUBLE,
    usual_mode_share DOUBLE)""",
    """submission (enrolment INTEGER NOT NULL, assessment INTEGER NOT NULL, handed_in INTEGER, credited BOOLEAN,
    mark DOUBLE, mark_seen INTEGER)""",
    """activity_day (enrolment INTEGER NOT NULL, day SMALLINT NOT NULL, clicks BIGINT NOT NULL,
    kinds UTINYINT NOT NULL)""",
    "section_day (section INTEGER NOT NULL, day INTEGER NOT NULL)",
    """assignment (assessment INTEGER PRIMARY KEY, section INTEGER NOT NULL, lms_id BIGINT NOT NULL,
    kind VARCHAR NOT NULL, grading VARCHAR NOT NULL, points DOUBLE, held VARCHAR, usual DOUBLE)""",
    "not_in_lms (enrolment INTEGER NOT NULL, section INTEGER NOT NULL)",
    "feed_mark (section INTEGER PRIMARY KEY, read_until VARCHAR NOT NULL, last_event VARCHAR)",
)


Row: TypeAlias = tuple[int | float | bool | str | None, ...]


class Kind(IntFlag):
    """What a click was on, where it tells more than reading: a discussion, a quiz, the home page, an online class.

    The home page stands for a login (S77); an online class is the attendance that the LMS itself sees (S76).
    """

    READING = 0
    DISCUSSION = 1
    QUIZ = 2
    LOGIN = 4
    LIVE_CLASS = 8


def create_tables(connection: "duckdb.DuckDBPyConnection") -> None:
    """Create the tables where they are missing."""
    for table in _TABLES:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")


def read_sql(name: str) -> str:
    """Return a query file of this package."""
    return files("agents.early_alert").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def stage(connection: "duckdb.DuckDBPyConnection", name: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Put rows into a temporary table of that name, its columns given with their types, in one statement."""
    defined = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({defined})")
    if rows:
        lists = [list(column) for column in zip(*rows, strict=True)]
        marks = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        connection.execute(f"INSERT INTO {name} SELECT {marks}", lists)
