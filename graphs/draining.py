"""Stopping in order: what runs is asked to stop at the end of its step, and what begins afterwards stops at once.

LangGraph saves the checkpoint and leaves with ``GraphDrained``; the same thread then goes on wherever it is run again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langgraph.runtime import RunControl


class Draining:
    """The runs of one process that may be asked to stop; safe for many threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._under_way: set[RunControl] = set()
        self._asked = False

    def request(self) -> None:
        """Ask everything under way, and whatever begins from now on, to stop at a step boundary."""
        with self._guard:
            self._asked = True
            for control in self._under_way:
                control.request_drain()

    @contextmanager
    def control(self) -> Iterator["RunControl"]:
        """Give one run what it can be asked through, for as long as it is under way."""
        from langgraph.runtime import RunControl

        control = RunControl()
        with self._guard:
            self._under_way.add(control)
            if self._asked:
                control.request_drain()
        try:
            yield control
        finally:
            with self._guard:
                self._under_way.discard(control)
