"""Full names: two name tokens of one person near each other, in either order, also with initials, nicknames or a typo.

Two English words need capitals (``Will Long``, not ``will long``), unless the text has no capitals at all or the
pair stands directly together, is someone in scope and has no word like ``will``.
"""

from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

from privacy.detect.candidates import Candidate
from privacy.detect.found import Step
from privacy.detect.lexicon import Naming, Word
from privacy.detect.reading import Reading
from privacy.directory.index import Directory, Ref, Token

MOST_BETWEEN = 3
_FURTHEST = MOST_BETWEEN + 1
LONGEST_GAP = 48
PAIR_SCORE, NICKNAME_SCORE = 1.0, 0.9
_COST_GAP, _COST_APART, _COST_OUT_OF_SCOPE, _COST_NICKNAME = 4, 3, 2, 5
_REASONS = {
    (False, False): "first and last name of someone in the directory",
    (True, False): "last and first name of someone in the directory",
    (False, True): "first and last name of someone in the directory, by a nickname",
    (True, True): "last and first name of someone in the directory, by a nickname",
}
_DIVIDERS = frozenset(",;|\n\t/&")


class _Near(NamedTuple):
    """Two words that may belong together; ``firm`` where case does not speak against it."""

    left: int
    right: int
    firm: bool


_Key = tuple[str, str]
_Questions = Callable[[Word, Word], Iterable[tuple[Token, Token]]]


def find_pairs(reading: Reading) -> list[Candidate]:
    """Return every pair of words that is the name of someone in the directory."""
    near = _near_pairs(reading) if len(reading.named) > 1 else []
    if not near:
        return []
    known, words = reading.lexicon.pairs(), reading.words
    keyed = [(pair, (one.form, two.form)) for pair in near if (one := words[pair.left]) and (two := words[pair.right])]
    if fresh := {key: pair for pair, key in keyed if key not in known}:
        known |= _whom(reading, fresh)
    found = [_candidate(reading, pair, naming) for pair, key in keyed for naming in known[key]]
    return [candidate for candidate in found if candidate is not None]


def _whom(reading: Reading, pairs: dict[_Key, _Near]) -> dict[_Key, tuple[Naming, ...]]:
    """Whom pairs of words name; by another of their names only where they name nobody as they stand."""
    words = {key: (reading.words[pair.left], reading.words[pair.right]) for key, pair in pairs.items()}
    both = {key: (one, two) for key, (one, two) in words.items() if one and two}
    namings = _ask(reading.directory, both, _exactly, by_nickname=False)
    left = {key: pair for key, pair in both.items() if key not in namings}
    namings |= _ask(reading.directory, left, _by_nickname, by_nickname=True)
    return {key: tuple(namings.get(key, ())) for key in pairs}


def _ask(
    directory: Directory, pairs: dict[_Key, tuple[Word, Word]], questions: _Questions, *, by_nickname: bool
) -> dict[_Key, list[Naming]]:
    asked = [(key, tokens) for key, pair in pairs.items() for tokens in questions(*pair)]
    refs: dict[tuple[_Key, bool], dict[Ref, None]] = {}
    for number in range(len(directory.segments)) if asked else ():
        keys = [(key, one[number], two[number]) for key, (one, two) in asked if one[number] >= 0 and two[number] >= 0]
        orders = [
            (key, a, b, swapped) for key, one, two in keys for a, b, swapped in ((two, one, False), (one, two, True))
        ]
        for place, people in directory.pair_refs(number, [(last, given) for _, last, given, _ in orders]):
            key, _, _, swapped = orders[place]
            refs.setdefault((key, swapped), {}).update(dict.fromkeys(people))
    namings: dict[_Key, list[Naming]] = {}
    for (key, swapped), found in refs.items():
        namings.setdefault(key, []).append(Naming(tuple(found), swapped, by_nickname))
    return namings


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
    for index, left in enumerate(named[:-1]):
        if named[index + 1] - left > _FURTHEST:
            continue
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


def _candidate(reading: Reading, pair: _Near, naming: Naming) -> Candidate | None:
    people, swapped, by_nickname = naming
    people = reading.scope.preferred(people)
    in_scope = people[0] in reading.scope.refs
    if not pair.firm and not in_scope:
        return None
    left, right, _ = pair
    cost = _COST_GAP * (right - left - 1) + (_COST_NICKNAME if by_nickname else 0)
    divided = not _DIVIDERS.isdisjoint(reading.between(left, right))
    cost += _COST_APART if divided != swapped else 0
    cost += 0 if in_scope else _COST_OUT_OF_SCOPE
    score = NICKNAME_SCORE if by_nickname else PAIR_SCORE
    return Candidate(cost, left, right, people, Step.PAIR, score, _REASONS[swapped, by_nickname])
