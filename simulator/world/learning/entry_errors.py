"""How a mark goes wrong on its way into the gradebook, one row at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

KEYPAD: Mapping[str, str] = {
    "0": "12",
    "1": "024",
    "2": "0135",
    "3": "26",
    "4": "157",
    "5": "2468",
    "6": "359",
    "7": "48",
    "8": "579",
    "9": "68",
}
"""The keys next to each key of a number pad."""
TOP, TENS = 100.0, 10
NOTICEABLE = 5.0
"""A mistake of fewer points is not planted."""


def _digits(true: float) -> str:
    return str(int(true))


def _transpose(true: float, _rng: Random) -> float:
    digits = _digits(true)
    return float(digits[::-1]) if len(digits) == 2 else true  # noqa: PLR2004


def _mistype(true: float, rng: Random) -> float:
    digits = _digits(true)
    return float(rng.choice(KEYPAD[digits[0]]) + digits[1:])


def _drop(true: float, _rng: Random) -> float:
    digits = _digits(true)
    return float(digits[:-1]) if len(digits) > 1 else true


def _fill(_true: float, _rng: Random) -> float:
    return 0.0


def _rescale(true: float, _rng: Random) -> float:
    return true / TENS


def _slip(true: float, rng: Random) -> float:
    return true + rng.choice((-1, 1)) * rng.randint(5, 10)


MISTAKES: Mapping[str, Callable[[float, Random], float]] = {
    "transposed digits": _transpose,
    "key typo": _mistype,
    "dropped digit": _drop,
    "zero-fill": _fill,
    "wrong scale": _rescale,
    "slip": _slip,
}
"""The six kinds of mistake in a single row; they happen to whole points out of a hundred."""


def mistake(kind: str, true: float, rng: Random) -> float | None:
    """The score entered by mistake, None where this mistake would not be one to notice."""
    seen = MISTAKES[kind](true, rng)
    return seen if 0 <= seen <= TOP and abs(seen - true) >= NOTICEABLE else None
