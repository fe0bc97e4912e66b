"""Identifiers that show by their form: national ids, phones, birth dates, addresses, secrets.

The patterns are bounded and of the standard library, so that a text cannot stall them; each has a trigger that costs
little, since most messages hold none of them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.detect.found import Found, Step
from privacy.detect.reading import Digits, Reading
from privacy.detect.words import FUNCTION
from privacy.vocabulary import Facet

PATTERN_SCORE = 0.9


class Shape(NamedTuple):
    """What digits are: ``shape`` must fit at the first of them, ``cue`` just before them."""

    shape: re.Pattern[str]
    facet: Facet
    reason: str
    cue: re.Pattern[str] | None = None


class Pattern(NamedTuple):
    """What a group of a match is; one of ``triggers`` must be in the lower-cased text first."""

    expression: re.Pattern[str]
    facet: Facet
    reason: str
    triggers: tuple[str, ...]


_FLAGS = re.IGNORECASE
_CUE_LENGTH = 44
_LEAD = "+("
SHAPES = (
    Shape(re.compile(r"\d{3}([- .])\d{2}\1\d{4}(?![\d-])"), Facet.NATIONAL_ID, "shaped like a social security number"),
    Shape(
        re.compile(r"\d(?:[ -]?\d){3,10}"),
        Facet.NATIONAL_ID,
        "a number after a word for a national id",
        re.compile(r"(?:ssn|social security|social sec|tax id|itin|national id)[^\d\n]{0,30}$", _FLAGS),
    ),
    Shape(
        re.compile(r"(?:\+?\d{1,3}[ .-]{1,2})?\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}(?![\d-])"),
        Facet.PHONE,
        "shaped like a phone number",
    ),
    Shape(re.compile(r"\+\d{1,3}(?:[ ().-]{0,2}\d){7,13}(?!\d)"), Facet.PHONE, "an international phone number"),
    Shape(
        re.compile(r"\(?\d(?:[ ().-]{0,2}\d){6,13}"),
        Facet.PHONE,
        "a number after a word for a phone",
        re.compile(r"\b(?:phone|cell|mobile|tel|telephone|text me|call|fax)\b[^\d\n]{0,20}$", _FLAGS),
    ),
    Shape(
        re.compile(
            r"\d{1,6}[a-z]? +(?:[nsew]\.? +)?(?:[a-z0-9'.-]{2,20} +){1,3}"
            r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|terrace|highway|hwy"
            r"|parkway|pkwy)\b\.?(?:,? *(?:apt|unit|suite|#)\.? ?\w{1,6})?"
            r"(?:, *[a-z .]{2,30},? +[a-z]{2} +\d{5}(?:-\d{4})?)?",
            _FLAGS,
        ),
        Facet.ADDRESS,
        "shaped like a street address",
    ),
    Shape(re.compile(r"\d{1,7}"), Facet.ADDRESS, "a post office box", re.compile(r"\bp\.? ?o\.? ?box {1,3}$", _FLAGS)),
)
SECRETS = (
    Pattern(
        re.compile(
            r"((?:sk|pk|rk)-[\w-]{16,200}|gh[pousr]_\w{20,100}|xox[abprs]-[\w-]{10,100}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,2000}"
            r"\.[\w-]{10,2000}(?:\.[\w-]{5,2000})?|AIza[\w-]{30,50})"
        ),
        Facet.TEXT,
        "shaped like a key or token",
        ("sk-", "pk-", "rk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "akia", "eyj", "aiza"),
    ),
    Pattern(
        re.compile(
            r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.{0,8000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z))",
            re.DOTALL,
        ),
        Facet.TEXT,
        "a private key",
        ("-----begin",),
    ),
    Pattern(
        re.compile(
            r"(?:password|passwd|pwd|passcode|pin|secret|api[_ ]?key|access[_ ]?token|bearer)\"?'?"
            r"(?: is |\s{0,3}[:=]\s{0,3}| )\"?'?([^\s\"',;]{4,200})",
            _FLAGS,
        ),
        Facet.TEXT,
        "what follows a word for a secret",
        ("passw", "pwd", "passcode", "pin:", "pin is", "secret", "api key", "api_key", "apikey", "token", "bearer"),
    ),
)  # fmt: skip
_WORDS_AFTER_SECRET = re.compile(r"[A-Za-z]{1,20}[.!?]?$")


def find_patterns(reading: Reading) -> Iterator[Found]:
    """Yield what is shaped like an identifier, whoever's it is."""
    for run in reading.digit_runs:
        yield from _shaped(reading, run)
    for pattern in SECRETS:
        if any(trigger in reading.lower for trigger in pattern.triggers):
            for match in pattern.expression.finditer(reading.text):
                if not _is_prose(match):
                    yield _found(reading, *match.span(1), pattern.facet, pattern.reason)


def _shaped(reading: Reading, run: list[Digits]) -> Iterator[Found]:
    """The shapes that start at one of the digit groups of a run, or at the sign before it."""
    text, end = reading.text, 0
    for group in run:
        start = group.start
        before = text[max(0, start - _CUE_LENGTH) : start]
        first = start - 1 if before and before[-1] in _LEAD else start
        first = first - 1 if first < start and text[first - 1 : first] == "+" else first
        for shape in SHAPES:
            match = shape.shape.match(text, first) or (shape.shape.match(text, start) if first < start else None)
            if match is None or match.end() <= end or (shape.facet is Facet.ADDRESS and _is_sentence(match[0])):
                continue
            if shape.cue is None or shape.cue.search(before):
                end = match.end()
                yield _found(reading, *match.span(), shape.facet, shape.reason)


def _is_sentence(text: str) -> bool:
    """``1412 moved from Jackson Street`` is no address."""
    return not FUNCTION.isdisjoint(text.split())


def _found(reading: Reading, start: int, end: int, facet: Facet, reason: str) -> Found:
    return reading.found_at(start, end, Step.PATTERN, facet, (), PATTERN_SCORE, reason)


def _is_prose(match: re.Match[str]) -> bool:
    """``The password reset`` tells no secret; ``password: hunter`` does."""
    told = match[0][: match.start(1) - match.start()]
    return bool(told) and not any(mark in told for mark in ":=") and bool(_WORDS_AFTER_SECRET.match(match[1]))
