"""Worker slots and the inbox of accepted events: what lets another worker take over a dead one's work, once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select

from domain.ports import Clock, FeedEvent
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database


class WorkerSlot(SQLModel, table=True):
    """A stable executor name and who holds it until when."""

    __tablename__ = "worker_slot"

    slot: str = Field(primary_key=True)
    holder: str
    beat_at: datetime = Field(sa_type=UtcDateTime)
    held_until: datetime = Field(sa_type=UtcDateTime)


class InboxEvent(SQLModel, table=True):
    """An event that was accepted; its id is kept after its workflow is gone, so that it never runs twice."""

    __tablename__ = "inbox_event"

    event_id: str = Field(primary_key=True)
    source: str = Field(index=True)
    resource: str
    operation: str
    resource_id: str
    published_at: datetime = Field(sa_type=UtcDateTime)
    accepted_at: datetime = Field(sa_type=UtcDateTime)


class WorkerSlots:
    """Hands out slots; a slot whose lease has run out goes to whoever asks."""

    def __init__(
        self, database: Database, *, clock: Clock = SYSTEM_CLOCK, lease: timedelta = timedelta(seconds=15)
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease

    def take(self, slot: str, holder: str) -> bool:
        """Take or keep a slot for one lease; false where another holder's lease still runs."""
        now = self._clock.now()
        with self._database.session() as session:
            row = session.get(WorkerSlot, slot, with_for_update=True)
            if row is not None and row.holder != holder and row.held_until > now:
                return False
            row = row or WorkerSlot(slot=slot, holder=holder, beat_at=now, held_until=now)
            row.holder, row.beat_at, row.held_until = holder, now, now + self._lease
            session.add(row)
            return True

    def release(self, slot: str, holder: str) -> None:
        """End the lease at a clean stop, so that nobody waits for it."""
        with self._database.session() as session:
            row = session.get(WorkerSlot, slot, with_for_update=True)
            if row is not None and row.holder == holder:
                row.held_until = self._clock.now()
                session.add(row)

    def lapsed(self) -> tuple[WorkerSlot, ...]:
        """Return the slots whose lease has run out."""
        query = select(WorkerSlot).where(col(WorkerSlot.held_until) <= self._clock.now()).order_by(col(WorkerSlot.slot))
        with self._database.reading() as session:
            return tuple(session.exec(query))


class Inbox:
    """Remembers which events were accepted."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def accept_new(self, events: Mapping[str, FeedEvent], session: Session) -> frozenset[str]:
        """Remember events under the keys given, in the caller's session, and return the keys that are new."""
        query = select(InboxEvent.event_id).where(col(InboxEvent.event_id).in_(events))
        known: set[str] = {*session.exec(query)}
        new = frozenset(events) - known
        for key in sorted(new):
            kept = {**events[key].model_dump(), "event_id": key}
            session.add(InboxEvent(**kept, accepted_at=self._clock.now()))
        session.flush()
        return new

    def last_accepted(self) -> datetime | None:
        """Return when the newest event was accepted, None where none ever was."""
        query = select(InboxEvent.accepted_at).order_by(col(InboxEvent.accepted_at).desc()).limit(1)
        with self._database.reading() as session:
            return session.exec(query).first()
