"""Answers to requests that carried an idempotency key, so that the same request twice is carried out once."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, update

from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database

KEPT = timedelta(hours=24)
_UNDER_WAY = timedelta(seconds=60)


class KeyRow(SQLModel, table=True):
    """One key of one principal; ``status`` is 0 while the request is under way."""

    __tablename__ = "idempotency_key"

    principal: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body: str
    status: int = 0
    answer: str = ""
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Earlier(NamedTuple):
    """What is known of a key: the digest of the request it came with, and its answer where there is one."""

    body: str
    status: int
    answer: str


class IdempotencyKeys:
    """Keeps keys for a day; one that has been under way for a minute counts as left behind and is taken anew."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    def claim(self, principal: str, key: str, body: str) -> Earlier | None:
        """Claim a key for a request and return None, or what there is of it already."""
        now = self._clock.now()
        with self._database.session() as session:
            session.exec(delete(KeyRow).where(col(KeyRow.at) <= now - KEPT))
            session.exec(delete(KeyRow).where(col(KeyRow.status) == 0, col(KeyRow.at) <= now - _UNDER_WAY))
        try:
            with self._database.session() as session:
                row = session.get(KeyRow, (principal, key))
                if row is None:
                    session.add(KeyRow(principal=principal, key=key, body=body, at=now))
                return Earlier(row.body, row.status, row.answer) if row else None
        except IntegrityError:
            return Earlier(body, 0, "")

    def settle(self, principal: str, key: str, status: int, answer: str) -> None:
        """Keep the answer that the key's request was given."""
        named = (col(KeyRow.principal) == principal, col(KeyRow.key) == key)
        with self._database.session() as session:
            session.exec(update(KeyRow).where(*named).values(status=status, answer=answer))

    def release(self, principal: str, key: str) -> None:
        """Let a key go whose request failed, so that it can be tried again."""
        with self._database.session() as session:
            session.exec(delete(KeyRow).where(col(KeyRow.principal) == principal, col(KeyRow.key) == key))
