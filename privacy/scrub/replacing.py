"""Puts codes in place of what the finder found, and guards codes that stand in the text already.

A known code is kept in its canonical spelling, so scrubbing twice changes nothing. What wears a code's label and is
none of this conversation's is made harmless: typed in, it must never look like a person to a model or a reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from domain.errors import DetectionFailed, ProvostError
from domain.ids import RecordHandle
from privacy.clean_texts import CleanTexts, RemembersClean
from privacy.people import KnownPeople
from privacy.scrub.spelling import Spelled, find_all, find_look_alikes
from privacy.vault import Code, Entry, Subject, Vault
from privacy.vocabulary import LABEL_OF_KIND, ConversationId, Finder, Hit, Label, Scope

NOT_A_CODE = "[unrecognised code]"
"""What stands in text for something that wore a code's label and was none."""
_PERSON_LABELS = frozenset(LABEL_OF_KIND.values())
_LOOKS = 2


class Replaced(NamedTuple):
    """One replaced stretch, ``start`` to ``end`` in the text that was searched, its code, and what found it."""

    start: int
    end: int
    code: Code
    hit: Hit


class Coded(NamedTuple):
    """A text in codes, what was replaced in it, and the text that was searched."""

    text: str
    replaced: tuple[Replaced, ...]
    searched: str
    people: frozenset[RecordHandle]


class Planned(NamedTuple):
    """A text made ready: codes in it settled, everything else found, no new code given yet."""

    searched: str
    hits: tuple[Hit, ...]

    @property
    def people(self) -> frozenset[RecordHandle]:
        """Those it speaks of with certainty."""
        return frozenset(hit.people[0] for hit in self.hits if len(hit.people) == 1)

    def subjects(self) -> list[Subject]:
        """What the vault keeps of each hit."""
        return [Subject(hit.label, hit.people, hit.facet, self.searched[hit.start : hit.end]) for hit in self.hits]

    def coded(self, codes: Sequence[Code]) -> Coded:
        """Return the text with the codes of ``subjects`` in place."""
        spans = [_Span(hit.start, hit.end, str(code)) for hit, code in zip(self.hits, codes, strict=True)]
        replaced = tuple(Replaced(hit.start, hit.end, code, hit) for hit, code in zip(self.hits, codes, strict=True))
        return Coded(_rewritten(self.searched, spans)[0], replaced, self.searched, self.people)


class _Span(NamedTuple):
    start: int
    end: int
    text: str


class Replacer:
    """Finds and replaces in one text at a time; safe for many threads where finder and vault are."""

    def __init__(self, vault: Vault, finder: Finder, known: KnownPeople | None = None) -> None:
        self._vault, self._finder, self._known = vault, finder, known

    def replace(self, text: str, conversation: ConversationId, scope: Scope) -> Coded:
        """Return ``text`` in codes; raises DetectionFailed where the finder failed or answered nonsense."""
        return self.replace_within(text, conversation, self.widened(conversation, scope))

    def replace_within(
        self, text: str, conversation: ConversationId, scope: Scope, met: dict[str, Entry] | None = None
    ) -> Coded:
        """Return ``text`` in codes where ``scope`` holds already whom the conversation has spoken of.

        ``met`` gathers the codes of one request, so that each is looked up once.
        """
        planned = self.plan(text, conversation, scope, met)
        return planned.coded(self._vault.codes(conversation, planned.subjects()))

    def widened(self, conversation: ConversationId, scope: Scope) -> Scope:
        """Return the scope with everyone the conversation has spoken of, whose single names count from then on."""
        return scope.model_copy(update={"spoken_of": scope.spoken_of | self._vault.people(conversation)})

    def clean(self) -> CleanTexts | None:
        """Return the texts found clean before, None where the finder remembers none."""
        return self._finder.clean() if isinstance(self._finder, RemembersClean) else None

    def plan(
        self, text: str, conversation: ConversationId, scope: Scope, met: dict[str, Entry] | None = None
    ) -> Planned:
        """Find what is to be replaced, writing nothing; raises as ``replace`` does."""
        searched, kept = _rewritten(text, self._code_spans(text, conversation, {} if met is None else met))
        hits = [part for hit in self._hits(searched, scope, coded=bool(kept)) for part in _outside(hit, kept, searched)]
        return Planned(searched, tuple(hit._replace(label=self._label(hit)) for hit in hits))

    def _label(self, hit: Hit) -> Label:
        """Label a certain person by what they are, not by what was found of them."""
        if len(hit.people) != 1 or hit.label in _PERSON_LABELS:
            return hit.label
        found = self._known.identities(hit.people).get(hit.people[0]) if self._known else None
        return LABEL_OF_KIND[found.kind] if found else Label.PERSON

    def _code_spans(self, text: str, conversation: ConversationId, entries: dict[str, Entry]) -> list[_Span]:
        spelled = list(find_all(text))
        entries.update(self._vault.entries(conversation, {each.symbols for each in spelled} - entries.keys()))
        known = [_Span(each.start, each.end, _canonical(each, entries)) for each in spelled if each.symbols in entries]
        typed = [_Span(match.start(), match.end(), NOT_A_CODE) for match in find_look_alikes(text)]
        apart = [each for each in typed if not any(each.start < span.end and span.start < each.end for span in known)]
        return sorted(known + apart)

    def _hits(self, text: str, scope: Scope, *, coded: bool) -> Sequence[Hit]:
        """Search until nobody new is found: whoever is named in full counts by first name in the same text."""
        hits = self._found(text, scope, coded=coded)
        for _ in range(_LOOKS):
            new = Planned(text, tuple(hits)).people - scope.everyone
            if not new:
                break
            scope = scope.model_copy(update={"spoken_of": scope.spoken_of | new})
            hits = self._found(text, scope, coded=coded)
        return hits

    def _found(self, text: str, scope: Scope, *, coded: bool) -> Sequence[Hit]:
        """Search a text, codes in it and all, unless nothing was found in exactly this one before."""
        clean = self.clean()
        if clean is not None and clean.holds(text, scope, coded=coded):
            return ()
        hits = self._sure(text, scope)
        if clean is not None and not hits:
            clean.add(text, scope, coded=coded)
        return hits

    def _sure(self, text: str, scope: Scope) -> Sequence[Hit]:
        try:
            hits = self._finder.find(text, scope)
        except ProvostError:
            raise
        except Exception as failure:  # noqa: BLE001 whatever broke, the text was not searched
            raise _unsafe(f"The search for identifiers failed ({type(failure).__name__}).") from None
        place = 0
        for hit in hits:
            if not place <= hit.start < hit.end <= len(text):
                raise _unsafe("The search for identifiers returned places that overlap or lie outside the text.")
            place = hit.end
        return hits


def _canonical(spelled: Spelled, entries: Mapping[str, Entry]) -> str:
    return f"{Code(entries[spelled.symbols].label, spelled.symbols, spelled.facet)}{spelled.tail}"


def _rewritten(text: str, spans: Sequence[_Span]) -> tuple[str, list[_Span]]:
    """Return the text with the spans replaced, and where the replacements stand in it."""
    parts: list[str] = []
    places: list[_Span] = []
    place = length = 0
    for span in spans:
        before = text[place : span.start]
        length += len(before)
        places.append(_Span(length, length + len(span.text), span.text))
        parts += [before, span.text]
        length += len(span.text)
        place = span.end
    return "".join([*parts, text[place:]]), places


def _outside(hit: Hit, kept: Sequence[_Span], text: str) -> Iterator[Hit]:
    """Yield what of a hit lies outside the codes in the text; all of it, as a rule."""
    start = hit.start
    for span in [
        *(each for each in kept if each.end > hit.start and each.start < hit.end),
        _Span(hit.end, hit.end, ""),
    ]:
        if any(char.isalnum() for char in text[start : span.start]):
            yield hit._replace(start=start, end=span.start)
        start = max(start, span.end)


def _unsafe(message: str) -> DetectionFailed:
    fix = "Report it; the text goes nowhere until it can be searched."
    return DetectionFailed(message, field="text", fix=fix)
