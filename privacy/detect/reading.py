"""One view of a text with its words looked up: what every step that looks for names works on."""

import re
from functools import cached_property
from typing import NamedTuple

import numpy as np

from privacy.detect.found import LABEL_OF_FACET, Found, Step
from privacy.detect.lexicon import Lexicon, Word
from privacy.detect.scope import ScopeIndex
from privacy.detect.view import View
from privacy.directory.folding import WORD
from privacy.vocabulary import Facet

_LETTERS_ONLY = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))  # noqa: PLR2004
_LETTER_FLAGS = bytes(int(chr(code).isalpha() and code < 128) for code in range(256))  # noqa: PLR2004
_DIGIT_MARKS = bytes(49 if 48 <= code < 58 else 32 for code in range(256))  # noqa: PLR2004
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:\n\r>•*-]\s*[\"'(\[]?\s*\Z")
_LOOK_BACK = 8
_SPREAD_LETTERS = 4
_JOINT = frozenset(" -./_()+")
_LONGEST_JOINT = 3


class Digits(NamedTuple):
    """A run of digits and where it stands."""

    start: int
    end: int
    text: str


def _split_words(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of a view; where they stand too, unless that is worked out later, as for plain ASCII."""
    if text.isascii():
        return text.encode().translate(_LETTERS_ONLY).decode().split(), []
    matches = list(WORD.finditer(text))
    return [match[0] for match in matches], [match.span() for match in matches]


def _ascii_spans(text: str) -> list[tuple[int, int]]:
    """Where the runs of letters of a plain text begin and end."""
    letters = np.frombuffer(f" {text} ".encode().translate(_LETTER_FLAGS), dtype=np.int8)
    edges = np.diff(letters).nonzero()[0].tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


class Reading:
    """The words of a view; ``words[i]`` is what is known of one, None for an ordinary one.

    ``present`` are the places of words that are not None, ``named`` of those that are someone's name.
    """

    def __init__(self, view: View, lexicon: Lexicon, scope: ScopeIndex) -> None:
        self.view, self.text = view, view.text
        self.lexicon, self.directory, self.scope = lexicon, lexicon.directory, scope
        self._spellings, self._spans = _split_words(self.text)
        self.words = lexicon.words(self._spellings)
        self.present = [at for at, word in enumerate(self.words) if word is not None]
        self.named = [at for at in self.present if self.words[at].named]  # type: ignore[union-attr]

    def span(self, at: int) -> tuple[int, int]:
        """Where a word stands in the view."""
        if not self._spans:
            self._spans = _ascii_spans(self.text)
        return self._spans[at]

    @cached_property
    def lower(self) -> str:
        """The text in lower case, for triggers."""
        return self.text.lower()

    @cached_property
    def cued(self) -> list[int]:
        """The places of words that announce a name."""
        return [at for at in self.present if self.words[at].cue]  # type: ignore[union-attr]

    @cached_property
    def looks_spread(self) -> bool:
        """Whether there are letters that stand alone, four or more, or letters with a digit or sign between them."""
        letters = sum(len(self._spellings[at]) == 1 for at in self.present)
        if letters >= _SPREAD_LETTERS or "$" in self.text:
            return True
        text = self.text
        return any(
            text[group.start - 1 : group.start].isalpha() and text[group.end : group.end + 1].isalpha()
            for group in self.digits
        )

    @cached_property
    def digit_runs(self) -> list[tuple[Digits, ...]]:
        """Digit groups that stand together, with at most three joining characters between two."""
        runs: list[list[Digits]] = []
        for group in self.digits:
            joint = self.text[runs[-1][-1].end : group.start] if runs else ""
            if runs and len(joint) <= _LONGEST_JOINT and _JOINT.issuperset(joint):
                runs[-1].append(group)
            else:
                runs.append([group])
        return [tuple(run) for run in runs]

    @cached_property
    def digits(self) -> list[Digits]:
        """Every run of digits."""
        text = self.text
        if not text.isascii():
            return [Digits(*match.span(), match[0]) for match in _DIGITS.finditer(text)]
        marked, found = text.encode().translate(_DIGIT_MARKS), []
        start = marked.find(b"1")
        while start >= 0:
            end = marked.find(b" ", start)
            end = len(marked) if end < 0 else end
            found.append(Digits(start, end, text[start:end]))
            start = marked.find(b"1", end)
        return found

    @cached_property
    def one_case(self) -> bool:
        """Whether the text has no capitals, or nothing but capitals, so that case tells nothing."""
        return self.text == self.lower or self.text == self.text.upper()

    def between(self, left: int, right: int) -> str:
        """What separates two words."""
        return self.text[self.span(left)[1] : self.span(right)[0]]

    def word(self, at: int) -> Word | None:
        """The word at a place, None outside the text too."""
        return self.words[at] if 0 <= at < len(self.words) else None

    def starts_sentence(self, at: int) -> bool:
        """Tell whether a word is the first of its sentence, where a capital says nothing."""
        start = self.span(at)[0]
        before = self.text[max(0, start - _LOOK_BACK) : start]
        return not before.strip() or bool(_SENTENCE_END.search(before))

    def found(  # noqa: PLR0917 the fields of a find, in their order
        self, first: int, last: int, step: Step, facet: Facet, refs: tuple[int, ...], score: float, reason: str
    ) -> Found:
        """Word a find from one word to another in the original text."""
        return self.found_at(self.span(first)[0], self.span(last)[1], step, facet, refs, score, reason)

    def found_at(  # noqa: PLR0917 the fields of a find, in their order
        self, start: int, end: int, step: Step, facet: Facet, refs: tuple[int, ...], score: float, reason: str
    ) -> Found:
        """Word a find at a stretch of the view in the original text."""
        left, right = self.view.place(start, end)
        return Found(left, right, step, facet, LABEL_OF_FACET[facet], refs, score, reason)
