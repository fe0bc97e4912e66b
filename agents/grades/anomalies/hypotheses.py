"""The ways in which a mark is mistyped, each as the chance that a true mark turns into the one that was entered.

Naming the slip is what makes a hold useful: "entered 57, likelier 75 with its digits changed round" can be answered in
a second, "outlier" cannot (ALERTS.md section 5).
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

import numpy as np

from agents.grades.anomalies.marks import Floats


class Slip(StrEnum):
    """What may have happened at the keyboard."""

    TRANSPOSED = "transposed digits"
    KEY_TYPO = "a neighbouring key"
    DROPPED_DIGIT = "a dropped digit"
    ZERO_FILL = "zero filled in"
    SCALE = "entered on a scale of ten"
    SMALL_SLIP = "a small slip"
    UNKNOWN = "unknown"


SLIPS = tuple(slip for slip in Slip if slip is not Slip.UNKNOWN)
SMALL_SLIP_FROM, SMALL_SLIP_TO = 5, 10
_KEYS_BESIDE = {
    "0": "912", "1": "024", "2": "0135", "3": "246", "4": "1357", "5": "2468", "6": "3579", "7": "468", "8": "579",
    "9": "086",
}  # fmt: skip
"""Neighbours on the number row and on the keypad."""


def entered_as(slip: Slip, true: int, possible: int) -> tuple[int, ...]:
    """Return the marks that a slip makes of a true one, each equally likely and none equal to it; empty for none."""
    made = (value for value in _makers[slip](true) if value != true and 0 <= value <= possible)
    return tuple(made)


def _transposed(true: int) -> Iterator[int]:
    digits = str(true)
    if len(digits) == 2:  # noqa: PLR2004 two digits to change round
        yield int(digits[::-1])


def _key_typo(true: int) -> Iterator[int]:
    digits = str(true)
    for place, digit in enumerate(digits):
        yield from (int(digits[:place] + key + digits[place + 1 :]) for key in _KEYS_BESIDE[digit])


def _dropped(true: int) -> Iterator[int]:
    digits = str(true)
    if len(digits) > 1:
        yield from (int(digits[:place] + digits[place + 1 :]) for place in range(len(digits)))


def _zero(true: int) -> Iterator[int]:
    del true
    yield 0


def _scale(true: int) -> Iterator[int]:
    yield (true + 5) // 10


def _small_slip(true: int) -> Iterator[int]:
    for size in range(SMALL_SLIP_FROM, SMALL_SLIP_TO + 1):
        yield from (true - size, true + size)


_makers = {
    Slip.TRANSPOSED: _transposed,
    Slip.KEY_TYPO: _key_typo,
    Slip.DROPPED_DIGIT: _dropped,
    Slip.ZERO_FILL: _zero,
    Slip.SCALE: _scale,
    Slip.SMALL_SLIP: _small_slip,
}


@lru_cache(maxsize=64)
def chances(slip: Slip, possible: int) -> Floats:
    """Return the chance of each entered mark (column) given each true one (row); rows that cannot slip are zero."""
    table = np.zeros((possible + 1, possible + 1))
    for true in range(possible + 1):
        made = entered_as(slip, true, possible)
        for value in made:
            table[true, value] += 1 / len(made)
    return table
