"""People whom no record explains: found by what announces them, a title, a relative, a greeting, a signature.

They are redacted without a record; people outside the directory who are not announced are not promised to be found
(PRIVACY.md 2.3).
"""

import re
from collections.abc import Iterator

from privacy.detect.found import Found, Step
from privacy.detect.reading import Reading
from privacy.directory.folding import listed
from privacy.vocabulary import Facet

CUE_SCORE = 0.5
MOST_NAMES = 3
_SEPARATOR = {
    "title": re.compile(r"\.? {1,2}"),
    "relative": re.compile(r"(?:'s name is|s? named?| is called|,|:)? {1,2}"),
    "greeting": re.compile(r",? {1,2}"),
    "farewell": re.compile(r"[,.!]?\s*[\n\r]\s*"),
}
_AFTER_GREETING = re.compile(r"\s*(?:[,!:;.\n\r-]|$)")
_INTRODUCTIONS = ("name", "i am ", "i'm ", "this is", "call me", "signed", "student:", "patient:")
_INTRODUCED = re.compile(
    r"\b(?:my name is|i am|i'm|this is|call me|named|signed,?|name:|student:|patient:)\s{1,3}$", re.I
)
_LOOK_BACK = 16
_TITLE_LIKE = frozenset({"title", "relative", "greeting", "farewell"})
_NEVER = listed("all everyone team class students folks professor sir madam there again")


def find_cued(reading: Reading) -> Iterator[Found]:
    """Yield capitalised words after a cue, and after ``my name is`` and the like."""
    for at in reading.cued:
        word = reading.words[at]
        if word is not None and word.cue in _TITLE_LIKE:
            yield from _after_cue(reading, at, word.cue)
    if not any(trigger in reading.lower for trigger in _INTRODUCTIONS):
        return
    for at in reading.present:
        word = reading.words[at]
        if word is not None and word.capital and (word.named or not word.ordinary) and _is_introduced(reading, at):
            last = _run_of_names(reading, at)
            yield reading.found(at, last, Step.CUE, Facet.NAME, (), CUE_SCORE, "introduced by name")


def _after_cue(reading: Reading, at: int, cue: str) -> Iterator[Found]:
    first = at + 1
    if first >= len(reading.words) or not _SEPARATOR[cue].fullmatch(reading.between(at, first)):
        return
    if not _can_start(reading, first, cue):
        return
    last = _run_of_names(reading, first)
    if cue == "greeting" and not _AFTER_GREETING.match(reading.text, reading.span(last)[1]):
        return
    yield reading.found(first, last, Step.CUE, Facet.NAME, (), CUE_SCORE, f"a name after a {cue}")


def _can_start(reading: Reading, at: int, cue: str) -> bool:
    word = reading.words[at]
    if word is None or not word.capital or word.form in _NEVER or word.cue in _TITLE_LIKE:
        return False
    if cue == "title":
        return not word.function or bool(word.tokens)
    return not word.ordinary or bool(word.tokens)


def _run_of_names(reading: Reading, first: int) -> int:
    """The last of the capitalised words that go on from here, at most three."""
    last = first
    while last - first + 1 < MOST_NAMES:
        word = reading.word(last + 1)
        if word is None or not word.capital or (word.ordinary and not word.tokens) or word.function:
            break
        if reading.between(last, last + 1).strip(" .'-") or "\n" in reading.between(last, last + 1):
            break
        last += 1
    return last


def _is_introduced(reading: Reading, at: int) -> bool:
    start = reading.span(at)[0]
    return bool(_INTRODUCED.search(reading.text[max(0, start - _LOOK_BACK) : start]))
