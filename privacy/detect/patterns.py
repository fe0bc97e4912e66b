"""Identifiers that show by their form: national ids, phones, birth dates, addresses, secrets.

The patterns are bounded and of the standard library, so that a text cannot stall them; each has a trigger that costs
little, since most messages hold none of them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.detect.found import Found, Step
from privacy.detect.reading import Reading
from privacy.vocabulary import Facet

PATTERN_SCORE = 0.9
_DIGIT = re.compile(r"\d")


class Pattern(NamedTuple):
    """What a group of a match is; ``trigger`` must be in the lower-cased text first."""

    expression: re.Pattern[str]
    facet: Facet
    reason: str
    trigger: tuple[str, ...] = ()


_FLAGS = re.IGNORECASE
WITH_DIGITS = (
    Pattern(
        re.compile(r"(?<![\d-])(\d{3}([- .])\d{2}\2\d{4})(?![\d-])"), Facet.NATIONAL_ID, "shaped like a social security number"
    ),
    Pattern(
        re.compile(r"(?:ssn|social security|social sec|tax id|itin|national id)[^\d\n]{0,30}(\d(?:[ -]?\d){3,10})", _FLAGS),
        Facet.NATIONAL_ID,
        "a number after a word for a national id",
        ("ssn", "social", "tax id", "itin", "national id"),
    ),
    Pattern(
        re.compile(r"(?<![\w.])((?:\+?\d{1,3}[ .-]{1,2})?\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4})(?![\d-])"),
        Facet.PHONE,
        "shaped like a phone number",
    ),
    Pattern(re.compile(r"(\+\d{1,3}(?:[ ().-]{0,2}\d){7,13})(?!\d)"), Facet.PHONE, "an international phone number", ("+",)),
    Pattern(
        re.compile(r"(?:phone|cell|mobile|tel|telephone|text me|call me|call|fax)\b[^\d\n]{0,20}(\d(?:[ ().-]{0,2}\d){6,13})", _FLAGS),
        Facet.PHONE,
        "a number after a word for a phone",
        ("phone", "cell", "mobile", "tel", "text me", "call", "fax"),
    ),
    Pattern(
        re.compile(
            r"(?<!\d)(\d{1,6}[a-z]? +(?:[nsew]\.? +)?(?:[a-z0-9'.-]{2,20} +){1,4}"
            r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|terrace|highway|hwy"
            r"|parkway|pkwy)\b\.?(?:,? *(?:apt|unit|suite|#)\.? ?\w{1,6})?"
            r"(?:, *[a-z .]{2,30},? +[a-z]{2} +\d{5}(?:-\d{4})?)?)",
            _FLAGS,
        ),
        Facet.ADDRESS,
        "shaped like a street address",
        (" st", " ave", " rd", " road", " blvd", " boulevard", " ln", " lane", " dr", " ct", " court", " cir", " ter", " hwy", " highway", " pkwy", " park"),
    ),
    Pattern(re.compile(r"\b(p\.? ?o\.? ?box +\d{1,7})", _FLAGS), Facet.ADDRESS, "a post office box", ("box",)),
)  # fmt: skip
WITHOUT_DIGITS = (
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
        re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.{0,8000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z))", re.DOTALL),
        Facet.TEXT,
        "a private key",
        ("-----begin",),
    ),
    Pattern(
        re.compile(r"(?:password|passwd|pwd|passcode|pin|secret|api[_ ]?key|access[_ ]?token|bearer)\"?'?(?: is |\s{0,3}[:=]\s{0,3}| )\"?'?([^\s\"',;]{4,200})", _FLAGS),
        Facet.TEXT,
        "what follows a word for a secret",
        ("passw", "pwd", "passcode", "pin:", "pin is", "secret", "api key", "api_key", "apikey", "token", "bearer"),
    ),
)  # fmt: skip
_WORDS_AFTER_SECRET = re.compile(r"[A-Za-z]{1,20}[.!?]?$")


def find_patterns(reading: Reading) -> Iterator[Found]:
    """Yield what is shaped like an identifier, whoever's it is."""
    text, lower = reading.text, reading.text.lower()
    patterns = (WITH_DIGITS + WITHOUT_DIGITS) if _DIGIT.search(text) else WITHOUT_DIGITS
    for pattern in patterns:
        if pattern.trigger and not any(trigger in lower for trigger in pattern.trigger):
            continue
        for match in pattern.expression.finditer(text):
            if pattern.facet is not Facet.TEXT or not _is_prose(match):
                yield reading.found_at(*match.span(1), Step.PATTERN, pattern.facet, (), PATTERN_SCORE, pattern.reason)


def _is_prose(match: re.Match[str]) -> bool:
    """``The password reset`` tells no secret; ``password: hunter`` does."""
    told = match[0][: match.start(1) - match.start()]
    return bool(told) and not any(mark in told for mark in ":=") and bool(_WORDS_AFTER_SECRET.match(match[1]))
