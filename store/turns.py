"""Turns that all workers on one PostgreSQL share, so that together they keep the rate an outside system was promised.

One statement takes a turn, under the row's lock and by the database's clock. A lost turn harms nobody, so the commit
does not wait for the disk.
"""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from store.columns import UtcDateTime
from store.database import Database


class WireTurn(SQLModel, table=True):
    """When the next request under a name may go."""

    __tablename__ = "wire_turn"

    name: str = Field(primary_key=True)
    next_at: datetime = Field(sa_type=UtcDateTime)


_QUICK = text("SET LOCAL synchronous_commit TO off")
_TAKE = text(
    "INSERT INTO wire_turn AS turn (name, next_at)"
    " VALUES (:name, clock_timestamp() + make_interval(secs => :seconds))"
    " ON CONFLICT (name) DO UPDATE"
    " SET next_at = greatest(turn.next_at, clock_timestamp()) + make_interval(secs => :seconds)"
    " RETURNING extract(epoch FROM next_at - make_interval(secs => :seconds) - clock_timestamp())"
)
_UNTIL = text("SELECT extract(epoch FROM next_at - clock_timestamp()) FROM wire_turn WHERE name = :name")
_HOLD = text(
    "INSERT INTO wire_turn AS turn (name, next_at)"
    " VALUES (:name, clock_timestamp() + make_interval(secs => :seconds))"
    " ON CONFLICT (name) DO UPDATE SET next_at = greatest(turn.next_at, excluded.next_at)"
)


class WorkerTurns:
    """Turns among all workers of a PostgreSQL installation; fits ``tools.wire.Turns``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, seconds: float) -> float:
        """Take the next turn; return the seconds until it comes."""
        with self._database.transaction() as connection:
            connection.execute(_QUICK)
            return max(0.0, float(connection.execute(_TAKE, {"name": name, "seconds": seconds}).scalar_one()))

    def until(self, name: str) -> float:
        """Return the seconds until a turn could come."""
        with self._database.snapshot() as connection:
            left = connection.execute(_UNTIL, {"name": name}).scalar()
        return max(0.0, float(left or 0.0))

    def hold(self, name: str, seconds: float) -> None:
        """Let no turn come for so many seconds from now."""
        with self._database.transaction() as connection:
            connection.execute(_QUICK)
            connection.execute(_HOLD, {"name": name, "seconds": seconds})
