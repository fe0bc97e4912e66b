"""Whom the task is about, ready to be asked by name token: it decides which single names count."""

from collections.abc import Iterable
from typing import NamedTuple

from privacy.detect.lexicon import Word
from privacy.directory.index import Directory, Ref, Token
from privacy.vocabulary import Scope

REMEMBERED = 2_000
STRICT_UP_TO = 300
"""Up to this many people a capitalised English word that is one of their names counts anywhere in a sentence."""


class Bearer(NamedTuple):
    """A person of the scope who has a token, as last name or not."""

    ref: Ref
    is_last: bool


class ScopeIndex:
    """The people of one scope by name token, birth date and last-name initial."""

    def __init__(self, directory: Directory, scope: Scope) -> None:
        self.refs = frozenset(directory.refs(scope.everyone))
        self.strict = len(self.refs) <= STRICT_UP_TO
        self._bearers: list[dict[int, list[Bearer]]] = [{} for _ in directory.segments]
        self._known: dict[tuple[str, bool], list[Bearer]] = {}
        self._initials: dict[Ref, set[int]] = {}
        self.born: dict[int, list[Ref]] = {}
        for entry in directory.scope_tokens(self.refs):
            self._bearers[entry.segment].setdefault(entry.number, []).append(Bearer(entry.ref, entry.is_last))
            if entry.is_last:
                self._initials.setdefault(entry.ref, set()).add(directory.initial(entry.segment, entry.number))
        for ref in self.refs:
            if day := directory.born(ref):
                self.born.setdefault(day, []).append(ref)

    def bearers(self, word: Word) -> list[Bearer]:
        """Those of the scope with this name or, where it is capitalised, with a name it is short for."""
        key = (word.form, word.capital)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known = {}
            found = self._known[key] = self._look_up(word)
        return found

    def _look_up(self, word: Word) -> list[Bearer]:
        found = self._with_tokens(word.tokens)
        if found or not word.capital:
            return found
        return [bearer for bearer in self._with_tokens(word.nicknames) if not bearer.is_last]

    def near_bearers(self, near: Iterable[Iterable[int]]) -> list[Bearer]:
        """Those of the scope with one of these tokens, given for each segment."""
        found = (self._bearers[number].get(token, ()) for number, tokens in enumerate(near) for token in tokens)
        return [bearer for bearers in found for bearer in bearers]

    def has_last_initial(self, ref: Ref, initial: int) -> bool:
        """Tell whether a last name of this person starts with the letter of this hash."""
        return initial in self._initials.get(ref, ())

    def preferred(self, refs: Iterable[Ref]) -> tuple[Ref, ...]:
        """Those of the people who are in scope; everyone where none is. A tuple holds each of them once already."""
        people = refs if isinstance(refs, tuple) else tuple(dict.fromkeys(refs))
        if len(people) == 1 or self.refs.isdisjoint(people):
            return people
        return tuple(ref for ref in people if ref in self.refs)

    def _with_tokens(self, tokens: Iterable[Token]) -> list[Bearer]:
        found = (
            self._bearers[number].get(numbered, ())
            for token in tokens
            for number, numbered in enumerate(token)
            if numbered >= 0
        )
        return [bearer for bearers in found for bearer in bearers]
