"""A rate that all who share a list of turns keep together: each request takes a turn and waits until it comes."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from tools.wire.budget import Budget


class Turns(Protocol):
    """Hands out turns by name to whoever shares the list: the threads of a process, or all workers."""

    def take(self, name: str, seconds: float) -> float:
        """Take the next turn, at least ``seconds`` before any after it; return the seconds until it comes."""
        ...

    def until(self, name: str) -> float:
        """Return the seconds until a turn could come, without taking one."""
        ...

    def hold(self, name: str, seconds: float) -> None:
        """Let no turn come for so many seconds from now."""
        ...


class ProcessTurns:
    """Turns among the threads of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._next: dict[str, float] = {}

    def take(self, name: str, seconds: float) -> float:
        """Take the next turn; return the seconds until it comes."""
        with self._guard:
            now = self._clock()
            turn = max(now, self._next.get(name, now))
            self._next[name] = turn + seconds
            return turn - now

    def until(self, name: str) -> float:
        """Return the seconds until a turn could come."""
        with self._guard:
            return max(0.0, self._next.get(name, 0.0) - self._clock())

    def hold(self, name: str, seconds: float) -> None:
        """Let no turn come for so many seconds."""
        with self._guard:
            self._next[name] = max(self._next.get(name, 0.0), self._clock() + seconds)


IN_PROCESS = ProcessTurns()
"""The turns of this process, where there is one worker only."""


class Pace:
    """At most so many requests a second under one name, evenly spread; ``turns`` says who keeps it together."""

    def __init__(
        self, turns: Turns, name: str, per_second: float, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._turns, self._name, self._apart, self._sleep = turns, name, 1.0 / per_second, sleep

    def wait(self) -> float:
        """Wait for the next turn; return the seconds waited."""
        pause = self._turns.take(self._name, self._apart)
        if pause > 0:
            self._sleep(pause)
        return pause

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Learn nothing: the rate is the operator's."""

    @property
    def pause(self) -> float:
        """Seconds until a turn could come."""
        return self._turns.until(self._name)


class SharedBudget:
    """A budget learned from answers whose pauses hold for everyone under the same name, not for this process alone."""

    def __init__(self, budget: Budget, turns: Turns, name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._budget, self._turns, self._name, self._sleep = budget, turns, name, sleep

    def wait(self) -> float:
        """Wait out what another process learned, then what this one did; return the seconds waited."""
        others = self._turns.until(self._name)
        if others > 0:
            self._sleep(others)
        return others + self._budget.wait()

    def learn(self, headers: Mapping[str, str], *, throttled: bool) -> None:
        """Take in what an answer said, and let the others wait too where too little is left."""
        self._budget.learn(headers, throttled=throttled)
        if self._budget.pause > 0:
            self._turns.hold(self._name, self._budget.pause)

    @property
    def pause(self) -> float:
        """Seconds for which a request would have to wait now."""
        return max(self._turns.until(self._name), self._budget.pause)
