"""A person's names taken apart into the tokens that other people write them with (R14 to R16).

Both orders, hyphens, apostrophes and particles: ``O'Brien`` is also ``OBrien``, ``van der Berg`` also ``Berg`` and
``vanderberg``; a script without spaces is kept whole.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from domain.identities import KnownName
from privacy.directory.folding import UNSPACED, WORD, fold, letter_twins, listed, token_form

PARTICLES = listed(
    "a abu af al ap av bin bint da dal das de degli del della den der des di do dos du e el ha i ibn la las"
    " le lo los mac mc nic ni o of san st te ten ter the til to umm van vande vander vom von y z zu zum zur"
)
SUFFIXES = listed("jr sr ii iii iv phd md esq dr mr mrs ms prof")
MOST_TOKENS = 6
_LONGEST_UNSPACED = 40


class NameForms(NamedTuple):
    """The tokens of one name: ``given`` and ``last`` parts, ``pairs`` (last, given) that together name the person.

    A name of one token stands in ``pairs`` with an empty second part; ``unspaced`` holds whole names of such scripts,
    ``unspaced_parts`` their given and family names.
    """

    given: tuple[str, ...]
    last: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    unspaced: tuple[str, ...] = ()
    unspaced_parts: tuple[str, ...] = ()


def name_forms(name: KnownName) -> NameForms:
    """Take one name apart."""
    first, last = name.first.strip(), name.last.strip()
    if not first and not last:
        first, last = _split_full(name.full)
    given = _tokens(first, particles=False)
    middle = [token for token in _tokens(name.middle, particles=True) if len(token) > 1]
    family = _tokens(last, particles=True)
    pairs = dict.fromkeys(_pairs(given + middle, family))
    extra = [token for token in _tokens(name.full, particles=True) if token not in {*given, *middle, *family}]
    if extra:
        pairs |= dict.fromkeys([*_pairs(extra, family or given), *_as_written(name.full)])
    unspaced = [_unspaced(*both) for both in dict.fromkeys(((first, last), ("", name.full)))]
    whole, parts = (
        tuple(dict.fromkeys(each for group in groups for each in group)) for groups in zip(*unspaced, strict=True)
    )
    return NameForms(tuple(given + middle + extra), tuple(family), tuple(pairs), whole, parts)


def _as_written(full: str) -> Iterator[tuple[str, str]]:
    """The pairs of a name as it is written whole, in another script for instance; an initial names nobody."""
    first, last = _split_full(full)
    given = [token for token in _tokens(first, particles=False) if len(token) > 1]
    return _pairs(given, _tokens(last, particles=True)) if given else iter(())


def words_of(text: str) -> list[str]:
    """The folded, lower-cased words of a text."""
    return [token_form(word) for word in WORD.findall(fold(text))]


def _split_full(full: str) -> tuple[str, str]:
    """Guess the parts of an undivided name: a comma, else the last word with its particles is the family name."""
    if "," in full:
        last, _, first = full.partition(",")
        return first.strip(), last.strip()
    words = full.split()
    family = len(words) - 1
    while family > 1 and token_form(fold(words[family - 1])) in PARTICLES:
        family -= 1
    return " ".join(words[:family]), " ".join(words[family:])


def _tokens(text: str, *, particles: bool) -> list[str]:
    found = dict.fromkeys(_spellings(text, particles=particles))
    twin = letter_twins(text)
    if twin != text.casefold():
        found |= dict.fromkeys(_spellings(twin, particles=particles))
    return [token for token in found if token]


def _spellings(text: str, *, particles: bool) -> Iterator[str]:
    """The words of a name, and their joined spelling where a mark or a particle holds them together."""
    words = [word for word in words_of(text)[:MOST_TOKENS] if not UNSPACED.fullmatch(word)]
    words = [word for word in words if word not in SUFFIXES] or words
    plain = [word for word in words if not particles or word not in PARTICLES] or words[-1:]
    yield from (word for word in plain if len(word) > 1 or len(words) == 1)
    if len(words) > 1 and (not particles or any(mark in text for mark in "'-’‐ʻ")):
        yield "".join(words)
    if particles:
        yield from _joined(words)


def _joined(words: list[str]) -> Iterator[str]:
    """Particles together with the word they belong to, as ``delacruz``."""
    before = ""
    for word in words:
        if before and word not in PARTICLES:
            yield before + word
        before = before + word if word in PARTICLES else ""


def _pairs(given: Iterable[str], family: list[str]) -> Iterator[tuple[str, str]]:
    given = list(given)
    if not given or not family:
        yield from ((token, "") for token in [*given, *family][:1])
    yield from ((last, first) for last in family for first in given if first != last)
    yield from ((right, left) for left, right in combinations(family, 2) if left not in right)


def _unspaced(first: str, last: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whole names of unspaced scripts in both orders, and their parts."""
    parts = ["".join(fold(part).split())[:_LONGEST_UNSPACED] for part in (first, last)]
    if not all(not part or UNSPACED.fullmatch(part) for part in parts) or not any(parts):
        return (), ()
    given, family = parts
    whole = dict.fromkeys((family + given, given + family))
    return tuple(name for name in whole if len(name) > 1), tuple(part for part in parts if part)
