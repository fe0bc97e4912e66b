"""Decisions: what the policy said about every change, by which rule and in which phase (S38)."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from domain.ids import RunId
from store.columns import UtcDateTime, word_column
from store.database import Database


class Outcome(StrEnum):
    """What a decision came to."""

    AUTOMATIC = "automatic"
    HELD = "held"
    DENIED = "denied"


class DecisionRow(SQLModel, table=True):
    """One decision about one change; ``rule`` names the policy rule, ``policy`` the digest of the policy in force."""

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


class Decisions:
    """Keeps and finds decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, rows: Iterable[DecisionRow], session: Session | None = None) -> None:
        """Keep decisions, in the session given or one of its own."""
        if session is None:
            with self._database.session() as own:
                own.add_all(rows)
        else:
            session.add_all(rows)
            session.flush()

    def for_run(self, run: RunId) -> tuple[DecisionRow, ...]:
        """Return the run's decisions in the order they were kept."""
        with self._database.reading() as session:
            return tuple(session.exec(select(DecisionRow).where(DecisionRow.run == run).order_by(col(DecisionRow.id))))
