"""Looser full names: an initial with a last name, and a pair with one typo."""

from collections.abc import Iterator

from privacy.detect.candidates import Candidate
from privacy.detect.found import Step
from privacy.detect.lexicon import Word
from privacy.detect.pairs import reaches
from privacy.detect.reading import Reading
from privacy.directory.index import Ref
from privacy.directory.segment import LAST

INITIALS_SCORE, TYPO_SCORE = 0.8, 0.7
MOST_NEAR = 96
_INITIALS_COST, _TYPO_COST = 40, 60
_SHORTEST_TYPO, _SAFE_TYPO = 3, 4
_LONGEST_SEPARATOR = 4


def find_initials(reading: Reading) -> list[Candidate]:
    """Return last names that stand beside the initial of someone who has them."""
    return [candidate for at in reading.named for candidate in _beside_initial(reading, at)]


def find_typos(reading: Reading, taken: set[int]) -> list[Candidate]:
    """Return words that are one typo away from making a name with the word beside them; ``taken`` are spoken for."""
    found = []
    for at in reading.named:
        name = reading.words[at]
        if name is None or name.bare or name.is_letter:
            continue
        for other in (at - 2, at - 1, at + 1, at + 2):
            if {at, other} <= taken or not _may_be_typo(reading, other, at):
                continue
            if refs := _with_typo(reading, at, other):
                people = reading.scope.preferred(refs)
                cost = _TYPO_COST + abs(at - other)
                reason = "first and last name of someone in the directory, with one typo"
                left, right = min(at, other), max(at, other)
                found.append(Candidate(cost, left, right, people, Step.TYPO, TYPO_SCORE, reason))
    return found


def _beside_initial(reading: Reading, at: int) -> Iterator[Candidate]:
    word = reading.words[at]
    assert word is not None
    if word.bare or word.is_letter or not word.roles & LAST:
        return
    for other in (at - 2, at - 1, at + 1):
        letter = reading.word(other)
        if letter is None or not letter.is_letter or not _is_initial(reading, other, at, word):
            continue
        if refs := _named_so(reading, word, letter.form):
            people = reading.scope.preferred(refs)
            reason = "last name of someone in the directory with the initial of the first"
            left, right = min(at, other), max(at, other)
            cost = _INITIALS_COST + right - left
            yield Candidate(cost, left, right, people, Step.INITIALS, INITIALS_SCORE, reason)


def _is_initial(reading: Reading, letter: int, name: int, word: Word) -> bool:
    left, right = min(letter, name), max(letter, name)
    between = reading.text[reading.span(left)[1] : reading.span(right)[0]]
    if right - left > 1:
        middle = reading.words[left + 1]
        between = "" if middle is not None and middle.is_letter else "?"
    if len(between) > _LONGEST_SEPARATOR or between.strip(" .,_-"):
        return False
    dotted = reading.text[reading.span(letter)[1] :][:1] == "."
    capital = reading.text[reading.span(letter)[0]].isupper()
    alone = reading.text[reading.span(letter)[0]] not in "IAa" or (letter > name and "," in between)
    return (dotted or (capital and alone)) and (word.capital or not word.ordinary)


def _named_so(reading: Reading, word: Word, letter: str) -> list[Ref]:
    return [
        ref
        for token in word.tokens
        for number, last in enumerate(token)
        if last >= 0
        for ref in reading.directory.initial_refs(number, last, letter)
    ]


def _may_be_typo(reading: Reading, at: int, beside: int) -> bool:
    word, name = reading.word(at), reading.words[beside]
    if word is None or name is None or name.bare or word.bare or word.function or len(word.form) < _SHORTEST_TYPO:
        return False
    if (len(word.form) < _SAFE_TYPO or word.ordinary or name.ordinary) and not (word.capital and name.capital):
        return False
    return not name.is_letter and reaches(reading, min(at, beside), max(at, beside))


def _with_typo(reading: Reading, at: int, other: int) -> list[Ref]:
    name, word = reading.words[at], reading.words[other]
    assert name is not None
    assert word is not None
    found: list[Ref] = []
    for number, near in enumerate(reading.lexicon.near(word.form)):
        exact = [token[number] for token, _ in name.every_token if token[number] >= 0]
        asked = [pair for one in exact for two in near[:MOST_NEAR] for pair in ((one, two), (two, one))]
        found += [ref for _, refs in reading.directory.pair_refs(number, asked) for ref in refs]
    return found
