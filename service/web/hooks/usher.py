"""A thread of the serving process that hands events on as soon as they are kept, and looks by itself now and then."""

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import ProvostError
from service.hook_passes import pass_in, pass_out, try_again

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.engine import WorkQueue

_log = structlog.get_logger(__name__)
_LOOK_SECONDS, _TRY_SECONDS = 2.0, 300.0


class Usher:
    """Hands events on; the worker does the same every five minutes, for what this process left behind."""

    def __init__(self, provost: "Provost", queue: "WorkQueue") -> None:
        self._provost, self._queue = provost, queue
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="usher", daemon=True)
        self._tried = time.monotonic()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Say that an event is there."""
        self._woken.set()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self._pass()
            except (ProvostError, SQLAlchemyError, sqlite3.Error, psycopg.Error) as failure:
                _log.warning("events were not handed on", error=failure)
            self._woken.wait(_LOOK_SECONDS)

    def _pass(self) -> None:
        while pass_in(self._provost, self._queue):
            continue
        pass_out(self._provost, self._queue)
        if time.monotonic() - self._tried >= _TRY_SECONDS:
            self._tried = time.monotonic()
            try_again(self._provost, self._queue)
