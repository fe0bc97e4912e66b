"""A student's page views in compact arrays, because a campus of twenty thousand has twenty million of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import ceil
from typing import NamedTuple

from simulator.canvas.coursework import Item, View

CODES = "qHHB"


class Click(NamedTuple):
    """One page view: seconds since the epoch, the item's position (0: the course itself), how long, and if a part."""

    at: int
    item: int
    seconds: int
    part: int


class Trace:
    """Page views by time; only what lies ahead of all others is ever added."""

    def __init__(self, columns: Iterable[array[int]] = ()) -> None:
        """Start with some columns, or empty ones."""
        self._columns = tuple(columns) or tuple(array(code) for code in CODES)

    def extend(self, clicks: Iterable[Click]) -> None:
        """Add later page views."""
        for click in clicks:
            for column, value in zip(self._columns, click, strict=True):
                column.append(value)

    def between(self, since: datetime, until: datetime) -> Trace:
        """The page views from one moment to another, both included."""
        first = bisect_left(self._columns[0], ceil(since.timestamp()))
        last = bisect_right(self._columns[0], int(until.timestamp()))
        return Trace(column[first:last] for column in self._columns)

    def glance(self) -> tuple[datetime | None, int]:
        """When the last page was looked at, and the seconds that all of them took."""
        at, _, seconds, _ = self._columns
        return (datetime.fromtimestamp(at[-1], UTC) if at else None), sum(seconds)

    def unfold(self, items: Sequence[Item]) -> list[View]:
        """The page views one by one."""
        return [
            View(datetime.fromtimestamp(at, UTC), items[item - 1] if item else None, float(seconds), bool(part))
            for at, item, seconds, part in zip(*self._columns, strict=True)
        ]
