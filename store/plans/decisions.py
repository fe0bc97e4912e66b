"""Decisions: what the policy said about every change, by which rule and in which phase (S38).

``DecisionRow`` is the table, ``Decision`` what is written to it and read from it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlmodel import Field, Session, SQLModel

from domain.ids import RunId
from store.columns import UtcDateTime, word_column
from store.database import Database


class Outcome(StrEnum):
    """What a decision came to."""

    AUTOMATIC = "automatic"
    HELD = "held"
    DENIED = "denied"


class DecisionRow(SQLModel, table=True):
    """One decision as stored."""

    __tablename__ = "decision"

    id: int | None = Field(default=None, primary_key=True)
    run: str = Field(index=True)
    plan_hash: str = Field(index=True)
    change_id: str
    natural_key: str
    action: str
    topic: str
    outcome: Outcome = Field(sa_column=word_column(Outcome))
    rule: str
    phase: int
    reason: str
    policy: str
    decided_at: datetime = Field(sa_type=UtcDateTime)


class Decision(NamedTuple):
    """One decision about one change; ``rule`` names the policy rule, ``policy`` the digest of the policy in force.

    The fields are the columns of ``DecisionRow``, but for the number of the row.
    """

    run: str
    plan_hash: str
    change_id: str
    natural_key: str
    action: str
    topic: str
    outcome: Outcome
    rule: str
    phase: int
    reason: str
    policy: str
    decided_at: datetime


_TABLE = SQLModel.metadata.tables[str(DecisionRow.__tablename__)]
_C = _TABLE.c
_INSERT = insert(_TABLE)
_OF_RUN = select(*(_C[name] for name in Decision._fields)).where(_C.run == bindparam("run")).order_by(_C.id)
_IDENTITIES = select(_C.plan_hash, _C.change_id, _C.outcome).where(
    _C.run == bindparam("run"), _C.plan_hash == bindparam("plan_hash")
)
Identity = tuple[str, str, Outcome]
"""What was decided, without the reasons: the plan that a change ended in, the change, and the outcome."""


class Decisions:
    """Keeps and finds decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, rows: Sequence[Decision], session: Session | None = None) -> None:
        """Keep decisions in one round, in the session given or one of its own."""
        values = [row._asdict() for row in rows]
        if not values:
            return
        if session is not None:
            session.connection().execute(_INSERT, values)
            return
        with self._database.transaction() as connection:
            connection.execute(_INSERT, values)

    def identities(self, run: RunId, plan_hash: str, session: Session) -> set[Identity]:
        """Return what was decided in a run about the changes that ended in one plan."""
        found = session.connection().execute(_IDENTITIES, {"run": run, "plan_hash": plan_hash})
        return {(plan_hash, change_id, outcome) for plan_hash, change_id, outcome in found}

    def for_run(self, run: RunId) -> tuple[Decision, ...]:
        """Return the run's decisions in the order they were kept."""
        with self._database.snapshot() as connection:
            return tuple(map(Decision._make, connection.execute(_OF_RUN, {"run": run})))
