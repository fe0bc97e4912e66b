"""Names inside a longer word whose capitals show its parts: ``AndersLindqvistHW3``, ``essayNguyenRobert``."""

from collections.abc import Iterator

from privacy.detect.found import Found, Step
from privacy.detect.glued import LONGEST, glued_people
from privacy.detect.reading import Reading
from privacy.vocabulary import Facet

_FEWEST_PARTS, _MOST_PARTS = 3, 8
_SCORE = 0.8


def find_camel(reading: Reading) -> Iterator[Found]:
    """Yield whole names that make up some of the parts of a word, but not all of them."""
    for at in reading.present:
        word = reading.words[at]
        if word is None or not word.odd:
            continue
        start, end = reading.span(at)
        spelt = reading.text[start:end]
        if spelt[1:] in {spelt[1:].lower(), spelt[1:].upper()} or len(spelt) > LONGEST:
            continue
        for left, right in _stretches(_joints(spelt)):
            if refs := tuple(dict.fromkeys(glued_people(reading.directory, spelt[left:right].lower()))):
                people = reading.scope.preferred(refs)
                reason = "first and last name of someone in the directory, inside a longer word"
                yield reading.found_at(start + left, start + right, Step.PAIR, Facet.NAME, people, _SCORE, reason)


def _joints(spelt: str) -> list[int]:
    """Where the parts of a word begin, and its end."""
    inner = [
        at
        for at in range(1, len(spelt))
        if spelt[at].isupper() and (not spelt[at - 1].isupper() or spelt[at + 1 : at + 2].islower())
    ]
    return [0, *inner, len(spelt)]


def _stretches(joints: list[int]) -> Iterator[tuple[int, int]]:
    parts = len(joints) - 1
    if not _FEWEST_PARTS <= parts <= _MOST_PARTS:
        return
    for first in range(parts - 1):
        for last in range(first + 2, min(first + 3, parts) + 1):
            if last - first < parts:
                yield joints[first], joints[last]
