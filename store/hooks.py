"""Webhooks that came in and those that go out: kept before anything is done with them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import BigInteger, Column
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime, word_column
from store.database import Database
from store.keys import KeyRing

_BATCH = 100


class EventState(StrEnum):
    """Where an event that came in stands."""

    KEPT = "kept"
    QUEUED = "queued"
    DONE = "done"
    IGNORED = "ignored"


class DeliveryState(StrEnum):
    """Where a notice that goes out stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class InboxRow(SQLModel, table=True):
    """One event by its sender and id; ``sealed`` is its body until it was dealt with."""

    __tablename__ = "hook_inbox"

    sender: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    kind: str
    state: EventState = Field(sa_column=word_column(EventState, index=True))
    sealed: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class DeliveryRow(SQLModel, table=True):
    """One notice to one receiver; ``body`` holds record handles at most, never a name."""

    __tablename__ = "hook_delivery"

    id: str = Field(primary_key=True)
    receiver: str = Field(index=True)
    kind: str
    body: str
    state: DeliveryState = Field(sa_column=word_column(DeliveryState, index=True))
    tries: int = 0
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class HookMarkRow(SQLModel, table=True):
    """How far the ledger was read for notices that go out."""

    __tablename__ = "hook_mark"

    name: str = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))


class Kept(NamedTuple):
    """An event as it came, to be looked at."""

    sender: str
    event: str
    kind: str
    body: str


class HookInbox:
    """Keeps what came in, once for each sender and id."""

    def __init__(self, database: Database, keyring: KeyRing, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._keyring, self._clock = database, keyring, clock

    def keep(self, event: Kept) -> bool:
        """Keep an event and return True, or False where its id is there already."""
        sealed = self._keyring.seal(event.body.encode(), _place(event.sender, event.event))
        row = InboxRow(
            sender=event.sender,
            event=event.event,
            kind=event.kind,
            state=EventState.KEPT,
            sealed=sealed,
            at=self._clock.now(),
        )
        try:
            with self._database.session() as session:
                session.add(row)
        except IntegrityError:
            return False
        return True

    def waiting(self) -> tuple[tuple[str, str], ...]:
        """Return the oldest events that the engine does not have yet, by sender and id."""
        query = select(InboxRow.sender, InboxRow.event).where(InboxRow.state == EventState.KEPT)
        with self._database.reading() as session:
            return tuple(session.exec(query.order_by(col(InboxRow.at)).limit(_BATCH)))

    def read(self, sender: str, event: str) -> Kept | None:
        """Return an event that was not dealt with yet, or None."""
        with self._database.reading() as session:
            row = session.get(InboxRow, (sender, event))
        waits = row is not None and row.state in (EventState.KEPT, EventState.QUEUED)
        return Kept(row.sender, row.event, row.kind, self._body(row)) if row is not None and waits else None

    def queued(self, sender: str, event: str) -> None:
        """Say that the engine has an event."""
        self._move(sender, event, {"state": EventState.QUEUED})

    def settle(self, sender: str, event: str, state: EventState) -> None:
        """Say what became of an event and let go of its body; the id stays, so that a replay is known."""
        self._move(sender, event, {"state": state, "sealed": ""})

    def forget_before(self, moment: datetime) -> None:
        """Let go of ids that are old enough that no replay can be meant."""
        with self._database.session() as session:
            over = col(InboxRow.state).in_((EventState.DONE, EventState.IGNORED))
            session.exec(delete(InboxRow).where(over, col(InboxRow.at) < moment))

    def count(self) -> dict[str, int]:
        """Return how many events stand where."""
        with self._database.reading() as session:
            states = session.exec(select(InboxRow.state)).all()
        return {state.value: states.count(state) for state in EventState}

    def _move(self, sender: str, event: str, values: dict[str, object]) -> None:
        named = (col(InboxRow.sender) == sender, col(InboxRow.event) == event)
        with self._database.session() as session:
            session.exec(update(InboxRow).where(*named).values(**values))

    def _body(self, row: InboxRow) -> str:
        return self._keyring.unseal(row.sealed, _place(row.sender, row.event)).decode()


def _place(sender: str, event: str) -> bytes:
    return f"hook_inbox|{sender}|{event}".encode()


class HookOutbox:
    """Keeps what goes out, with the mark up to which the ledger was read, in one transaction."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    def mark(self, name: str) -> int:
        """Return the last entry of the ledger that was read under this name."""
        with self._database.reading() as session:
            row = session.get(HookMarkRow, name)
        return row.seq if row else 0

    def add(self, rows: Sequence[DeliveryRow], name: str, seq: int) -> int:
        """Keep the notices that are not there yet and move the mark; returns how many were new."""
        with self._database.session() as session:
            fresh = [row for row in rows if session.get(DeliveryRow, row.id) is None]
            for row in fresh:
                row.at = self._clock.now()
                session.add(row)
            session.merge(HookMarkRow(name=name, seq=max(seq, _mark(session, name))))
        return len(fresh)

    def standing(self, state: DeliveryState) -> tuple[DeliveryRow, ...]:
        """Return the oldest notices in a state."""
        query = select(DeliveryRow).where(DeliveryRow.state == state).order_by(col(DeliveryRow.at))
        with self._database.reading() as session:
            return tuple(session.exec(query.limit(_BATCH)))

    def read(self, id_: str) -> DeliveryRow | None:
        """Return one notice, or None."""
        with self._database.reading() as session:
            return session.get(DeliveryRow, id_)

    def settle(self, id_: str, state: DeliveryState, tries: int | None = None) -> None:
        """Say what became of a notice, and how often the engine was given it where that changed."""
        values: dict[str, object] = {"state": state, **({"tries": tries} if tries is not None else {})}
        with self._database.session() as session:
            session.exec(update(DeliveryRow).where(col(DeliveryRow.id) == id_).values(**values))

    def forget_before(self, moment: datetime) -> None:
        """Let go of notices that ended long ago."""
        over = col(DeliveryRow.state).in_((DeliveryState.DELIVERED, DeliveryState.GIVEN_UP))
        with self._database.session() as session:
            session.exec(delete(DeliveryRow).where(over, col(DeliveryRow.at) < moment))


def _mark(session: Session, name: str) -> int:
    row = session.get(HookMarkRow, name)
    return row.seq if row else 0
