"""One view of a text with its words looked up: what every step that looks for names works on."""

import re
from functools import cached_property

from privacy.detect.found import LABEL_OF_FACET, Found, Step
from privacy.detect.lexicon import Lexicon, Word
from privacy.detect.scope import ScopeIndex
from privacy.detect.view import View
from privacy.directory.folding import WORD
from privacy.vocabulary import Facet

_ASCII_WORD = re.compile(r"[A-Za-z]+")
_SENTENCE_END = re.compile(r"[.!?:\n\r>•*-]\s*[\"'(\[]?\s*\Z")
_LOOK_BACK = 8


class Reading:
    """The words of a view; ``words[i]`` is what is known of the word at ``spans[i]``, None for an ordinary one."""

    def __init__(self, view: View, lexicon: Lexicon, scope: ScopeIndex) -> None:
        self.view, self.text = view, view.text
        self.lexicon, self.directory, self.scope = lexicon, lexicon.directory, scope
        self._pattern = _ASCII_WORD if self.text.isascii() else WORD
        self.words = lexicon.words(self._pattern.findall(self.text))

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands in the view."""
        return [match.span() for match in self._pattern.finditer(self.text)]

    @cached_property
    def named(self) -> list[int]:
        """The places of words that are someone's name."""
        return [at for at, word in enumerate(self.words) if word is not None and (word.tokens or word.nicknames)]

    @cached_property
    def one_case(self) -> bool:
        """Whether the text has no capitals, or nothing but capitals, so that case tells nothing."""
        return self.text in {self.text.lower(), self.text.upper()}

    def between(self, left: int, right: int) -> str:
        """What separates two words."""
        return self.text[self.spans[left][1] : self.spans[right][0]]

    def word(self, at: int) -> Word | None:
        """The word at a place, None outside the text too."""
        return self.words[at] if 0 <= at < len(self.words) else None

    def starts_sentence(self, at: int) -> bool:
        """Tell whether a word is the first of its sentence, where a capital says nothing."""
        start = self.spans[at][0]
        before = self.text[max(0, start - _LOOK_BACK) : start]
        return not before.strip() or bool(_SENTENCE_END.search(before))

    def found(
        self, first: int, last: int, step: Step, facet: Facet, refs: tuple[int, ...], score: float, reason: str
    ) -> Found:
        """Word a find from one word to another in the original text."""
        return self.found_at(self.spans[first][0], self.spans[last][1], step, facet, refs, score, reason)

    def found_at(
        self, start: int, end: int, step: Step, facet: Facet, refs: tuple[int, ...], score: float, reason: str
    ) -> Found:
        """Word a find at a stretch of the view in the original text."""
        left, right = self.view.place(start, end)
        return Found(left, right, step, facet, LABEL_OF_FACET[facet], refs, score, reason)
