"""Choosing between readings of neighbouring names, so that two students beside each other are never made into one.

``Robert Nguyen, Maria Garcia`` also holds the pair of a Maria Nguyen: the better reading wins a word, a worse one keeps
only the words that nobody else claims.
"""

from typing import NamedTuple

from privacy.detect.found import Found, Step
from privacy.detect.reading import Reading
from privacy.directory.folding import listed
from privacy.directory.index import Ref
from privacy.vocabulary import Facet

_ABSORBED_GAP = 3
LEADING_PARTICLES = listed("van von der den de del della da dos du la le el al bin ibn abu ter ten st mac mc o d")


class Candidate(NamedTuple):
    """Two words that may name someone together; the lowest ``cost`` wins."""

    cost: int
    left: int
    right: int
    refs: tuple[Ref, ...]
    step: Step
    score: float
    reason: str


class _Group:
    """Candidates that share words and people."""

    def __init__(self, best: Candidate) -> None:
        self.best, self.refs = best, best.refs
        self.first, self.last = best.left, best.right

    def take(self, candidate: Candidate) -> None:
        common = tuple(ref for ref in self.refs if ref in candidate.refs)
        self.refs = common or self.refs
        self.first, self.last = min(self.first, candidate.left), max(self.last, candidate.right)


def choose(reading: Reading, candidates: list[Candidate]) -> list[Found]:
    """Return finds for the best readings, and for words that only a worse reading claims."""
    if len(candidates) == 1:
        return [_word_one(reading, candidates[0])]
    owner: dict[int, _Group] = {}
    groups: list[_Group] = []
    leftovers: list[tuple[int, Candidate]] = []
    for candidate in sorted(candidates):
        places = (candidate.left, candidate.right)
        owners = [owner[place] for place in places if place in owner]
        if not owners:
            groups.append(_Group(candidate))
            owner |= dict.fromkeys(places, groups[-1])
        elif set(owners[0].refs) & set(candidate.refs) and _spans_nobody_else(candidate, owners[0], owner):
            owners[0].take(candidate)
            owner |= {place: owners[0] for place in places if place not in owner}
        else:
            leftovers += [(place, candidate) for place in places if place not in owner]
    found = [_word_group(reading, group) for group in groups]
    return found + [_word_leftover(reading, at, candidate) for at, candidate in leftovers if at not in owner]


def absorb(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Widen a name over initials, ``Jr`` and the like beside it."""
    while _belongs(reading, first - 1, first, before=True):
        first -= 1
    while _belongs(reading, last + 1, last, before=False):
        last += 1
    return first, last


def _spans_nobody_else(candidate: Candidate, group: _Group, owner: dict[int, _Group]) -> bool:
    return all(owner.get(place, group) is group for place in range(candidate.left, candidate.right + 1))


def _belongs(reading: Reading, at: int, beside: int, *, before: bool) -> bool:
    word = reading.word(at)
    if word is None or word.cue:
        return False
    gap = reading.between(at, beside) if before else reading.between(beside, at)
    if len(gap) > _ABSORBED_GAP or gap.strip(" .,'_-"):
        return False
    if gap == "-":
        return word.is_letter or not word.bare
    if before and word.form in LEADING_PARTICLES and (not word.is_letter or "'" in gap):
        return True
    if not word.is_letter:
        return not before and word.form in {"jr", "sr", "iii", "ii", "iv"}
    if "'" in gap:
        return False
    after = reading.text[reading.span(at)[1] :][:1]
    column = len(gap) > 1 and gap.isspace()
    return word.capital and (after == "." or (word.form not in {"i", "a"} and not column))


def _word_group(reading: Reading, group: _Group) -> Found:
    first, last = absorb(reading, group.first, group.last)
    best = group.best
    return reading.found(first, last, best.step, Facet.NAME, group.refs, best.score, best.reason)


def _word_one(reading: Reading, candidate: Candidate) -> Found:
    _, left, right, refs, step, score, reason = candidate
    first, last = absorb(reading, left, right)
    return reading.found(first, last, step, Facet.NAME, refs, score, reason)


def _word_leftover(reading: Reading, at: int, candidate: Candidate) -> Found:
    reason = f"{candidate.reason}; the other word belongs to someone else"
    return reading.found(at, at, candidate.step, Facet.LAST, candidate.refs, candidate.score, reason)
