"""What was read of a conversation while one holder has it to itself, so that a turn of the chat reads it once.

A turn holds the conversation's lock, so it alone gives codes in it meanwhile. What was read is forgotten with every
code that is given, and for good when the holder lets go. Keys are never remembered.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from domain.ids import RecordHandle
from privacy.vault.entries import Entry


@dataclass
class _Read:
    people: frozenset[RecordHandle] | None = None
    entries: dict[str, Entry] = field(default_factory=dict)


class HeldConversations:
    """The conversations that are held; safe for many threads. One that is not held is read anew each time."""

    def __init__(self) -> None:
        self._guard, self._held = Lock(), dict[str, _Read]()

    @contextmanager
    def holding(self, conversation: str) -> Iterator[None]:
        """Remember what is read of a conversation until the end of the block."""
        self._held[conversation] = _Read()
        try:
            yield
        finally:
            self._held.pop(conversation, None)

    def people(self, conversation: str, read: Callable[[], frozenset[RecordHandle]]) -> frozenset[RecordHandle]:
        """Return whom a conversation speaks of, as read before or now."""
        held = self._held.get(conversation)
        if held is not None and held.people is not None:
            return held.people
        people = read()
        self._keep(conversation, held, people, {})
        return people

    def entries(
        self, conversation: str, symbols: Collection[str], read: Callable[[Collection[str]], Mapping[str, Entry]]
    ) -> Mapping[str, Entry]:
        """Return what codes stand for, as read before or now; a code that there is not is asked for each time."""
        held = self._held.get(conversation)
        known = {each: held.entries[each] for each in symbols if each in held.entries} if held else {}
        missing = set(symbols) - known.keys()
        found = read(missing) if missing else {}
        self._keep(conversation, held, None, found)
        return {**known, **found}

    def changed(self, conversation: str) -> None:
        """Forget what was read: a code was given since, or the conversation was erased."""
        with self._guard:
            if conversation in self._held:
                self._held[conversation] = _Read()

    def _keep(
        self,
        conversation: str,
        held: _Read | None,
        people: frozenset[RecordHandle] | None,
        entries: Mapping[str, Entry],
    ) -> None:
        """Keep what was read, unless that changed while it was."""
        with self._guard:
            if held is not None and self._held.get(conversation) is held:
                held.people = held.people if people is None else people
                held.entries.update(entries)
