"""Chances, so that how often something happens on the campus reads as a share and not as a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")
FEW = 8
"""From so many candidates on, something that should happen to a share of them happens at least once."""


def happens(rng: Random, share: float) -> bool:
    """Whether something that happens in this share of cases happens now."""
    return rng.random() < share


def draw_share(rng: Random, things: Sequence[Thing], share: float, least: int = 1) -> list[Thing]:
    """Draw a share of the things, at least `least` where there are enough to choose from."""
    floor = min(least, len(things) // FEW)
    wanted = min(len(things), max(floor, round(len(things) * share)))
    return rng.sample(things, wanted)
