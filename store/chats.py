"""What is kept of the advising chat: whose each conversation is, and its turns in codes, sealed.

The turns are sealed under the key of their conversation, which the vault keeps: erasing that key erases them. What can
be opened no more is shown in no list, and its rows go with the night (S226).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKeyConstraint, bindparam, exists, insert
from sqlmodel import Field, SQLModel, col, delete, func, select

from domain.ids import PrincipalId
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.conversations import ConversationRow
from store.database import Database


class ChatRow(SQLModel, table=True):
    """One conversation of one principal, who alone may read it."""

    __tablename__ = "chat"

    conversation: str = Field(primary_key=True)
    owner: str = Field(index=True)
    begun_at: datetime = Field(sa_type=UtcDateTime)


class ChatTurnRow(SQLModel, table=True):
    """One question and its answer, in codes and sealed."""

    __tablename__ = "chat_turn"
    __table_args__ = (ForeignKeyConstraint(["conversation"], ["chat.conversation"]),)

    conversation: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    sealed: str


class SealedTurn(NamedTuple):
    """One turn as it lies in the store."""

    position: int
    asked_at: datetime
    sealed: str


_BEGIN, _ADD = insert(ChatRow), insert(ChatTurnRow)
_OWNER = select(col(ChatRow.owner)).where(col(ChatRow.conversation) == bindparam("conversation"))
_NEXT = select(func.coalesce(func.max(ChatTurnRow.position) + 1, 0)).where(
    col(ChatTurnRow.conversation) == bindparam("conversation")
)
_NEWEST = (
    select(col(ChatTurnRow.position), col(ChatTurnRow.asked_at), col(ChatTurnRow.sealed))
    .where(col(ChatTurnRow.conversation) == bindparam("conversation"))
    .order_by(col(ChatTurnRow.position).desc())
)


_OPENS = exists().where(
    col(ConversationRow.conversation) == col(ChatRow.conversation),
    col(ConversationRow.expires_at) > bindparam("now", type_=UtcDateTime),
)
_OVER = select(col(ChatRow.conversation)).where(~_OPENS)
_BATCH = 500


class Chats:
    """Keeps and finds conversations; what a turn says is for whoever has the conversation's key."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    @contextmanager
    def beginning(self, conversation: str, owner: PrincipalId) -> Iterator[Connection]:
        """Begin a conversation of one principal, with whatever else is written to it in the same transaction."""
        with self._database.transaction() as connection:
            row = {"conversation": conversation, "owner": owner, "begun_at": self._clock.now()}
            connection.execute(_BEGIN, row)
            yield connection

    def owner_of(self, conversation: str) -> str | None:
        """Return whose a conversation is, or None where there is none."""
        with self._database.snapshot() as connection:
            return connection.scalar(_OWNER, {"conversation": conversation})

    def of(self, owner: PrincipalId) -> list[ChatRow]:
        """Return the conversations of a principal that still open, newest first."""
        query = select(ChatRow).where(ChatRow.owner == owner, _OPENS)
        ordered = query.order_by(col(ChatRow.begun_at).desc(), ChatRow.conversation)
        with self._database.reading() as session:
            return list(session.exec(ordered, params={"now": self._clock.now()}))

    def over(self) -> Sequence[str]:
        """Return the conversations that nobody can open: their time is over, or their key was erased."""
        with self._database.snapshot() as connection:
            return connection.scalars(_OVER, {"now": self._clock.now()}).all()

    def add(self, conversation: str, asked_at: datetime, sealed: str) -> None:
        """Add a turn behind those there are; whoever adds holds the conversation's lock."""
        with self._database.transaction() as connection:
            position = connection.scalar(_NEXT, {"conversation": conversation})
            row = {"conversation": conversation, "position": position, "asked_at": asked_at, "sealed": sealed}
            connection.execute(_ADD, row)

    def turns(self, conversation: str, last: int | None = None) -> Sequence[SealedTurn]:
        """Return the turns of a conversation in order, the ``last`` so many where that is given."""
        with self._database.snapshot() as connection:
            rows = connection.execute(_NEWEST.limit(last), {"conversation": conversation}).all()
        return [SealedTurn(*row) for row in reversed(rows)]

    def forget(self, conversations: Sequence[str]) -> None:
        """Delete conversations with their turns, in the database's files too."""
        for start in range(0, len(conversations), _BATCH):
            batch = conversations[start : start + _BATCH]
            with self._database.transaction() as connection:
                for table in (ChatTurnRow, ChatRow):
                    connection.execute(delete(table).where(col(table.conversation).in_(batch)))
        for table in (ChatTurnRow, ChatRow):
            self._database.scrub_deleted(str(table.__tablename__))
