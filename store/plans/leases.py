"""Leases: which run's pending change speaks for a record; a later run takes it over and supersedes the earlier."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, delete, func, select

from domain.ids import PlanHash, RunId
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import POSTGRESQL, Database

BATCH = 500


class Lease(SQLModel, table=True):
    """The run and plan whose pending change speaks for one record."""

    __tablename__ = "lease"

    natural_key: str = Field(primary_key=True)
    run: str = Field(index=True)
    plan_hash: str
    taken_at: datetime = Field(sa_type=UtcDateTime)


class Leases:
    """One lease per natural key."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def take(
        self, natural_keys: Sequence[str], run: RunId, plan_hash: PlanHash, session: Session | None = None
    ) -> tuple[Lease, ...]:
        """Take the leases for this run and return those that other runs or plans held; their changes are superseded."""
        if session is None:
            with self._database.session() as own:
                return self.take(natural_keys, run, plan_hash, own)
        keys = sorted(set(natural_keys))
        held = [lease for lease in self.held(keys, session) if (lease.run, lease.plan_hash) != (run, plan_hash)]
        earlier = tuple(Lease(**lease.model_dump()) for lease in held)
        self._write(session, keys, run, plan_hash)
        return earlier

    def held(self, natural_keys: Sequence[str], session: Session | None = None) -> tuple[Lease, ...]:
        """Return the leases on these records."""
        if session is None:
            with self._database.reading() as own:
                return self.held(natural_keys, own)
        found: list[Lease] = []
        for start in range(0, len(natural_keys), BATCH):
            batch = col(Lease.natural_key).in_(natural_keys[start : start + BATCH])
            found += session.exec(select(Lease).where(batch).execution_options(populate_existing=True)).all()
        return tuple(found)

    def count(self, runs: Sequence[RunId]) -> int:
        """Return how many leases these runs hold."""
        found = 0
        with self._database.reading() as session:
            for start in range(0, len(runs), BATCH):
                query = select(func.count()).where(col(Lease.run).in_(runs[start : start + BATCH]))
                found += session.exec(query).one()
        return found

    def release(self, run: RunId, plan_hash: PlanHash | None = None, session: Session | None = None) -> int:
        """Give back the run's leases, of one plan where given; returns how many."""
        if session is None:
            with self._database.session() as own:
                return self.release(run, plan_hash, own)
        query = delete(Lease).where(col(Lease.run) == run)
        if plan_hash is not None:
            query = query.where(col(Lease.plan_hash) == plan_hash)
        return session.connection().execute(query).rowcount

    def _write(self, session: Session, keys: Sequence[str], run: RunId, plan_hash: PlanHash) -> None:
        insert = postgresql.insert if self._database.dialect == POSTGRESQL else sqlite.insert
        fresh = {"run": run, "plan_hash": plan_hash, "taken_at": self._clock.now()}
        statement = insert(Lease).on_conflict_do_update(index_elements=["natural_key"], set_=fresh)
        if keys:
            session.connection().execute(statement, [{"natural_key": key, **fresh} for key in keys])
