"""Notices sent: a digest or a failure notice goes out once, never in a storm (S57, S58)."""

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, select

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


_WAITING = "waiting "


class Notices:
    """Tells whether a notice may be sent."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def is_due(self, key: str, quiet: timedelta) -> bool:
        """Tell whether a claim would be granted now; nothing is claimed by asking."""
        with self._database.reading() as session:
            row = session.get(NoticeRow, key)
        return row is None or self._clock.now() - row.sent_at >= quiet

    def defer(self, run: str) -> None:
        """Remember that staff are still to be told of a run, once the present quiet is over."""
        self.claim(f"{_WAITING}{run}", run, timedelta(0))

    def deferred(self) -> tuple[str, ...]:
        """Return the runs that staff are still to be told of, the longest waiting first."""
        query = select(NoticeRow).where(col(NoticeRow.key).startswith(_WAITING)).order_by(col(NoticeRow.sent_at))
        with self._database.reading() as session:
            return tuple(row.run for row in session.exec(query))

    def settle(self, run: str) -> None:
        """Forget that staff were still to be told of a run."""
        with self._database.session() as session:
            row = session.get(NoticeRow, f"{_WAITING}{run}")
            if row is not None:
                session.delete(row)

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
