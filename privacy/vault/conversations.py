"""The rows of conversations: their wrapped keys, how long they last, and how they are deleted.

Plain statements: a turn of the chat asks some twenty times, and objects of the mapper took most of that time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, delete, select

from domain.ports import Clock
from privacy.vault.keys import ConversationKey, new_wrapped_key, rewrapped
from store.conversations import CodeRow, CodeTextRow, ConversationRow
from store.database import POSTGRESQL
from store.keys import KeyRing

_COLUMNS = (col(ConversationRow.conversation), col(ConversationRow.sealed_key), col(ConversationRow.expires_at))
_ROW = select(*_COLUMNS).where(col(ConversationRow.conversation) == bindparam("conversation"))
"""Built once: to build it costs more than to ask it."""
_LOCKED = (
    select(*_COLUMNS)
    .where(col(ConversationRow.conversation).in_(bindparam("conversations", expanding=True)))
    .order_by(ConversationRow.conversation)
    .with_for_update()
)
_ALL_LOCKED = select(*_COLUMNS).order_by(ConversationRow.conversation).with_for_update()


class Conversations:
    """Opens, begins and deletes conversations, inside the transaction it is given."""

    def __init__(self, keyring: KeyRing, tenant: str, clock: Clock, lifetime: timedelta) -> None:
        self._keyring, self._tenant, self._clock, self._lifetime = keyring, tenant, clock, lifetime

    def key(self, connection: Connection, conversation: str) -> ConversationKey | None:
        """Return the key of a conversation; None where there is none, or its time is over."""
        row = connection.execute(_ROW, {"conversation": conversation}).one_or_none()
        return self._unwrap(row) if row and row.expires_at > self._clock.now() else None

    def key_to_write(self, connection: Connection, conversation: str) -> ConversationKey:
        """Return the key with the row locked, so that one writer at a time gives codes; begins what there is not.

        A conversation that has expired begins anew, under a fresh key.
        """
        row = self._locked(connection, [conversation])
        if row and row[0].expires_at <= self._clock.now():
            self.delete(connection, [conversation])
            row = []
        return self._unwrap((row or self._begun(connection, conversation))[0])

    def expired(self, connection: Connection) -> Sequence[str]:
        """Return every conversation whose time is over."""
        query = select(ConversationRow.conversation).where(col(ConversationRow.expires_at) <= self._clock.now())
        return connection.scalars(query).all()

    def delete(self, connection: Connection, conversations: Sequence[str]) -> int:
        """Delete conversations with everything in them; return how many there were."""
        present = [row.conversation for row in self._locked(connection, conversations)]
        for table in (CodeTextRow, CodeRow, ConversationRow):
            connection.execute(delete(table).where(col(table.conversation).in_(present)))
        return len(present)

    def rewrap(self, connection: Connection) -> int:
        """Wrap every key under the newest key of the ring; return how many there are."""
        rows = connection.execute(_ALL_LOCKED).all()
        for row in rows:
            anew = rewrapped(row.sealed_key, self._keyring, self._tenant, row.conversation)
            this = col(ConversationRow.conversation) == row.conversation
            connection.execute(update(ConversationRow).where(this).values(sealed_key=anew))
        return len(rows)

    def _begun(self, connection: Connection, conversation: str) -> Sequence[Row[str, str, datetime]]:
        now = self._clock.now()
        sealed = new_wrapped_key(self._keyring, self._tenant, conversation)
        row = {
            "conversation": conversation,
            "sealed_key": sealed,
            "opened_at": now,
            "expires_at": now + self._lifetime,
        }
        insert_into = postgresql.insert if connection.dialect.name == POSTGRESQL else sqlite.insert
        statement = insert_into(ConversationRow).values(row).on_conflict_do_nothing()
        while True:  # a row that another writer began may be erased before it is locked here
            connection.execute(statement)
            if begun := self._locked(connection, [conversation]):
                return begun

    def _locked(self, connection: Connection, conversations: Sequence[str]) -> Sequence[Row[str, str, datetime]]:
        return connection.execute(_LOCKED, {"conversations": list(conversations)}).all()

    def _unwrap(self, row: Row[str, str, datetime]) -> ConversationKey:
        return ConversationKey.unwrap(row.sealed_key, self._keyring, self._tenant, row.conversation)
