"""Puts identifiers back where they may stand: per sink, per reader, every look on record (S230, R21, R25)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domain.identities import Identity, NameUse
from domain.ids import RecordHandle
from domain.principals import Principal
from privacy.people import KnownPeople
from privacy.scrub.pieces import Piece
from privacy.scrub.spelling import Spelled, find_all
from privacy.vault import Entry, Vault, facet_of
from privacy.vocabulary import ConversationId, Facet, Label, PeopleAccess, Restored, Sink

WITHHELD = "[withheld]"
"""What a reader sees in place of someone they may not see; it does not tell what that person is."""
PURPOSES: Mapping[Sink, str] = {
    Sink.SCREEN: "restore on screen",
    Sink.SYSTEM_OF_RECORD: "restore for a system of record",
    Sink.MESSAGE_TO_PERSON: "restore in a message to the person",
}
_NEVER = frozenset({Label.SECRET, Label.NATIONAL_ID})
_NAME_FACETS = (Facet.NAME, Facet.FIRST, Facet.LAST)
_NAMES = (NameUse.PREFERRED, NameUse.LEGAL)


class Going(NamedTuple):
    """Which conversation's text goes to whom, and where; for a message the reader is the person it is sent to."""

    conversation: ConversationId
    reader: Principal
    sink: Sink


class Restoring:
    """One restore for one reader and sink, in one piece or as it streams; each person and field is asked about once."""

    def __init__(
        self,
        vault: Vault,
        access: PeopleAccess,
        going: Going,
        known: KnownPeople | None = None,
    ) -> None:
        self._vault, self._access, self._known = vault, access, known
        self._conversation, self._reader, self._sink = going
        self._entries: dict[str, Entry] = {}
        self._asked: dict[tuple[RecordHandle, Facet], bool] = {}

    def render(self, pieces: Sequence[Piece]) -> Restored:
        """Return the text of ``pieces``, restored as far as reader and sink allow."""
        spelled = [piece.code for piece in pieces if piece.code]
        if self._sink is not Sink.OUTSIDE:
            self._look_up(spelled)
            self._ask(spelled)
        made = [self._piece(piece) for piece in pieces]
        return Restored(
            text="".join(each.text for each in made),
            people=frozenset().union(*(each.people for each in made)),
            withheld=sum(each.withheld for each in made),
            unknown=sum(each.unknown for each in made),
        )

    def _piece(self, piece: Piece) -> Restored:
        if piece.code is None or self._sink is Sink.OUTSIDE:
            codes = sum(1 for _ in find_all(piece.text)) if piece.guarded or piece.code else 0
            return Restored(text=piece.text, withheld=codes)
        entry = self._entries.get(piece.code.symbols)
        text = self._text(entry, piece.code.facet) if entry else None
        if entry is None or text is None:
            return Restored(text=piece.text, unknown=1)
        if not self._may_see(entry, _facet(entry, piece.code)):
            return Restored(text=WITHHELD + piece.code.tail, withheld=1)
        return Restored(text=text + piece.code.tail, people=frozenset(entry.people) if entry.person else frozenset())

    def _may_see(self, entry: Entry, facet: Facet) -> bool:
        if self._sink is Sink.MESSAGE_TO_PERSON and (entry.person is None or entry.person != self._reader.person):
            return False
        if entry.label in _NEVER and not entry.people:
            return False
        return all(self._asked[person, facet] for person in entry.people)

    def _look_up(self, spelled: Iterable[Spelled]) -> None:
        new = {each.symbols for each in spelled} - self._entries.keys()
        self._entries.update(self._vault.entries(self._conversation, new))

    def _ask(self, spelled: Iterable[Spelled]) -> None:
        wanted: defaultdict[Facet, set[RecordHandle]] = defaultdict(set)
        for each in spelled:
            entry = self._entries.get(each.symbols)
            if entry and not (self._sink is Sink.MESSAGE_TO_PERSON and entry.person != self._reader.person):
                facet = _facet(entry, each)
                wanted[facet] |= {person for person in entry.people if (person, facet) not in self._asked}
        for facet, people in wanted.items():
            if people:
                seen = self._access.visible(self._reader, frozenset(people), facet.value, PURPOSES[self._sink])
                self._asked.update({(person, facet): person in seen for person in people})

    def _text(self, entry: Entry, variant: str) -> str | None:
        """Return what a code stands for; a name stands in for a name, never one id for another."""
        if entry.person is None:
            return next(iter(entry.texts.values()), None) if variant in ("", *entry.texts) else None
        wanted = variant or Facet.NAME.value
        if wanted in entry.texts:
            return entry.texts[wanted]
        facet = facet_of(wanted)
        if facet not in _NAME_FACETS:
            return None
        return self._known_name(entry.person, facet) or next(
            (entry.texts[each] for each in _NAME_FACETS if each in entry.texts), None
        )

    def _known_name(self, person: RecordHandle, facet: Facet) -> str:
        found = self._known.identities([person]).get(person) if self._known else None
        return display_name(found, facet) if found else ""


def display_name(identity: Identity, facet: Facet) -> str:
    """Return the name peers may see, preferred before legal (R14), or the part of it that ``facet`` asks for."""
    names = [name for use in _NAMES for name in identity.names if name.use is use]
    if not names:
        return ""
    name = names[0]
    if facet is Facet.FIRST:
        return name.first
    return name.last if facet is Facet.LAST else name.full or f"{name.first} {name.last}".strip()


def _facet(entry: Entry, spelled: Spelled) -> Facet:
    """Return the field that access is asked about: every part of a name is the name."""
    only = next(iter(entry.texts), "") if entry.person is None else ""
    facet = facet_of(spelled.facet or only) or Facet.NAME
    return Facet.NAME if facet in _NAME_FACETS else facet
