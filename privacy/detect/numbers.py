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
_RUN = re.compile(r"\d+(?:[ \-./_()+]{1,3}\d+)*")
_CUE = re.compile(
    r"(?:\b|_)(?:users?|user ?name|students?|sis|ids?|emplid|canvas|banner|login|account|uid|numbers?|num|nr|profiles?"
    r"|persons?|people|studentid|userid)[\W_]{0,6}(?:is|was)?[\W_]{0,4}[a-z]?$|#\s?$",
    re.IGNORECASE,
)
_CUE_LENGTH = 28
_WRITTEN = re.compile(r"[A-Za-z0-9][\w.\-]{1,62}\w")
_LOGIN_CUE = re.compile(r"(?:user ?name|user|login|account|handle|id|uid|as)\W{1,5}(?:is\W{1,3})?$|@$", re.IGNORECASE)
_STREET = re.compile(r"(?<!\d)(\d{1,6})[A-Za-z]?,? +(?:[NSEWnsew]\.? +)?([^\W\d_]{2,})(?: +([^\W\d_]{2,}))?")
_STREET_LAST = re.compile(r"([^\W\d_]{3,})(?: n[ro]?\.?)? (\d{1,5})(?!\d)")
_STREET_REST = re.compile(
    r"(?: +(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|terrace|circle|cir)"
    r"\b\.?)?(?:,? *(?:apt|unit|suite|#)\.? ?\w{1,5})?",
    re.IGNORECASE,
)


class _Stretch(NamedTuple):
    """Digits at a place of the view, and in how many groups they were written."""

    start: int
    end: int
    digits: str
    groups: int


def find_numbers(reading: Reading) -> Iterator[Found]:
    """Yield ids, national ids and phones of people in the directory."""
    stretches = [stretch for match in _RUN.finditer(reading.text) for stretch in _stretches(match)]
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
    for at, word in enumerate(reading.words):
        if word is not None and word.people and (not word.bare or _has_login_cue(reading, reading.spans[at][0])):
            refs = reading.scope.preferred(as_refs(list(word.people)))
            facet, reason = _explain(list(word.people))
            yield reading.found(at, at, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)
    pieces = [match for match in _WRITTEN.finditer(reading.text) if not match[0].isalpha()]
    hashes = [reading.directory.hashed(Space.WRITTEN, written_form(match[0])) for match in pieces]
    for place, people in reading.directory.form_refs(hashes).items():
        refs = reading.scope.preferred(as_refs(people))
        facet, reason = _explain(people)
        span = pieces[place].span()
        yield reading.found_at(*span, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def find_streets(reading: Reading) -> Iterator[Found]:
    """Yield addresses of people in the directory: house number and street, in either order."""
    asked = [(match.start(), match.end(at), _key(match[1], match[at])) for match, at in _streets(reading.text)]
    asked += [(m.start(), m.end(), _key(m[2], m[1])) for m in _STREET_LAST.finditer(reading.text)]
    asked = [entry for entry in asked if entry[2]]
    hashes = [reading.directory.hashed(Space.ADDRESS, key) for _, _, key in asked]
    for place, people in reading.directory.form_refs(hashes).items():
        start, end, _ = asked[place]
        rest = _STREET_REST.match(reading.text, end)
        refs = reading.scope.preferred(as_refs(people))
        facet, reason = _explain(people)
        end = rest.end() if rest else end
        yield reading.found_at(start, end, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def _streets(text: str) -> Iterator[tuple[re.Match[str], int]]:
    for match in _STREET.finditer(text):
        yield match, 2
        if match[3]:
            yield match, 3


def _key(number: str, word: str) -> str:
    found = WORD.match(word)
    form = token_form(found[0]) if found else ""
    return street_key(number, form) if is_street_word(form) else ""


def _stretches(match: re.Match[str]) -> Iterator[_Stretch]:
    """Every run of neighbouring digit groups that is long enough for an id."""
    groups = [(found.start() + match.start(), found[0]) for found in re.finditer(r"\d+", match[0])]
    for first in range(len(groups)):
        digits = ""
        for last in range(first, min(first + _MOST_GROUPS, len(groups))):
            at, group = groups[last]
            digits += group
            if len(digits) > MOST_DIGITS:
                break
            if len(digits) >= FEWEST_DIGITS:
                yield _Stretch(groups[first][0], at + len(group), digits, last - first + 1)


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
