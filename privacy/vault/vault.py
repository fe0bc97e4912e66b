"""The vault of one tenant: gives codes, looks them up exactly, forgets conversations.

A code is only ever looked up as it stands: its checks must hold and the conversation must have it. There is no search
by likeness, so a corrupted or invented code finds nobody rather than somebody else.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from sqlalchemy import Connection

from domain.errors import HandleRefused
from domain.ids import RecordHandle
from domain.ports import Clock
from privacy.vault.codebook import Codebook
from privacy.vault.conversations import Conversations
from privacy.vault.entries import Code, Entry, Subject
from privacy.vault.giving import Giver
from privacy.vault.memory import HeldConversations
from privacy.vocabulary import ConversationId
from store.clock import SYSTEM_CLOCK
from store.conversations import CodeRow, CodeTextRow, ConversationRow
from store.database import Database
from store.keys import KeyRing

TEXT = "text of the conversation"
"""What a sealed text is bound to, beside its place."""
LIFETIME = timedelta(days=30)
"""How long a conversation's codes can be restored, from the day it begins."""


class Vault:
    """Keeps the codes of every conversation of one tenant; safe for many threads and processes."""

    def __init__(
        self,
        database: Database,
        keyring: KeyRing,
        *,
        tenant: str = "local",
        clock: Clock = SYSTEM_CLOCK,
        lifetime: timedelta = LIFETIME,
    ) -> None:
        self._database = database
        self._conversations = Conversations(keyring, tenant, clock, lifetime)
        self._held = HeldConversations()

    def holding(self, conversation: ConversationId) -> AbstractContextManager[None]:
        """Read a conversation once for a block of work whose holder alone gives codes in it."""
        return self._held.holding(conversation)

    def codes(self, conversation: ConversationId, subjects: Sequence[Subject]) -> list[Code]:
        """Return the code of each subject, making what is missing; a person has one code per conversation.

        A conversation that has expired begins anew, with fresh codes.
        """
        found = self._find(conversation, subjects)
        if len(found) == len(subjects):
            return found
        with self._database.transaction() as connection:
            book = Codebook(connection, conversation, self._conversations.key_to_write(connection, conversation))
            giver = Giver(book, subjects)
            given = [giver.find(each) or giver.add(each) for each in subjects]
        self._held.changed(conversation)
        return given

    def entries(self, conversation: ConversationId, symbols: Collection[str]) -> Mapping[str, Entry]:
        """Return what the codes stand for; those that the conversation does not have are missing from the answer."""

        def read(wanted: Collection[str]) -> Mapping[str, Entry]:
            with self._database.snapshot() as connection:
                key = self._conversations.key(connection, conversation)
                return Codebook(connection, conversation, key).entries(wanted) if key else {}

        return self._held.entries(conversation, symbols, read)

    def people(self, conversation: ConversationId) -> frozenset[RecordHandle]:
        """Return everyone the conversation has a code for with certainty: those it has spoken of."""

        def read() -> frozenset[RecordHandle]:
            with self._database.snapshot() as connection:
                key = self._conversations.key(connection, conversation)
                return Codebook(connection, conversation, key).people() if key else frozenset()

        return self._held.people(conversation, read)

    def begin(self, conversation: ConversationId, connection: Connection | None = None) -> None:
        """Make the key of a conversation before anything is said in it, so that its time runs from now.

        Written with whatever else the ``connection`` writes, where one is given.
        """
        with nullcontext(connection) if connection else self._database.transaction() as writing:
            self._conversations.key_to_write(writing, conversation)

    def lasts(self, conversation: ConversationId) -> bool:
        """Tell whether a conversation has its key still: it was neither erased nor is its time over."""
        with self._database.snapshot() as connection:
            return self._conversations.key(connection, conversation) is not None

    def seal(self, conversation: ConversationId, text: str, place: str) -> str:
        """Seal a text of a conversation that lasts, so that erasing the conversation makes it unreadable.

        Raises HandleRefused where the conversation was erased or its time is over.
        """
        with self._database.snapshot() as connection:
            key = self._conversations.key(connection, conversation)
        if key is None:
            fix = "Begin a new conversation."
            raise HandleRefused("The conversation is over.", field="conversation", fix=fix)
        return key.seal(text, TEXT, place)

    def unseal(self, conversation: ConversationId, sealed: str, place: str) -> str | None:
        """Open what ``seal`` made; None where the conversation was erased, has expired, or began anew since.

        Raises HandleRefused where the text was changed or moved.
        """
        with self._database.snapshot() as connection:
            key = self._conversations.key(connection, conversation)
            return key.open(sealed, TEXT, place) if key else None

    def erase(self, conversation: ConversationId) -> bool:
        """Forget a conversation for good, key and rows, in the database's files too; tell whether there was one."""
        with self._database.transaction() as connection:
            gone = self._conversations.delete(connection, [conversation])
        self._held.changed(conversation)
        self._scrub_files()
        return gone > 0

    def expire(self) -> int:
        """Forget every conversation whose time is over and return how many they were."""
        with self._database.transaction() as connection:
            gone = self._conversations.delete(connection, self._conversations.expired(connection))
        if gone:
            self._scrub_files()
        return gone

    def rewrap(self) -> int:
        """Wrap every conversation's key under the newest key of the ring, after ``KeyRing.rotate``; return how many."""
        with self._database.transaction() as connection:
            return self._conversations.rewrap(connection)

    def _find(self, conversation: ConversationId, subjects: Sequence[Subject]) -> list[Code]:
        if not subjects:
            return []
        with self._database.snapshot() as connection:
            key = self._conversations.key(connection, conversation)
            if key is None:
                return []
            giver = Giver(Codebook(connection, conversation, key), subjects)
            return [code for each in subjects if (code := giver.find(each)) is not None]

    def _scrub_files(self) -> None:
        for table in (CodeTextRow, CodeRow, ConversationRow):
            self._database.scrub_deleted(str(table.__tablename__))
