"""Long numbers in text about to leave: which are dates, times and terms, and which may be somebody's."""

import re
from collections.abc import Iterator
from datetime import datetime

_GROUPED = re.compile(r"(?<![\w.\-])(?:\+?\d{1,3}[ .\-])?\(?\d{3}\)?[ .\-]\d{2,4}[ .\-]\d{4}(?![\w\-])")
"""A phone or social security number in its groups; ``101-001-202680`` of a course is none."""
_RUN = re.compile(r"(?<!\d)(?<!\d\.)\d{8,}(?!\d)")
_RANDOM_NAME = re.compile(
    r"\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]{2,10}_[0-9a-z]{12,})\b"
)
"""Hashes, UUIDs and the opaque names of runs, people and conversations."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_STAMPS = ("%Y%m%d", "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%d%H%M%S")


def long_numbers(text: str) -> Iterator[str]:
    """Yield the digits of every number of eight digits and more in a plain text that is no date and no random name."""
    kept = _RANDOM_NAME.sub(" ", text)
    for match in _GROUPED.finditer(kept):
        yield re.sub(r"\D", "", match.group())
    for match in _RUN.finditer(kept):
        if not _is_moment(match.group()):
            yield match.group()


def joined_digits(text: str) -> list[str]:
    """Return the runs of seven digits and more, read over single spaces, dots, dashes and slashes between digits."""
    return re.findall(r"\d{7,}", re.sub(r"(?<=\d)[\s./\-](?=\d)", "", text))


def _is_moment(digits: str) -> bool:
    return any(_reads(digits, stamp) for stamp in _STAMPS)


def _reads(digits: str, stamp: str) -> bool:
    if len(digits) != len(datetime(2000, 1, 1).strftime(stamp)):  # noqa: DTZ001 only its length counts
        return False
    try:
        return _FIRST_YEAR <= datetime.strptime(digits, stamp).year <= _LAST_YEAR  # noqa: DTZ007 only whether it reads
    except ValueError:
        return False
