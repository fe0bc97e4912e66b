"""Keeps clicks rolled up by student and day: a source day is replaced whole, one event adds to one row (S74).

Reading a source day again changes nothing, and clicks of people who are not enrolled are left out.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.early_alert.tables import Kind

if TYPE_CHECKING:
    import duckdb

_ROLL_UP = """
INSERT INTO activity_day
SELECT enrolment, day, total, kinds FROM (
    SELECT section, person, day, sum(clicks) AS total, bit_or(kind) AS kinds
    FROM ({rows}) GROUP BY section, person, day)
JOIN enrolment USING (section, person)"""
_FORGET = """
DELETE FROM activity_day WHERE list_contains($days, day) AND enrolment IN (
    SELECT enrolment FROM enrolment WHERE section = $section AND ($person IS NULL OR person = $person))"""
_ADD = """
UPDATE activity_day SET clicks = clicks + $clicks, kinds = kinds | $kind
WHERE enrolment = $enrolment AND day = $day RETURNING enrolment"""
_BEGIN_DAY = "INSERT INTO activity_day VALUES ($enrolment, $day, $clicks, $kind)"


def roll_up(connection: "duckdb.DuckDBPyConnection", rows: str) -> None:
    """Add the click rows of a query, with columns section, person, day, clicks and kind, to an empty roll-up."""
    connection.execute(_ROLL_UP.format(rows=rows))


def replace_days(
    connection: "duckdb.DuckDBPyConnection", section: int, days: Sequence[int], rows: str, person: int | None = None
) -> None:
    """Replace some days of one section by the click rows of a query, in one transaction; safe to repeat.

    ``person`` leaves the days of everybody else as they are.
    """
    connection.begin()
    try:
        connection.execute(_FORGET, {"section": section, "days": list(days), "person": person})
        wanted = ", ".join(str(int(day)) for day in days)
        chosen = f"SELECT * FROM ({rows}) WHERE section = {int(section)} AND day IN ({wanted})"  # noqa: S608 integers
        roll_up(connection, chosen if person is None else f"{chosen} AND person = {int(person)}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def add_event(
    connection: "duckdb.DuckDBPyConnection", enrolment: int, day: int, clicks: int = 1, kind: Kind = Kind.READING
) -> None:
    """Add one event to the roll-up of one student; no other row is touched (S74)."""
    said = {"enrolment": enrolment, "day": day, "clicks": clicks, "kind": int(kind)}
    if not connection.execute(_ADD, said).fetchall():
        connection.execute(_BEGIN_DAY, said)
