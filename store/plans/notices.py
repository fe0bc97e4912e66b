"""Notices sent: a digest or a failure notice goes out once, never in a storm (S57, S58)."""

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel

from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database


class NoticeRow(SQLModel, table=True):
    """The last time a notice with this key was sent; ``times`` counts how often it was asked for since the first."""

    __tablename__ = "notice"

    key: str = Field(primary_key=True)
    run: str
    times: int = 1
    sent_at: datetime = Field(sa_type=UtcDateTime)


class Notices:
    """Tells whether a notice may be sent."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def claim(self, key: str, run: str, quiet: timedelta) -> bool:
        """Claim the sending of a notice: true at most once per ``quiet`` span and key, whoever asks."""
        now = self._clock.now()
        with self._database.session() as session:
            row = session.get(NoticeRow, key, with_for_update=True)
            if row is None:
                session.add(NoticeRow(key=key, run=run, sent_at=now))
                return True
            due = now - row.sent_at >= quiet
            row.times += 1
            row.sent_at, row.run = (now, run) if due else (row.sent_at, row.run)
            session.add(row)
            return due
