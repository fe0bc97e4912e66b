"""One view of a text with its words looked up: what every step that looks for names works on."""

import re
from functools import cached_property
from itertools import compress
from typing import NamedTuple

import numpy as np

from privacy.detect.found import LABEL_OF_FACET, Found, Step
from privacy.detect.lexicon import Lexicon, Word
from privacy.detect.scope import ScopeIndex
from privacy.detect.view import View
from privacy.directory.folding import WORD
from privacy.vocabulary import Facet

_LETTERS_ONLY = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))  # noqa: PLR2004
_DIGITS = re.compile(r"\d+")
_MARKED_DIGITS = re.compile(rb"11*")
"""Any run of digits; written with a plain letter first, which the engine finds at once."""
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


def _mark(code: int) -> str:
    if code > 127:  # noqa: PLR2004 the last of ASCII
        return " "
    sign = chr(code)
    return "a" if sign.isalpha() else "1" if sign.isdigit() else "." if sign in "._-" else " "


_MARKS = "".join(map(_mark, range(256))).encode()
_LETTER_FLAGS = bytes(code == ord("a") for code in range(256))


def _has_no_small_letters(text: str) -> bool:
    return text.isupper() if text.isascii() else text.upper() == text


def _ascii_edges(marks: bytes) -> list[int]:
    """Where the runs of letters of a plain text begin and end, in turn."""
    letters = np.frombuffer((b" %b " % marks).translate(_LETTER_FLAGS), dtype=np.bool_)
    edges: list[int] = (letters[1:] != letters[:-1]).nonzero()[0].tolist()
    return edges


def _digits_of(text: str, marks: bytes) -> list[Digits]:
    """Every run of digits."""
    if marks:
        return [Digits(*match.span(), text[match.start() : match.end()]) for match in _MARKED_DIGITS.finditer(marks)]
    return [Digits(*match.span(), match[0]) for match in _DIGITS.finditer(text)]


def _digit_runs(text: str, digits: list[Digits]) -> list[list[Digits]]:
    """Digit groups that stand together, with at most three joining characters between two."""
    runs: list[list[Digits]] = []
    last = -_LONGEST_JOINT - 1
    for group in digits:
        start, end, _ = group
        if start - last <= _LONGEST_JOINT and _JOINT.issuperset(text[last:start]):
            runs[-1].append(group)
        else:
            runs.append([group])
        last = end
    return runs


class Reading:
    """The words of a view; ``words[i]`` is what is known of one, None for an ordinary one.

    ``present`` are the places of words that are not None, ``named`` of those that are someone's name. ``marks`` says
    of each character of an ASCII text whether it is a letter (a), a digit (1), a joint (.) or none of them; it is
    empty for other texts. ``one_case`` tells a text without capitals, or of nothing else, where case tells nothing.
    """

    def __init__(self, view: View, lexicon: Lexicon, scope: ScopeIndex) -> None:
        self.view, self.text = view, view.text
        self.lexicon, self.directory, self.scope = lexicon, lexicon.directory, scope
        self.marks = self.text.encode().translate(_MARKS) if self.text.isascii() else b""
        self._edges: list[int] = []
        self._spellings = self._split_words()
        self.words = lexicon.words(self._spellings)
        self.present = list(compress(range(len(self.words)), self.words))
        self.named = [at for at in self.present if self.words[at].named]  # type: ignore[union-attr]
        self.lower = self.text.lower()
        self.one_case = self.lower == self.text or _has_no_small_letters(self.text)
        self.digits = _digits_of(self.text, self.marks)
        self.digit_runs = _digit_runs(self.text, self.digits) if self.digits else []

    def _split_words(self) -> list[str]:
        """The words; where they stand too, unless that is worked out later, as for plain ASCII."""
        if self.marks:
            return self.text.encode().translate(_LETTERS_ONLY).decode().split()
        matches = list(WORD.finditer(self.text))
        self._edges = [edge for match in matches for edge in match.span()]
        return [match[0] for match in matches]

    def span(self, at: int) -> tuple[int, int]:
        """Where a word stands in the view."""
        edges = self._edges or self._find_edges()
        return edges[2 * at], edges[2 * at + 1]

    def _find_edges(self) -> list[int]:
        self._edges = _ascii_edges(self.marks)
        return self._edges

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

    def between(self, left: int, right: int) -> str:
        """What separates two words."""
        edges = self._edges or self._find_edges()
        return self.text[edges[2 * left + 1] : edges[2 * right]]

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
