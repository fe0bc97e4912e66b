"""Counts the requests that left this process, for metrics and traces: system, place, status and time, no value."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

UNANSWERED = "none"


class Seen(NamedTuple):
    """One request that was sent; ``status`` is none where no answer came, ``place`` has ids left out."""

    system: str
    place: str
    status: str
    seconds: float


class RequestCounters:
    """Counts by system and status, and tells whoever watches last; safe for many threads.

    One only is told, as an installation that was put together anew watches beside the one before it.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._watching: list[Callable[[Seen], None]] = []

    def add(self, seen: Seen) -> None:
        """Count one request."""
        with self._guard:
            self._counted[seen.system, seen.status] += 1
            watch = self._watching[-1] if self._watching else None
        if watch is not None:
            watch(seen)

    def snapshot(self) -> Mapping[tuple[str, str], int]:
        """Return the counts as they stand, by system and status."""
        with self._guard:
            return dict(self._counted)

    @contextmanager
    def watched_by(self, watch: Callable[[Seen], None]) -> Iterator[None]:
        """Tell ``watch`` of every request for the length of a block, unless somebody begins to watch within it."""
        with self._guard:
            self._watching.append(watch)
        try:
            yield
        finally:
            with self._guard:
                self._watching.remove(watch)


REQUESTS = RequestCounters()
"""The counts of this process."""
