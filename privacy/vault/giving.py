"""Gives codes: one per subject, one facet per text, found by digest and made where missing."""

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import insert

from privacy.vault.codebook import PEOPLE, Codebook
from privacy.vault.entries import Code, Subject, facet_of
from privacy.vault.symbols import new_symbols
from privacy.vocabulary import Facet, Label
from store.conversations import CodeRow, CodeTextRow


class _Given(NamedTuple):
    """A code that a subject has."""

    symbols: str
    label: str


class Giver:
    """Finds and adds the codes of these subjects; whoever adds holds the lock on the conversation."""

    def __init__(self, book: Codebook, subjects: Sequence[Subject]) -> None:
        self._book = book
        self._digests = {subject: self._subject_digest(subject) for subject in subjects}
        rows = list(book.by_digest(self._digests.values()))
        self._given = {row.subject_digest: _Given(row.code, row.label) for row in rows}
        self._facets: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for text in book.texts([row.code for row in rows]):
            self._facets[text.code][text.text_digest] = text.facet

    def find(self, subject: Subject) -> Code | None:
        """Return the code of a subject in exactly this text; None where either is new."""
        given = self._given.get(self._digests[subject])
        facet = self._facets[given.symbols].get(self._text_digest(subject)) if given else None
        return _code(given, facet, subject) if given and facet is not None else None

    def add(self, subject: Subject) -> Code:
        """Add what ``find`` misses: the code of a new subject, or one more text of a known one."""
        given = self._given.get(self._digests[subject]) or self._newly_given(subject)
        facet, digest = self._free_facet(given, subject.facet), self._text_digest(subject)
        text = {
            "conversation": self._book.conversation,
            "code": given.symbols,
            "facet": facet,
            "text_digest": digest,
            "sealed_text": self._book.key.seal(subject.text, facet, given.symbols),
        }
        self._book.connection.execute(insert(CodeTextRow), text)
        self._facets[given.symbols][digest] = facet
        return _code(given, facet, subject)

    def _newly_given(self, subject: Subject) -> _Given:
        symbols = new_symbols()
        while symbols in self._taken:
            symbols = new_symbols()
        self._taken.add(symbols)
        label = str(Label.AMBIGUOUS if len(subject.people) > 1 else subject.label)
        row = {
            "conversation": self._book.conversation,
            "code": symbols,
            "subject_digest": self._digests[subject],
            "label": label,
            "sealed_people": self._book.key.seal(json.dumps(sorted(subject.people)), PEOPLE, symbols),
        }
        self._book.connection.execute(insert(CodeRow), row)
        given = self._given[self._digests[subject]] = _Given(symbols, label)
        return given

    @cached_property
    def _taken(self) -> set[str]:
        return self._book.symbols()

    def _free_facet(self, given: _Given, facet: Facet) -> str:
        same = sum(facet_of(taken) is facet for taken in self._facets[given.symbols].values())
        return f"{facet}{same + 1}" if same else str(facet)

    def _subject_digest(self, subject: Subject) -> str:
        if len(subject.people) == 1:
            return self._book.key.digest("person", *subject.people)
        return self._book.key.digest("text", subject.label, subject.facet, subject.text, *sorted(subject.people))

    def _text_digest(self, subject: Subject) -> str:
        return self._book.key.digest("form", subject.facet, subject.text)


def _code(given: _Given, facet: str, subject: Subject) -> Code:
    unlinked = len(subject.people) != 1
    return Code(given.label, given.symbols, "" if unlinked or facet == Facet.NAME else facet)
