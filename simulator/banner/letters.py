"""Grade schemes and their letters: what a registration's grade mode allows and what each letter is worth.

A mode has one scheme. A letter of the standard scheme has a GUID by itself, one of another scheme by scheme and
letter, as the same `I` means something else there. `NR` says that no grade is given now (R83); `W` is assigned
by the registrar and is no instructor's to give (R80).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from simulator.banner.tables import AUDIT, PASS_FAIL, STANDARD, guid_of

SCHEMES = {"S": "Standard Letter", "P": "Pass / No Pass", "A": "Audit"}
SCHEME_OF_MODE = {STANDARD: "S", PASS_FAIL: "P", AUDIT: "A"}
INCOMPLETE, NO_GRADE, WITHDRAWN = "I", "NR", "W"


@cache
def _letter_guid(scheme: str, value: str) -> str:
    return guid_of("grade-definitions", value) if scheme == "S" else guid_of("grade-definitions", scheme, value)


class Letter(NamedTuple):
    """A letter of a scheme. `points` per credit are None where the letter counts in no average."""

    scheme: str
    value: str
    points: Decimal | None = None
    earns: bool = False
    attempts: bool = True
    needs_last_attendance: bool = False

    @property
    def guid(self) -> str:
        """The letter's GUID in `grade-definitions`."""
        return _letter_guid(self.scheme, self.value)

    @property
    def is_given(self) -> bool:
        """Whether an instructor may give it."""
        return self.value != WITHDRAWN


def _pointed(value: str, points: str) -> Letter:
    failed = value == "F"
    return Letter("S", value, Decimal(points), earns=not failed, needs_last_attendance=failed)


LETTERS = (
    *(_pointed("A", "4.0"), _pointed("A-", "3.7"), _pointed("B+", "3.3"), _pointed("B", "3.0")),
    *(_pointed("B-", "2.7"), _pointed("C+", "2.3"), _pointed("C", "2.0"), _pointed("C-", "1.7")),
    *(_pointed("D+", "1.3"), _pointed("D", "1.0"), _pointed("D-", "0.7"), _pointed("F", "0.0")),
    Letter("S", INCOMPLETE),
    Letter("S", NO_GRADE, attempts=False),
    Letter("S", WITHDRAWN),
    Letter("P", "P", earns=True),
    Letter("P", "NP", needs_last_attendance=True),
    Letter("P", INCOMPLETE),
    Letter("P", NO_GRADE, attempts=False),
    Letter("A", "AU", attempts=False),
    Letter("A", NO_GRADE, attempts=False),
)
"""Every letter of every scheme."""
BY_GUID = {letter.guid: letter for letter in LETTERS}
_BY_NAME = {(letter.scheme, letter.value): letter for letter in LETTERS}
LAPSES_TO = {"S": "F", "P": "NP"}
"""What an incomplete of a scheme becomes when nothing follows (R81)."""


@cache
def scheme_guid(scheme: str) -> str:
    """The GUID of a scheme."""
    return guid_of("grade-schemes", scheme)


def letter_of(scheme: str, value: str) -> Letter:
    """A scheme's letter; KeyError when it has none such."""
    return _BY_NAME[scheme, value]


@cache
def letters_given(mode: str) -> tuple[Letter, ...]:
    """The letters that an instructor may give under a grade mode (R76)."""
    return tuple(letter for letter in LETTERS if letter.scheme == SCHEME_OF_MODE[mode] and letter.is_given)
