"""One view of a text with its words looked up: what every step that looks for names works on."""

import re
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np

from privacy.detect.found import LABEL_OF_FACET, Found, Step
from privacy.detect.lexicon import Lexicon, Word
from privacy.detect.scope import ScopeIndex
from privacy.detect.view import View
from privacy.directory.folding import WORD
from privacy.vocabulary import Facet

_LETTERS_ONLY = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))  # noqa: PLR2004
_DIGITS_ONLY = bytes(code if 48 <= code < 58 else 32 for code in range(256))  # noqa: PLR2004 from 0 to 9
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:\n\r>•*-]\s*[\"'(\[]?\s*\Z")
_LOOK_BACK = 8
_SPREAD_LETTERS = 4
_FEW_SPANS = 5
"""Up to so many words are placed one by one; beyond that it is cheaper to place all."""
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


def _digits_of(text: str, encoded: bytes) -> list[Digits]:
    """Every run of digits; ``encoded`` is an ASCII text as bytes, else empty."""
    if not encoded:
        return [Digits(*match.span(), match[0]) for match in _DIGITS.finditer(text)]
    found, end = [], 0
    for group in encoded.translate(_DIGITS_ONLY).decode().split():
        start = text.index(group, end)
        end = start + len(group)
        found.append(Digits(start, end, group))
    return found


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

    ``present`` are the places of words that are not None, ``telling`` of those among them that are someone's name or
    login or announce a name, ``named`` of the names. ``marks`` says of each character of an ASCII text whether it is a
    letter (a), a digit (1), a joint (.) or none of them; it is empty for other texts. ``one_case`` tells a text without
    capitals, or of nothing else, where case tells nothing.
    """

    def __init__(self, view: View, lexicon: Lexicon, scope: ScopeIndex) -> None:
        self.view, self.text = view, view.text
        self.lexicon, self.directory, self.scope = lexicon, lexicon.directory, scope
        encoded = self.text.encode() if self.text.isascii() else b""
        self.marks = encoded.translate(_MARKS)
        self._letters = encoded.translate(_LETTERS_ONLY).decode()
        self._edges: list[int] = []
        self._spans: dict[int, tuple[int, int]] = {}
        self._spellings = self._letters.split() if encoded else self._split_words()
        self.words = lexicon.words(self._spellings)
        self.present = list(compress(range(len(self.words)), self.words))
        words: Any = self.words  # none of those below is None
        self.telling = [at for at in self.present if words[at].telling]
        self.named = [at for at in self.telling if words[at].named]
        self.lower = self.text.lower()
        self.one_case = self.lower == self.text or _has_no_small_letters(self.text)
        self.digits = _digits_of(self.text, encoded)
        self.digit_runs = _digit_runs(self.text, self.digits) if self.digits else []

    def _split_words(self) -> list[str]:
        """The words and where they stand; for plain ASCII that is worked out when it is asked."""
        matches = list(WORD.finditer(self.text))
        self._edges = [edge for match in matches for edge in match.span()]
        return [match[0] for match in matches]

    def span(self, at: int) -> tuple[int, int]:
        """Where a word stands in the view."""
        if self._edges:
            return self._edges[2 * at], self._edges[2 * at + 1]
        return self._spans.get(at) or self._find_span(at)

    def _find_span(self, at: int) -> tuple[int, int]:
        """Place one word of a plain text: what is left after splitting off all words before it begins with it."""
        if len(self._spans) >= _FEW_SPANS:
            self._edges = _ascii_edges(self.marks)
            return self.span(at)
        letters, spelling, before = self._letters, self._spellings[at], self._spans.get(at - 1)
        start = letters.index(spelling, before[1]) if before else len(letters) - len(letters.split(None, at)[-1])
        found = self._spans[at] = (start, start + len(spelling))
        return found

    @cached_property
    def cued(self) -> list[int]:
        """The places of words that announce a name."""
        return [at for at in self.telling if self.words[at].cue]  # type: ignore[union-attr]

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
