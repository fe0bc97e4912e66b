"""The campus clock: one time for every face, so a deadline means the same in Banner and in Canvas.

The simulated campus lives at a chosen moment (its *as-of* time) and moves only when told to. Only token
life times follow the wall clock, because those are about the caller's patience and not about the campus.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class CampusClock:
    """An aware UTC clock that stands still until it is set or advanced; calling it reads the time."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("The campus clock needs an aware time; give an offset or a zone.")
        self._at = at.astimezone(UTC)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """The campus time now."""
        return self.now()

    def now(self) -> datetime:
        """The campus time now, in UTC."""
        with self._lock:
            return self._at

    def set(self, at: datetime) -> None:
        """Move to another moment; history is replayed with this before the campus opens."""
        with self._lock:
            self._at = at.astimezone(UTC)

    def advance(self, hours: float) -> datetime:
        """Let time pass and return the new time; a negative amount is refused with ValueError."""
        if hours < 0:
            raise ValueError("The campus clock does not run backwards; advance by zero hours or more.")
        with self._lock:
            self._at += timedelta(hours=hours)
            return self._at
