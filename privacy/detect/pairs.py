"""Full names: two name tokens of one person near each other, in either order, also with initials, nicknames or a typo.

Two English words need capitals (``Will Long``, not ``will long``), unless the text has no capitals at all or the
pair stands directly together, is someone in scope and has no word like ``will``.
"""

from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

from privacy.detect.candidates import Candidate
from privacy.detect.found import Step
from privacy.detect.lexicon import Word
from privacy.detect.reading import Reading
from privacy.directory.index import Ref, Token

MOST_BETWEEN = 3
_FURTHEST = MOST_BETWEEN + 1
LONGEST_GAP = 48
PAIR_SCORE, NICKNAME_SCORE = 1.0, 0.9
_EXACT, _NICKNAME = 0, 1
_COST_GAP, _COST_APART, _COST_OUT_OF_SCOPE, _COST_NICKNAME = 4, 3, 2, 5
_DIVIDERS = frozenset(",;|\n\t/&")


class _Near(NamedTuple):
    """Two words that may belong together; ``firm`` where case does not speak against it."""

    left: int
    right: int
    firm: bool


_Questions = Callable[[Word, Word], Iterable[tuple[Token, Token]]]


def find_pairs(reading: Reading) -> list[Candidate]:
    """Return every pair of words that is the name of someone in the directory."""
    near = _near_pairs(reading) if len(reading.named) > 1 else []
    if not near:
        return []
    exact = _ask(reading, near, _exactly)
    known = {pair for pair, _ in exact}
    other = _ask(reading, [pair for pair in near if pair not in known], _by_nickname)
    found = [_candidate(reading, key, refs, _EXACT) for key, refs in exact.items()]
    found += [_candidate(reading, key, refs, _NICKNAME) for key, refs in other.items()]
    return [candidate for candidate in found if candidate is not None]


def _ask(reading: Reading, near: list[_Near], questions: _Questions) -> dict[tuple[_Near, bool], list[Ref]]:
    """Whom pairs of words name, by pair and by whether the last name comes first."""
    words = reading.words
    asked = [(pair, tokens) for pair in near for tokens in questions(words[pair.left], words[pair.right])]  # type: ignore[arg-type]
    found: dict[tuple[_Near, bool], list[Ref]] = {}
    for number in range(len(reading.directory.segments)) if asked else ():
        keys: list[tuple[int, int]] = []
        pairs: list[tuple[_Near, bool]] = []
        for pair, (left, right) in asked:
            if (one := left[number]) >= 0 and (two := right[number]) >= 0:
                keys += ((two, one), (one, two))
                pairs += ((pair, False), (pair, True))
        for place, refs in reading.directory.pair_refs(number, keys):
            found.setdefault(pairs[place], []).extend(refs)
    return found


def _exactly(one: Word, two: Word) -> Iterable[tuple[Token, Token]]:
    return product(one.tokens, two.tokens)


def _by_nickname(one: Word, two: Word) -> Iterable[tuple[Token, Token]]:
    """One of the two words by another of its names."""
    return (*product(one.nicknames, two.tokens), *product(one.tokens, two.nicknames))


def reaches(reading: Reading, left: int, right: int) -> bool:
    """Tell whether what stands between two words can stand inside a name."""
    apart = right - left
    if apart > _FURTHEST or (
        apart > 1 and not all(_inside_name(reading, word) for word in reading.words[left + 1 : right])
    ):
        return False
    gap = reading.between(left, right)
    return len(gap) <= LONGEST_GAP and "@" not in gap and "<" not in gap


def _near_pairs(reading: Reading) -> list[_Near]:
    words, named, in_scope = reading.words, reading.named, bool(reading.scope.refs)
    found = []
    for index, left in enumerate(named):
        word = words[left]
        assert word is not None
        most = 2 if word.bare and word.function and not reading.one_case else 2 + MOST_BETWEEN
        for right in named[index + 1 : index + most]:
            if right - left > _FURTHEST or not reaches(reading, left, right):
                break
            firm = case_allows(reading, left, right)
            if firm or (in_scope and right == left + 1 and not _too_plain(reading, left, right)):
                found.append(_Near(left, right, firm))
    return found


def _too_plain(reading: Reading, left: int, right: int) -> bool:
    """``will`` in lower case beside another English word, in a text with capitals, makes no name even in scope."""
    words = [word for at in (left, right) if (word := reading.words[at]) is not None]
    if not reading.one_case and any(word.bare and word.function for word in words) and all(w.ordinary for w in words):
        return True
    return not all(reading.scope.bearers(word) for word in words if word.bare)


def case_allows(reading: Reading, left: int, right: int) -> bool:
    """Tell whether capitals, or the lack of any, let two words be a name."""
    one, two = reading.words[left], reading.words[right]
    assert one is not None
    assert two is not None
    if not one.bare and not two.bare and not reading.one_case:
        return True
    if reading.one_case:
        return not (one.ordinary and two.ordinary and (one.function or two.function))
    plain, name = (one, two) if one.bare else (two, one)
    return not name.ordinary and not name.capital and not plain.function


def _inside_name(reading: Reading, word: Word | None) -> bool:
    if word is None:
        return False
    return (
        word.is_letter or word.filler or not word.ordinary or (bool(word.tokens) and (word.capital or reading.one_case))
    )


def _candidate(reading: Reading, key: tuple[_Near, bool], refs: list[Ref], rank: int) -> Candidate | None:
    pair, swapped = key
    people = reading.scope.preferred(refs)
    in_scope = people[0] in reading.scope.refs
    if not pair.firm and not in_scope:
        return None
    cost = _COST_GAP * (pair.right - pair.left - 1) + _COST_NICKNAME * rank
    divided = not _DIVIDERS.isdisjoint(reading.between(pair.left, pair.right))
    cost += _COST_APART if divided != swapped else 0
    cost += 0 if in_scope else _COST_OUT_OF_SCOPE
    order = "last and first name" if swapped else "first and last name"
    reason = f"{order} of someone in the directory{', by a nickname' if rank else ''}"
    score = NICKNAME_SCORE if rank else PAIR_SCORE
    return Candidate(cost, pair.left, pair.right, people, Step.PAIR, score, reason)
