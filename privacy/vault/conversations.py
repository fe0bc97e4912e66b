"""The rows of conversations: their wrapped keys, how long they last, and how they are deleted."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select

from domain.ports import Clock
from privacy.vault.keys import ConversationKey, new_wrapped_key, rewrapped
from store.conversations import CodeRow, CodeTextRow, ConversationRow
from store.database import POSTGRESQL
from store.keys import KeyRing


class Conversations:
    """Opens, begins and deletes conversations, inside the session it is given."""

    def __init__(self, keyring: KeyRing, tenant: str, clock: Clock, lifetime: timedelta) -> None:
        self._keyring, self._tenant, self._clock, self._lifetime = keyring, tenant, clock, lifetime

    def key(self, session: Session, conversation: str) -> ConversationKey | None:
        """Return the key of a conversation; None where there is none, or its time is over."""
        row = session.get(ConversationRow, conversation)
        return self._unwrap(row) if row and row.expires_at > self._clock.now() else None

    def key_to_write(self, session: Session, conversation: str) -> ConversationKey:
        """Return the key with the row locked, so that one writer at a time gives codes; begins what there is not.

        A conversation that has expired begins anew, under a fresh key.
        """
        row = self._locked(session, [conversation])
        if row and row[0].expires_at <= self._clock.now():
            self.delete(session, [conversation])
            row = []
        return self._unwrap((row or self._begun(session, conversation))[0])

    def expired(self, session: Session) -> Sequence[str]:
        """Return every conversation whose time is over."""
        query = select(ConversationRow.conversation).where(col(ConversationRow.expires_at) <= self._clock.now())
        return session.exec(query).all()

    def delete(self, session: Session, conversations: Sequence[str]) -> int:
        """Delete conversations with everything in them; return how many there were."""
        present = [row.conversation for row in self._locked(session, conversations)]
        for table in (CodeTextRow, CodeRow, ConversationRow):
            session.connection().execute(delete(table).where(col(table.conversation).in_(present)))
        session.expire_all()
        return len(present)

    def rewrap(self, session: Session) -> int:
        """Wrap every key under the newest key of the ring; return how many there are."""
        rows = session.exec(select(ConversationRow).order_by(ConversationRow.conversation).with_for_update()).all()
        for row in rows:
            row.sealed_key = rewrapped(row.sealed_key, self._keyring, self._tenant, row.conversation)
            session.add(row)
        return len(rows)

    def _begun(self, session: Session, conversation: str) -> Sequence[ConversationRow]:
        now = self._clock.now()
        sealed = new_wrapped_key(self._keyring, self._tenant, conversation)
        row = ConversationRow(
            conversation=conversation, sealed_key=sealed, opened_at=now, expires_at=now + self._lifetime
        )
        connection = session.connection()
        insert = postgresql.insert if connection.dialect.name == POSTGRESQL else sqlite.insert
        connection.execute(insert(ConversationRow).values(row.model_dump()).on_conflict_do_nothing())
        return self._locked(session, [conversation])

    def _locked(self, session: Session, conversations: Sequence[str]) -> Sequence[ConversationRow]:
        query = select(ConversationRow).where(col(ConversationRow.conversation).in_(conversations))
        return session.exec(query.order_by(ConversationRow.conversation).with_for_update()).all()

    def _unwrap(self, row: ConversationRow) -> ConversationKey:
        return ConversationKey.unwrap(row.sealed_key, self._keyring, self._tenant, row.conversation)
