"""What is kept of the advising chat: whose each conversation is, and its turns in codes, sealed.

The turns are sealed under the key of their conversation, which the vault keeps: erasing that key erases them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKeyConstraint, bindparam, insert
from sqlmodel import Field, SQLModel, col, delete, func, select

from domain.ids import PrincipalId
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
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
        """Return the conversations of a principal, newest first."""
        query = select(ChatRow).where(ChatRow.owner == owner)
        with self._database.reading() as session:
            return list(session.exec(query.order_by(col(ChatRow.begun_at).desc(), ChatRow.conversation)))

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

    def forget(self, conversation: str) -> None:
        """Delete a conversation with its turns, in the database's files too."""
        with self._database.session() as session:
            for table in (ChatTurnRow, ChatRow):
                session.connection().execute(delete(table).where(col(table.conversation) == conversation))
        for table in (ChatTurnRow, ChatRow):
            self._database.scrub_deleted(str(table.__tablename__))
