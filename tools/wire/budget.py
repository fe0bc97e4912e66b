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

    @property
    def pause(self) -> float:
        """Seconds for which a request would have to wait now."""
        ...


class NoBudget:
    """For systems that publish no allowance."""

    def wait(self) -> float:
        """Go at once."""
        return 0.0

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Learn nothing."""

    @property
    def pause(self) -> float:
        """Never wait."""
        return 0.0


class Budgets:
    """Several budgets that all have to agree."""

    def __init__(self, *budgets: Budget) -> None:
        self._budgets = budgets

    def wait(self) -> float:
        """Wait for each in turn; return the seconds waited."""
        return sum(budget.wait() for budget in self._budgets)

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Let each take in what an answer said."""
        for budget in self._budgets:
            budget.learn(headers, throttled=throttled)

    @property
    def pause(self) -> float:
        """Seconds for which a request would have to wait now."""
        return max((budget.pause for budget in self._budgets), default=0.0)


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

    @property
    def pause(self) -> float:
        """Seconds until the reserve is there again."""
        left = self.remaining
        return 0.0 if left is None else max(0.0, (self._reserve - left) / self._outflow)

    def wait(self) -> float:
        """Wait until the reserve is there again; return the seconds waited."""
        pause = self.pause
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
    """The road one token's requests share: a lock, so that they go one by one, and what their answers teach.

    Each client waits by a budget of its own and leaves with it, so that none outlives what it was opened with: a
    budget kept in the database would be asked after that database was closed.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._budgets: list[Budget] = []

    def join(self, budget: Budget) -> None:
        """Let a client's budget learn from the answers to all who share the token."""
        with self.lock:
            self._budgets.append(budget)

    def leave(self, budget: Budget) -> None:
        """Take a closed client's budget out; one that is not there is no fault, since a client may be closed twice."""
        with self.lock:
            self._budgets = [other for other in self._budgets if other is not budget]

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Let every open client take in what an answer said about the allowance they share."""
        with self.lock:
            for budget in self._budgets:
                budget.learn(headers, throttled=throttled)


_lanes: WeakValueDictionary[str, Lane] = WeakValueDictionary()
_guard = threading.Lock()


def find_lane(name: str) -> Lane:
    """Return the lane of that name in this process, made where there is none yet."""
    with _guard:
        lane = _lanes.get(name)
        if lane is None:
            lane = _lanes[name] = Lane()
        return lane
