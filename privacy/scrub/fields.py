"""Scrubs JSON values field by field: what a field's name says first, search for everything else, keys included."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from domain.errors import DetectionFailed
from domain.ids import RecordHandle
from privacy.scrub.field_names import field_meaning, is_person
from privacy.scrub.field_owners import Owner, find_owners
from privacy.scrub.replacing import Planned, Replacer
from privacy.scrub.spelling import find_all
from privacy.vault import Code, Entry, Subject, Vault
from privacy.vocabulary import ConversationId, Facet, Hit, Label, Scope

DEPTH = 64
_LABELS: Mapping[Facet, Label] = {
    Facet.EMAIL: Label.EMAIL,
    Facet.PHONE: Label.PHONE,
    Facet.NATIONAL_ID: Label.NATIONAL_ID,
    Facet.ID: Label.RECORD_ID,
    Facet.LOGIN: Label.RECORD_ID,
    Facet.BIRTH_DATE: Label.BIRTH_DATE,
    Facet.ADDRESS: Label.ADDRESS,
}
_RECOGNIZER, _REASON = "field name", "the field's name says what it holds"
_DIGITS_TO_SEARCH = 4
_HANDLE = re.compile(r"per_[a-z2-7]{16}")
"""A record handle, which is opaque as it is (principle 3)."""


class _Draft(NamedTuple):
    """A text whose codes are not given yet: what was planned, and where its codes begin among all that are asked."""

    planned: Planned
    first: int


class _DraftRecord(NamedTuple):
    fields: tuple[tuple[_Draft, object], ...]


class FieldScrub:
    """Scrubs one value; ``people`` and ``replaced`` tell afterwards what was in it.

    ``scope`` holds already whom the conversation has spoken of, and ``met`` the codes met before. The same text is
    searched once, and all codes of a value are asked for at once: a list of 500 students costs the vault one
    transaction.
    """

    def __init__(
        self,
        replacer: Replacer,
        vault: Vault,
        conversation: ConversationId,
        scope: Scope,
        met: dict[str, Entry],
    ) -> None:
        self._replacer, self._vault, self._conversation = replacer, vault, conversation
        self.scope, self._met, self._clean = scope, met, replacer.clean()
        self._subjects: list[Subject] = []
        self._plans: dict[str, Planned] = {}
        self._finds: dict[str, list[Hit]] = {}
        self.people: set[RecordHandle] = set()

    @property
    def replaced(self) -> int:
        """How many texts were replaced."""
        return len(self._subjects)

    def scrub(self, value: object) -> object:
        """Return the value in codes, its shape kept; DetectionFailed where it is no JSON value or nested too deeply.

        Whoever turns up in one field counts by single name in all others.
        """
        draft = self._value(value, "", 0)
        if self.people - self.scope.everyone:
            self.scope = self.scope.model_copy(update={"spoken_of": self.scope.spoken_of | self.people})
            self._subjects.clear()
            self._plans.clear()
            draft = self._value(value, "", 0)
        return self._written(draft, self._vault.codes(self._conversation, self._subjects))

    def _value(self, value: object, under: str, depth: int) -> object:
        if depth > DEPTH:
            raise _unsafe("A value is nested too deeply to be searched.")
        if isinstance(value, BaseModel):
            value = value.model_dump(mode="json")
        if isinstance(value, Mapping):
            record = {str(name): each for name, each in value.items()}
            if len(record) < len(value):
                raise _unsafe("Two keys of a record became one.")
            return self._record(record, under, depth)
        if isinstance(value, list | tuple):
            return [self._value(each, under, depth + 1) for each in value]
        return self._text(value) if isinstance(value, str) else self._scalar(value, under)

    def _record(self, record: Mapping[str, object], under: str, depth: int) -> _DraftRecord:
        of_person = is_person(record, under)
        meanings = {name: field_meaning(name, of_person=of_person) for name in record}
        known = {name: meaning for name, meaning in meanings.items() if meaning and _is_simple(record[name])}
        owners = find_owners(record, known, self._find)
        return _DraftRecord(
            tuple(
                (
                    self._text(name),
                    self._field(name, value, known[name].facet, owners[known[name].owner])
                    if name in known
                    else self._value(value, name, depth + 1),
                )
                for name, value in record.items()
            )
        )

    def _find(self, name: str, text: str) -> list[Hit]:
        """Search a field's value with its name before it, which is the cue that short ids need."""
        cue = f"{name}: "
        if cue + text not in self._finds:
            planned = self._replacer.plan(cue + text, self._conversation, self.scope, self._met)
            self._finds[cue + text] = [hit for hit in planned.hits if hit.start >= len(cue)]
        return self._finds[cue + text]

    def _field(self, name: str, value: object, facet: Facet, owner: Owner) -> object:
        if isinstance(value, list | tuple):
            return [self._field(name, each, facet, owner) for each in value]
        if value is None or isinstance(value, bool) or value == "":
            return value
        text = str(value)
        if _is_coded(text) or _HANDLE.fullmatch(text):
            return self._text(text)
        label, people = owner.of(facet, self._find(name, text)) or (_LABELS.get(facet, Label.PERSON), ())
        return self._draft(Planned(text, (Hit(0, len(text), label, facet, people, _RECOGNIZER, 1.0, _REASON),)))

    def _text(self, text: str) -> _Draft:
        if text not in self._plans:
            self._plans[text] = self._planned(text)
        return self._draft(self._plans[text])

    def _planned(self, text: str) -> Planned:
        """Plan a text; one in which there was nothing to replace before is not searched again."""
        if self._clean is not None and self._clean.holds(text, self.scope):
            return Planned(text, ())
        return self._replacer.plan(text, self._conversation, self.scope, self._met)

    def _draft(self, planned: Planned) -> _Draft:
        first = len(self._subjects)
        self._subjects += planned.subjects()
        self.people |= planned.people
        return _Draft(planned, first)

    def _scalar(self, value: object, under: str) -> object:
        if value is None or isinstance(value, bool):
            return value
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise _unsafe(f"A value of type {type(value).__name__} is no JSON value.")
        text = json.dumps(value)
        hits = self._find(under, text) if sum(char.isdigit() for char in text) >= _DIGITS_TO_SEARCH else []
        return self._draft(Planned(text, (hits[0]._replace(start=0, end=len(text)),))) if hits else value

    def _written(self, draft: object, codes: Sequence[Code]) -> object:
        if isinstance(draft, _Draft):
            count = len(draft.planned.hits)
            return draft.planned.coded(codes[draft.first : draft.first + count]).text
        if isinstance(draft, _DraftRecord):
            made = {self._written(name, codes): self._written(value, codes) for name, value in draft.fields}
            if len(made) < len(draft.fields):
                raise _unsafe("Two keys of a record became one.")
            return made
        return [self._written(each, codes) for each in draft] if isinstance(draft, list) else draft


def _is_coded(text: str) -> bool:
    """Tell whether a value is a code already and nothing else."""
    found = next(find_all(text), None)
    return found is not None and (found.start, found.end) == (0, len(text))


def _is_simple(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_simple(each) for each in value)
    return value is None or isinstance(value, str | int | float | bool)


def _unsafe(message: str) -> DetectionFailed:
    fix = "Give the tool's result as flat JSON: objects, lists, texts and numbers."
    return DetectionFailed(message, field="value", fix=fix)
