"""What goes into the vault and what comes out: subjects, codes and the texts behind them."""

import re
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from domain.ids import RecordHandle
from domain.records import Record
from privacy.vocabulary import ConversationId, Facet, Label

_FACETS = {facet.value: facet for facet in Facet}
_VARIANT = re.compile(r"^(?P<facet>[a-z_]+?)(?P<number>\d*)$")


def new_conversation() -> ConversationId:
    """Return a fresh opaque name of a conversation."""
    return ConversationId(f"cnv_{secrets.token_hex(16)}")


class Subject(NamedTuple):
    """A text to be replaced, and whom it may mean: one person, several, or nobody on record."""

    label: Label
    people: tuple[RecordHandle, ...]
    facet: Facet
    text: str


class Code(NamedTuple):
    """A code as it stands in text: ``[STUDENT_7QF4TK23]``, or ``[STUDENT_7QF4TK23.email]`` for one facet.

    ``facet`` is empty where the code has but one text or means the person's name; ``id2`` is a second id.
    """

    label: str
    symbols: str
    facet: str = ""

    def __str__(self) -> str:
        """Return the canonical spelling."""
        return f"[{self.label}_{self.symbols}{'.' if self.facet else ''}{self.facet}]"


class Entry(Record):
    """What the vault knows of one code; ``texts`` by facet, numbered where a person has several of one kind."""

    symbols: str
    label: Label
    people: tuple[RecordHandle, ...]
    texts: Mapping[str, str]

    @property
    def person(self) -> RecordHandle | None:
        """The one person meant; None where several may be, or none is on record."""
        return self.people[0] if len(self.people) == 1 else None


def facet_of(variant: str) -> Facet | None:
    """Return the facet of ``email`` or ``email2``; None where there is no such facet."""
    match = _VARIANT.match(variant)
    return _FACETS.get(match["facet"]) if match else None
