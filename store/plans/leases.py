"""Leases: which run's pending change speaks for a record; a later run takes it over and supersedes the earlier."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from domain.ids import PlanHash, RunId
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import POSTGRESQL, Database

BATCH = 500


class LeaseRow(SQLModel, table=True):
    """One lease as stored."""

    __tablename__ = "lease"

    natural_key: str = Field(primary_key=True)
    run: str = Field(index=True)
    plan_hash: str
    taken_at: datetime = Field(sa_type=UtcDateTime)


class Lease(NamedTuple):
    """The run and plan whose pending change speaks for one record."""

    natural_key: str
    run: str
    plan_hash: str


_TABLE = SQLModel.metadata.tables[str(LeaseRow.__tablename__)]
_C = _TABLE.c
_HELD = select(*(_C[name] for name in Lease._fields)).where(_C.natural_key.in_(bindparam("records", expanding=True)))
_COUNT = select(func.count()).select_from(_TABLE).where(_C.run.in_(bindparam("runs", expanding=True)))
_OF_RUN = delete(_TABLE).where(_C.run == bindparam("holder"))
_OF_PLAN = _OF_RUN.where(_C.plan_hash == bindparam("plan"))


class Leases:
    """One lease per natural key."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        insert = postgresql.insert if database.dialect == POSTGRESQL else sqlite.insert
        statement = insert(_TABLE)
        fresh = {name: statement.excluded[name] for name in ("run", "plan_hash", "taken_at")}
        self._take = statement.on_conflict_do_update(index_elements=["natural_key"], set_=fresh)

    def take(
        self, natural_keys: Sequence[str], run: RunId, plan_hash: PlanHash, session: Session | None = None
    ) -> None:
        """Take the leases for this run; what other runs or plans held of them is superseded."""
        if session is not None:
            self._take_within(session.connection(), natural_keys, run, plan_hash)
            return
        with self._database.transaction() as connection:
            self._take_within(connection, natural_keys, run, plan_hash)

    def held(self, natural_keys: Sequence[str], session: Session | None = None) -> tuple[Lease, ...]:
        """Return the leases on these records."""
        if session is not None:
            return _read_held(session.connection(), natural_keys)
        with self._database.snapshot() as connection:
            return _read_held(connection, natural_keys)

    def count(self, runs: Sequence[RunId]) -> int:
        """Return how many leases these runs hold."""
        found = 0
        with self._database.snapshot() as connection:
            for start in range(0, len(runs), BATCH):
                found += connection.execute(_COUNT, {"runs": runs[start : start + BATCH]}).scalar_one()
        return found

    def release(self, run: RunId, plan_hash: PlanHash | None = None, session: Session | None = None) -> int:
        """Give back the run's leases, of one plan where given; returns how many."""
        statement = _OF_RUN if plan_hash is None else _OF_PLAN
        values = {"holder": run} if plan_hash is None else {"holder": run, "plan": plan_hash}
        if session is not None:
            return session.connection().execute(statement, values).rowcount
        with self._database.transaction() as connection:
            return connection.execute(statement, values).rowcount

    def _take_within(
        self, connection: Connection, natural_keys: Sequence[str], run: RunId, plan_hash: PlanHash
    ) -> None:
        fresh = {"run": run, "plan_hash": plan_hash, "taken_at": self._clock.now()}
        rows = [{"natural_key": key, **fresh} for key in sorted(set(natural_keys))]
        if rows:
            connection.execute(self._take, rows)


def _read_held(connection: Connection, natural_keys: Sequence[str]) -> tuple[Lease, ...]:
    found: list[Lease] = []
    for start in range(0, len(natural_keys), BATCH):
        rows = connection.execute(_HELD, {"records": natural_keys[start : start + BATCH]})
        found += [Lease(*row) for row in rows]
    return tuple(found)
