"""Identifiers of people in the directory: ids, phones and national ids as digits, logins as written words, addresses.

Digits are joined over single separators. An id of seven digits or fewer needs a cue before it, since a random
six-digit number equals a live id too often (PRIVACY.md 2.2); for people in scope six digits are enough.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.detect.found import Found, Step
from privacy.detect.reading import Reading
from privacy.detect.singles import as_refs
from privacy.directory.folding import WORD, token_form
from privacy.directory.forms import (
    FACET_OF_FORM,
    FEWEST_DIGITS,
    PHONE_DIGITS,
    FormKind,
    is_street_word,
    street_key,
    written_form,
)
from privacy.directory.hashing import Space
from privacy.vocabulary import Facet

IDENTIFIER_SCORE = 1.0
BARE_DIGITS = 8
SCOPED_DIGITS = 6
MOST_DIGITS = 20
_MOST_GROUPS = 12
_CUE = re.compile(
    r"(?:\b|_)(?:users?|user ?name|students?|sis|ids?|emplid|canvas|banner|login|account|uid|numbers?|num|nr|profiles?"
    r"|persons?|people|studentid|userid)[\W_]{0,6}(?:is|was)?[\W_]{0,4}[a-z]?$|#\s?$",
    re.IGNORECASE,
)
_CUE_LENGTH = 28
_JOINED = re.compile(r"(?<=[A-Za-z])[._\-](?=[A-Za-z])")
_LONGEST_WRITTEN = 64
_LOGIN_CUE = re.compile(r"(?:user ?name|user|login|account|handle|id|uid|as)\W{1,5}(?:is\W{1,3})?$|@$", re.IGNORECASE)
_STREET_AFTER = re.compile(r"[A-Za-z]?,? +(?:[NSEWnsew]\.? +)?([^\W\d_]{2,})(?: +([^\W\d_]{2,}))?")
_STREET_BEFORE = re.compile(r"([^\W\d_]{3,})(?: n[ro]?\.?)? $", re.IGNORECASE)
_LONGEST_HOUSE = 6
_STREET_REST = re.compile(
    r"(?: +(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|terrace|circle|cir)"
    r"\b\.?)?(?:,? *(?:apt|unit|suite|#)\.? ?\w{1,5})?",
    re.IGNORECASE,
)


class _Stretch(NamedTuple):
    """Digits at a place of the view, and whether they were written in one group or more."""

    start: int
    end: int
    digits: str
    groups: int


def find_numbers(reading: Reading) -> Iterator[Found]:
    """Yield ids, national ids and phones of people in the directory."""
    stretches = [stretch for run in reading.digit_runs for stretch in _stretches(run)]
    if not stretches:
        return
    hashed = reading.directory.hashed
    asked = [(stretch, hashed(Space.NUMBER, stretch.digits.lstrip("0"))) for stretch in stretches]
    asked += [
        (stretch, hashed(Space.PHONE, stretch.digits[-PHONE_DIGITS:]))
        for stretch in stretches
        if len(stretch.digits) >= PHONE_DIGITS
    ]
    for place, people in reading.directory.form_refs([key for _, key in asked]).items():
        stretch = asked[place][0]
        refs = reading.scope.preferred(as_refs(people))
        if _is_certain(reading, stretch, refs):
            start, end = _with_prefix(reading.text, stretch)
            facet, reason = _explain(people)
            yield reading.found_at(start, end, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def find_written(reading: Reading) -> Iterator[Found]:
    """Yield logins and ids of letters; one that is an English word needs a cue."""
    for at in reading.present:
        word = reading.words[at]
        if word is not None and word.people and (not word.bare or _has_login_cue(reading, reading.span(at)[0])):
            refs = reading.scope.preferred(as_refs(list(word.people)))
            facet, reason = _explain(list(word.people))
            yield reading.found(at, at, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)
    pieces = list(_written_pieces(reading))
    hashes = [reading.directory.hashed(Space.WRITTEN, written_form(reading.text[a:b])) for a, b in pieces]
    for place, people in reading.directory.form_refs(hashes).items():
        refs = reading.scope.preferred(as_refs(people))
        facet, reason = _explain(people)
        yield reading.found_at(*pieces[place], Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def _written_pieces(reading: Reading) -> Iterator[tuple[int, int]]:
    """Words of letters with digits, points, dashes or underscores inside."""
    text, end = reading.text, 0
    for match in sorted((*reading.digits, *_JOINED.finditer(text)), key=re.Match.start):
        if match.start() < end:
            continue
        start, end = match.span()
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "._-") and end - start < _LONGEST_WRITTEN:
            start -= 1
        while end < len(text) and (text[end].isalnum() or text[end] in "._-") and end - start < _LONGEST_WRITTEN:
            end += 1
        piece = text[start:end]
        if len(piece) > 2 and not piece.isdigit():  # noqa: PLR2004 shorter ones are no logins
            yield start + len(piece) - len(piece.lstrip("._-")), end - len(piece) + len(piece.rstrip("._-"))


def find_streets(reading: Reading) -> Iterator[Found]:
    """Yield addresses of people in the directory: house number and street, in either order."""
    asked = [(start, end, key) for start, end, key in _streets(reading) if key]
    hashes = [reading.directory.hashed(Space.ADDRESS, key) for _, _, key in asked]
    for place, people in reading.directory.form_refs(hashes).items():
        start, end, _ = asked[place]
        rest = _STREET_REST.match(reading.text, end)
        refs = reading.scope.preferred(as_refs(people))
        facet, reason = _explain(people)
        end = rest.end() if rest else end
        yield reading.found_at(start, end, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def _streets(reading: Reading) -> Iterator[tuple[int, int, str]]:
    text = reading.text
    for number in reading.digits:
        start, end = number.span()
        if end - start > _LONGEST_HOUSE:
            continue
        if after := _STREET_AFTER.match(text, end):
            yield start, after.end(1), _key(number[0], after[1])
            if after[2]:
                yield start, after.end(2), _key(number[0], after[2])
        if before := _STREET_BEFORE.search(text[max(0, start - _CUE_LENGTH) : start]):
            yield start - len(before[0]), end, _key(number[0], before[1])


def _key(number: str, word: str) -> str:
    found = WORD.match(word)
    form = token_form(found[0]) if found else ""
    return street_key(number, form) if is_street_word(form) else ""


def _stretches(run: tuple[re.Match[str], ...]) -> Iterator[_Stretch]:
    """Every choice of neighbouring digit groups that is long enough for an id."""
    for first, opening in enumerate(run):
        digits = ""
        for group in run[first : first + _MOST_GROUPS]:
            digits += group[0]
            if len(digits) > MOST_DIGITS:
                break
            if len(digits) >= FEWEST_DIGITS:
                yield _Stretch(opening.start(), group.end(), digits, 1 if group is opening else 2)


def _is_certain(reading: Reading, stretch: _Stretch, refs: tuple[int, ...]) -> bool:
    written = len(stretch.digits)
    before = reading.text[max(0, stretch.start - _CUE_LENGTH) : stretch.start]
    if written >= BARE_DIGITS or (written == BARE_DIGITS - 1 and before[-1:].isalpha()):
        return True
    if written >= SCOPED_DIGITS and stretch.groups == 1 and refs[0] in reading.scope.refs:
        return True
    return bool(_CUE.search(before))


def _with_prefix(text: str, stretch: _Stretch) -> tuple[int, int]:
    """Take in a short letter prefix, as of ``A00123456``, that stands free."""
    start = stretch.start
    while start > max(0, stretch.start - 3) and (text[start - 1].isalpha() or text[start - 1] in "@#"):
        start -= 1
    free = start == 0 or not (text[start - 1].isalnum())
    return (start if free else stretch.start), stretch.end


def _has_login_cue(reading: Reading, start: int) -> bool:
    return bool(_LOGIN_CUE.search(reading.text[max(0, start - _CUE_LENGTH) : start]))


def _explain(people: list[tuple[int, FormKind]]) -> tuple[Facet, str]:
    kind = people[0][1]
    return FACET_OF_FORM[kind], f"{kind.name.lower().replace('_', ' ')} of someone in the directory"
