"""Suppressions: what the next reconcile must leave alone, why and until when; a rollback writes them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlmodel import Field, Session, SQLModel

from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database


class Suppression(SQLModel, table=True):
    """One thing left alone: a record by ``natural_key``, or everything a ``rule`` asks for; the other stays empty."""

    __tablename__ = "suppression"

    id: int | None = Field(default=None, primary_key=True)
    natural_key: str = Field(default="", index=True)
    rule: str = ""
    reason: str
    made_by: str
    run: str = ""
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


_TABLE = SQLModel.metadata.tables[str(Suppression.__tablename__)]
_ACTIVE = select(_TABLE).where(_TABLE.c.expires_at > bindparam("moment")).order_by(_TABLE.c.id)


class Suppressions:
    """Keeps suppressions and tells which hold now."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def add(self, rows: Iterable[Suppression], session: Session | None = None) -> None:
        """Keep suppressions, in the session given or one of its own."""
        if session is None:
            with self._database.session() as own:
                own.add_all(rows)
        else:
            session.add_all(rows)
            session.flush()

    def active(self, connection: Connection | None = None) -> tuple[Suppression, ...]:
        """Return those that have not expired, oldest first."""
        if connection is None:
            with self._database.snapshot() as own:
                return self.active(own)
        rows = connection.execute(_ACTIVE, {"moment": self._clock.now()})
        return tuple(Suppression(**row._mapping) for row in rows)

    def lift(self, suppression_id: int) -> bool:
        """Let a suppression end now; tells whether it still held."""
        now = self._clock.now()
        with self._database.session() as session:
            row = session.get(Suppression, suppression_id)
            if row is None or row.expires_at <= now:
                return False
            row.expires_at = now
            session.add(row)
            return True
