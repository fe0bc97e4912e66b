"""Rate budgets: slow down before the other system has to say so (R73).

Canvas keeps a leaky bucket per token. Each answer tells its cost and what is left; the bucket drains by ten units a
second and charges fifty for every request under way, so requests of one token run one after another.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol
from weakref import WeakValueDictionary


class Budget(Protocol):
    """Decides when the next request of a token may go, from what the last answers said."""

    def wait(self) -> float:
        """Wait until a request may go; return the seconds waited."""
        ...

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Take in what an answer said about the allowance left."""
        ...


class NoBudget:
    """For systems that publish no allowance."""

    def wait(self) -> float:
        """Go at once."""
        return 0.0

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Learn nothing."""


class CostBudget:
    """Canvas's leaky bucket as seen from outside.

    ``reserve`` is the allowance below which requests wait, ``outflow`` the units per second that come back. ``clock``
    and ``sleep`` are a monotonic clock in seconds and the way to wait, so that a test need not wait for real.
    """

    def __init__(
        self,
        reserve: float = 100.0,
        outflow: float = 10.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._reserve, self._outflow, self._clock, self._sleep = reserve, outflow, clock, sleep
        self._remaining: float | None = None
        self._seen_at = 0.0

    @property
    def remaining(self) -> float | None:
        """What is probably left now; None before the first answer."""
        if self._remaining is None:
            return None
        return self._remaining + (self._clock() - self._seen_at) * self._outflow

    def wait(self) -> float:
        """Wait until the reserve is there again; return the seconds waited."""
        left = self.remaining
        pause = 0.0 if left is None else max(0.0, (self._reserve - left) / self._outflow)
        if pause:
            self._sleep(pause)
        return pause

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Remember the allowance the answer named; a throttled answer means that none is left."""
        try:
            left = 0.0 if throttled else float(headers["x-rate-limit-remaining"])
        except (KeyError, ValueError):
            return
        self._remaining, self._seen_at = left, self._clock()


class Lane:
    """The road one token's requests share: a lock, so that they go one by one, and a budget."""

    def __init__(self, budget: Budget) -> None:
        self.lock = threading.RLock()
        self.budget = budget


_lanes: WeakValueDictionary[str, Lane] = WeakValueDictionary()
_guard = threading.Lock()


def find_lane(name: str, budget: Budget) -> Lane:
    """Return the lane of that name in this process, made with ``budget`` where there is none yet."""
    with _guard:
        lane = _lanes.get(name)
        if lane is None:
            lane = _lanes[name] = Lane(budget)
        return lane
