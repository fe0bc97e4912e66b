"""Phase overrides and the kill switch: what an operator changed by hand on top of the policy file (S31, S238)."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select
from sqlmodel import Field, Session, SQLModel

from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database

EVERYTHING = "*"


class PhaseOverride(SQLModel, table=True):
    """The phase in force for one domain and action instead of the policy's, such as after a phase rollback."""

    __tablename__ = "phase_override"

    domain: str = Field(primary_key=True)
    action: str = Field(primary_key=True)
    phase: int
    reason: str
    set_by: str
    set_at: datetime = Field(sa_type=UtcDateTime)


class KillSwitch(SQLModel, table=True):
    """Writes to ``target`` are stopped; ``*`` stops writes to every system."""

    __tablename__ = "kill_switch"

    target: str = Field(primary_key=True)
    reason: str
    set_by: str
    set_at: datetime = Field(sa_type=UtcDateTime)


_SWITCHES = SQLModel.metadata.tables[str(KillSwitch.__tablename__)]
_STOPS = select(_SWITCHES).where(or_(_SWITCHES.c.target == bindparam("target"), _SWITCHES.c.target == EVERYTHING))
_OVERRIDDEN = SQLModel.metadata.tables[str(PhaseOverride.__tablename__)]
_OVERRIDES = select(_OVERRIDDEN).order_by(_OVERRIDDEN.c.domain)


class Phases:
    """Keeps overrides and kill switches."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def override(
        self, domain: str, action: str, phase: int, reason: str, set_by: str, *, session: Session | None = None
    ) -> None:
        """Set the phase of one domain and action until it is cleared."""
        row = PhaseOverride(
            domain=domain, action=action, phase=phase, reason=reason, set_by=set_by, set_at=self._clock.now()
        )
        if session is not None:
            session.merge(row)
            session.flush()
            return
        with self._database.session() as own:
            own.merge(row)

    def clear(self, domain: str, action: str) -> bool:
        """Let the policy file speak again; tells whether there was an override."""
        with self._database.session() as session:
            row = session.get(PhaseOverride, (domain, action))
            if row is not None:
                session.delete(row)
            return row is not None

    def overrides(self, connection: Connection | None = None) -> tuple[PhaseOverride, ...]:
        """Return every override."""
        if connection is None:
            with self._database.snapshot() as own:
                return self.overrides(own)
        return tuple(PhaseOverride(**row._mapping) for row in connection.execute(_OVERRIDES))

    def stop(self, target: str, reason: str, set_by: str) -> None:
        """Stop writes to one system, or with ``*`` to all."""
        with self._database.session() as session:
            session.merge(KillSwitch(target=target, reason=reason, set_by=set_by, set_at=self._clock.now()))

    def resume(self, target: str) -> bool:
        """Allow writes again; tells whether they were stopped."""
        with self._database.session() as session:
            row = session.get(KillSwitch, target)
            if row is not None:
                session.delete(row)
            return row is not None

    def stopped(self, target: str, connection: Connection | None = None) -> KillSwitch | None:
        """Return the switch that stops writes to this system, or None."""
        if connection is None:
            with self._database.snapshot() as own:
                return self.stopped(target, own)
        found = {row.target: row for row in connection.execute(_STOPS, {"target": target})}
        row = found.get(target) or found.get(EVERYTHING)
        return KillSwitch(**row._mapping) if row else None
