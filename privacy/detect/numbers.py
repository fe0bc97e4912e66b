"""Identifiers of people in the directory: ids, phones and national ids as digits, logins as written words, addresses.

Digits are joined over single separators. An id of seven digits or fewer needs a cue before it, since a random
six-digit number equals a live id too often (PRIVACY.md 2.2); for people in scope six digits are enough.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.detect.found import Found, Step
from privacy.detect.reading import Digits, Reading
from privacy.detect.written import written_pieces
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
_REASONS = {kind: f"{kind.name.lower().replace('_', ' ')} of someone in the directory" for kind in FormKind}
BARE_DIGITS = 8
SCOPED_DIGITS = 6
MOST_DIGITS = 20
_MOST_GROUPS = 12
_CUE_BACKWARDS = re.compile(
    r"\n?(?:\s?#|[a-z]?[\W_]{0,4}(?:si|saw)?[\W_]{0,6}"
    r"(?:s?resu|eman ?resu|s?tneduts|sis|s?di|dilpme|savnac|rennab|nigol|tnuocca|diu|s?rebmun|mun|rn|s?eliforp"
    r"|s?nosrep|elpoep|ditneduts|diresu)(?:\b|_))",
    re.IGNORECASE,
)
"""A word such as ``user`` or ``id`` just before a number; read from its end, where it matches at once or not at all."""
_CUE_LENGTH = 28
_LOGIN_CUE = re.compile(r"(?:user ?name|user|login|account|handle|id|uid|as)\W{1,5}(?:is\W{1,3})?$|@$", re.IGNORECASE)
_STREET_AFTER = re.compile(r"[A-Za-z]?,? +(?:[NSEWnsew]\.? +)?([^\W\d_]{2,})(?: +([^\W\d_]{2,}))?")
_CAPITAL_AFTER = re.compile(r"[A-Za-z]?,? +(?:[nsew]\.? +)?[a-z]*+(?: +[a-z]*+)?+[^\W\d_a-z]")
"""What follows a number unless its two words are small letters alone, which are no street in a text with capitals."""
_SHORTEST_STREET = 3
_LONGEST_HOUSE = 6
_STREET_REST = re.compile(
    r"(?: +(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|terrace|circle|cir)"
    r"\b\.?)?(?:,? *(?:apt|unit|suite|#)\.? ?\w{1,5})?",
    re.IGNORECASE,
)


class _Asked(NamedTuple):
    """A stretch of the view and the hash to look up; ``digits`` of a number, and whether in one group or more."""

    start: int
    end: int
    key: int
    digits: str
    groups: int
    street: bool


_Question = tuple[int, int, int, str, int, bool]
"""The same as a plain tuple: few are answered, and only these are worth a name."""


def find_identifiers(reading: Reading) -> Iterator[Found]:
    """Yield ids, national ids, phones, logins and addresses of people in the directory, all looked up at once."""
    asked = [*_numbers(reading), *_written(reading), *_streets(reading)]
    if not asked:
        return
    for question, owners in zip(asked, reading.lexicon.whose([ask[2] for ask in asked]), strict=True):
        if owners is None:
            continue
        ask = _Asked._make(question)
        refs = reading.scope.preferred(owners.refs)
        if ask.digits and not _is_certain(reading, ask, refs):
            continue
        facet, reason = _explain(owners.kind)
        start, end = _widened(reading.text, ask)
        yield reading.found_at(start, end, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def find_login_words(reading: Reading) -> Iterator[Found]:
    """Yield logins that are a plain word; one that is an English word needs a cue."""
    for at in reading.telling:
        word = reading.words[at]
        if word is not None and word.people and (not word.bare or _has_login_cue(reading, reading.span(at)[0])):
            refs = reading.scope.preferred(word.people.refs)
            facet, reason = _explain(word.people.kind)
            yield reading.found(at, at, Step.IDENTIFIER, facet, refs, IDENTIFIER_SCORE, reason)


def _numbers(reading: Reading) -> list[_Question]:
    hashed = reading.directory.hashed
    asked: list[_Question] = []
    for run in reading.digit_runs:
        if run[-1].end - run[0].start < FEWEST_DIGITS:
            continue
        for start, end, digits, groups in _stretches(reading.text, run):
            asked.append((start, end, hashed(Space.NUMBER, digits.lstrip("0")), digits, groups, False))
            if len(digits) >= PHONE_DIGITS:
                asked.append((start, end, hashed(Space.PHONE, digits[-PHONE_DIGITS:]), digits, groups, False))
    return asked


def _written(reading: Reading) -> list[_Question]:
    hashed, text = reading.directory.hashed, reading.text
    pieces = written_pieces(reading)
    return [(start, end, hashed(Space.WRITTEN, written_form(text[start:end])), "", 1, False) for start, end in pieces]


def _streets(reading: Reading) -> Iterator[_Question]:
    """House numbers with the words beside them."""
    for start, end, number, word in _house_numbers(reading):
        found = WORD.match(word)
        form = token_form(found[0]) if found else ""
        if is_street_word(form):
            key = reading.directory.hashed(Space.ADDRESS, street_key(number, form))
            yield start, end, key, "", 1, True


def _house_numbers(reading: Reading) -> Iterator[tuple[int, int, str, str]]:
    text, any_case = reading.text, reading.one_case
    for start, end, digits in reading.digits:
        if end - start > _LONGEST_HOUSE:
            continue
        after = _STREET_AFTER.match(text, end) if any_case or _CAPITAL_AFTER.match(text, end) else None
        if after and (any_case or not after[1].islower()):
            yield start, after.end(1), digits, after[1]
        if after and after[2] and (any_case or not after[2].islower()):
            yield start, after.end(2), digits, after[2]
        if not text[max(0, start - 2) : start].removesuffix(" ")[-1:].isalpha():
            continue
        before = text[max(0, start - _CUE_LENGTH) : start].removesuffix(" ").rpartition(" ")[2]
        if len(before) >= _SHORTEST_STREET and before.isalpha() and (any_case or not before.islower()):
            yield start - len(before) - 1, end, digits, before


def _stretches(text: str, run: list[Digits]) -> Iterator[tuple[int, int, str, int]]:
    """Every choice of neighbouring digit groups that is long enough for an id, and counts where it is someone's."""
    for first, opening in enumerate(run):
        digits = ""
        for group in run[first : first + _MOST_GROUPS]:
            digits += group.text
            if len(digits) > MOST_DIGITS:
                break
            groups = 1 if group is opening else 2
            told = first == 0 and len(digits) >= FEWEST_DIGITS  # before the other groups there are digits, never a word
            if len(digits) >= _fewest(groups) or (told and _is_told(text, opening.start, digits)):
                yield opening.start, group.end, digits, groups


def _fewest(groups: int) -> int:
    """How many digits may count without a word before them: of one group for people in scope, else of anyone."""
    return SCOPED_DIGITS if groups == 1 else BARE_DIGITS


def _is_certain(reading: Reading, stretch: _Asked, refs: tuple[int, ...]) -> bool:
    in_scope = refs[0] in reading.scope.refs
    fewest = _fewest(stretch.groups) if in_scope else BARE_DIGITS
    return len(stretch.digits) >= fewest or _is_told(reading.text, stretch.start, stretch.digits)


def _is_told(text: str, start: int, digits: str) -> bool:
    """Tell whether what stands before a shorter number says that it is an id: a letter of its own, or a word."""
    before = text[max(0, start - _CUE_LENGTH) : start]
    if len(digits) == BARE_DIGITS - 1 and before[-1:].isalpha():
        return True
    return bool(_CUE_BACKWARDS.match(before[::-1]))


def _widened(text: str, ask: _Asked) -> tuple[int, int]:
    """Take in the rest of a street, or a short letter prefix that stands free, as of ``A00123456``."""
    if ask.street:
        rest = _STREET_REST.match(text, ask.end)
        return ask.start, rest.end() if rest else ask.end
    start = ask.start
    while ask.digits and start > max(0, ask.start - 3) and (text[start - 1].isalpha() or text[start - 1] in "@#"):
        start -= 1
    free = start == 0 or not text[start - 1].isalnum()
    return (start if free else ask.start), ask.end


def _has_login_cue(reading: Reading, start: int) -> bool:
    return bool(_LOGIN_CUE.search(reading.text[max(0, start - _CUE_LENGTH) : start]))


def _explain(kind: FormKind) -> tuple[Facet, str]:
    return FACET_OF_FORM[kind], _REASONS[kind]
