"""Small charts as geometry: templates draw them as SVG with classes, so that no script and no style is needed.

Coordinates are in a box of ``WIDTH`` by ``HEIGHT``; y grows downwards.
"""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 240, 48
_GAP, _FEWEST = 2, 3


class Bar(NamedTuple):
    """One bar of a distribution, and what it says to whoever points at it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    number: int


class Part(NamedTuple):
    """One part of a score as a bar from the middle: to the right it adds, to the left it takes away."""

    name: str
    value: float
    x: float
    width: float
    adds: bool


def bars(numbers: Sequence[int], labels: Sequence[str]) -> tuple[Bar, ...]:
    """Return the bars of a distribution, the highest as high as the box."""
    most = max(numbers, default=0) or 1
    step = WIDTH / max(len(numbers), 1)
    return tuple(
        Bar(
            x=round(place * step + _GAP / 2, 1),
            y=round(HEIGHT - number / most * HEIGHT, 1),
            width=round(step - _GAP, 1),
            height=round(number / most * HEIGHT, 1),
            label=label,
            number=number,
        )
        for place, (number, label) in enumerate(zip(numbers, labels, strict=True))
    )


def line(numbers: Sequence[float]) -> str:
    """Return the points of a trend line, for a polyline; empty for fewer than three numbers."""
    if len(numbers) < _FEWEST:
        return ""
    most, step = max(*numbers, 1), WIDTH / (len(numbers) - 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - 2 - number / most * (HEIGHT - 4):.1f}" for place, number in enumerate(numbers)
    )


def score_bins(scores: Sequence[int], bins: int = 10) -> tuple[Bar, ...]:
    """Return how scores from 0 to 100 are spread, in bins of equal width."""
    width = 100 // bins
    counts = [0] * bins
    for score in scores:
        counts[min(max(score, 0) // width, bins - 1)] += 1
    return bars(counts, [f"{place * width} to {place * width + width}" for place in range(bins)])


def parts(found: dict[str, float]) -> tuple[Part, ...]:
    """Return the parts of a score, the weightiest first, as bars from the middle of a box of 100 by 6."""
    most = max((abs(value) for value in found.values()), default=0) or 1
    ordered = sorted(found.items(), key=lambda item: -abs(item[1]))
    return tuple(
        Part(
            name=name,
            value=value,
            x=round(50 if value >= 0 else 50 - abs(value) / most * 50, 1),
            width=round(abs(value) / most * 50, 1),
            adds=value >= 0,
        )
        for name, value in ordered
    )
