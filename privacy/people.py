"""Where the boundary asks what is known of a person by record handle: for labels, for names to show, for the check."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from domain.identities import Identity, KnownPerson
from domain.ids import RecordHandle


class KnownPeople(Protocol):
    """A source of identities by record handle; answers inside the boundary only."""

    def identities(self, people: Collection[RecordHandle]) -> Mapping[RecordHandle, Identity]:
        """Return what is known of each; whoever is unknown is missing from the answer."""
        ...


class PeopleInMemory:
    """A source over people held in memory, for a file of them and for tests."""

    def __init__(self, people: Iterable[KnownPerson]) -> None:
        self._people = {known.handle: known.identity for known in people}

    def identities(self, people: Collection[RecordHandle]) -> Mapping[RecordHandle, Identity]:
        """Return what is known of each."""
        return {handle: self._people[handle] for handle in people if handle in self._people}
