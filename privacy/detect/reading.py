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
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:\n\r>•*-]\s*[\"'(\[]?\s*\Z")
_LOOK_BACK = 8
_SPREAD_LETTERS = 4
_JOINT = frozenset(" -./_()+")
_LONGEST_JOINT = 3


class Reading:
    """The words of a view; ``words[i]`` is what is known of one, None for an ordinary one.

    ``present`` are the places of words that are not None, ``named`` of those that are someone's name.
    """

    def __init__(self, view: View, lexicon: Lexicon, scope: ScopeIndex) -> None:
        self.view, self.text = view, view.text
        self.lexicon, self.directory, self.scope = lexicon, lexicon.directory, scope
        pattern = _ASCII_WORD if self.text.isascii() else WORD
        self._matches = list(pattern.finditer(self.text))
        self.words = lexicon.words([match[0] for match in self._matches])
        self.present = [at for at, word in enumerate(self.words) if word is not None]
        self.named = [at for at in self.present if self.words[at].named]  # type: ignore[union-attr]

    def span(self, at: int) -> tuple[int, int]:
        """Where a word stands in the view."""
        return self._matches[at].span()

    @cached_property
    def cued(self) -> list[int]:
        """The places of words that announce a name."""
        return [at for at in self.present if self.words[at].cue]  # type: ignore[union-attr]

    @cached_property
    def looks_spread(self) -> bool:
        """Whether there are letters that stand alone, four or more, or letters with a digit or sign between them."""
        letters = sum(1 for at in self.present if self.words[at].is_letter)  # type: ignore[union-attr]
        if letters >= _SPREAD_LETTERS or "$" in self.text:
            return True
        text = self.text
        return any(
            text[match.start() - 1 : match.start()].isalpha() and text[match.end() : match.end() + 1].isalpha()
            for match in self.digits
        )

    @cached_property
    def digit_runs(self) -> list[tuple[re.Match[str], ...]]:
        """Digit groups that stand together, with at most three joining characters between two."""
        runs: list[list[re.Match[str]]] = []
        for group in self.digits:
            joint = self.text[runs[-1][-1].end() : group.start()] if runs else ""
            if runs and len(joint) <= _LONGEST_JOINT and _JOINT.issuperset(joint):
                runs[-1].append(group)
            else:
                runs.append([group])
        return [tuple(run) for run in runs]

    @cached_property
    def digits(self) -> list[re.Match[str]]:
        """Every run of digits."""
        return list(_DIGITS.finditer(self.text))

    @cached_property
    def one_case(self) -> bool:
        """Whether the text has no capitals, or nothing but capitals, so that case tells nothing."""
        return self.text in {self.text.lower(), self.text.upper()}

    def between(self, left: int, right: int) -> str:
        """What separates two words."""
        return self.text[self._matches[left].end() : self._matches[right].start()]

    def word(self, at: int) -> Word | None:
        """The word at a place, None outside the text too."""
        return self.words[at] if 0 <= at < len(self.words) else None

    def starts_sentence(self, at: int) -> bool:
        """Tell whether a word is the first of its sentence, where a capital says nothing."""
        start = self._matches[at].start()
        before = self.text[max(0, start - _LOOK_BACK) : start]
        return not before.strip() or bool(_SENTENCE_END.search(before))

    def found(
        self, first: int, last: int, step: Step, facet: Facet, refs: tuple[int, ...], score: float, reason: str
    ) -> Found:
        """Word a find from one word to another in the original text."""
        return self.found_at(self._matches[first].start(), self._matches[last].end(), step, facet, refs, score, reason)

    def found_at(
        self, start: int, end: int, step: Step, facet: Facet, refs: tuple[int, ...], score: float, reason: str
    ) -> Found:
        """Word a find at a stretch of the view in the original text."""
        left, right = self.view.place(start, end)
        return Found(left, right, step, facet, LABEL_OF_FACET[facet], refs, score, reason)
