"""The installation a worker works with, exchanged for a fresh one when its files are read again.

Work that has begun ends under the files it began with; an installation that was replaced is closed when its last piece
of work ends. The first one stays open, because the engine's slot hangs on its database and locks.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from domain.changes import digest
from domain.errors import ProvostError

if TYPE_CHECKING:
    from graphs.assembly import Provost

_log = structlog.get_logger(__name__)

Again = Callable[[], "Provost"]
"""Puts the installation together once more from its files; raises ConfigurationError where one is broken."""


class Living:
    """Hands out the installation in force, and counts who uses which."""

    def __init__(self, first: "Provost", again: Again) -> None:
        self._first = self._present = first
        self._again, self._guard = again, threading.Lock()
        self._users: Counter[int] = Counter()
        self._open = [first]

    @property
    def present(self) -> "Provost":
        """The installation in force."""
        return self._present

    @contextmanager
    def using(self) -> Iterator["Provost"]:
        """Give a piece of work the installation in force, to keep until the work ends."""
        with self._guard:
            provost = self._present
            self._users[id(provost)] += 1
        try:
            yield provost
        finally:
            with self._guard:
                self._users[id(provost)] -= 1
                self._close_idle()

    def reload(self) -> bool:
        """Read the files again; where one of them is broken, the old ones stay in force and the log says so."""
        try:
            fresh = self._again()
        except ProvostError as broken:
            _log.error("files were not read again; the old ones stay", code=broken.code, what=broken.field)
            return False
        with self._guard:
            self._present = fresh
            self._open.append(fresh)
            self._close_idle()
        fresh.ledger.append("files.reloaded", "operator", "", {"policy": digest(fresh.policy.model_dump(mode="json"))})
        _log.warning("files were read again")
        return True

    def drain(self) -> None:
        """Ask all work of every installation still in use to stop at a step boundary."""
        with self._guard:
            for provost in self._open:
                provost.drain()

    def close(self) -> None:
        """Close everything but the first, which belongs to whoever opened it."""
        with self._guard:
            for provost in self._open:
                if provost is not self._first:
                    provost.close()
            self._open = [self._first]

    def _close_idle(self) -> None:
        for provost in [one for one in self._open if one is not self._first and one is not self._present]:
            if not self._users[id(provost)]:
                self._open.remove(provost)
                provost.close()


def reopen(provost: "Provost") -> "Provost":
    """Put the same installation together again: policy, access, alert and institution files, and the log level.

    Every other setting needs a restart. Raises ConfigurationError naming the file or key at fault.
    """
    from graphs.assembly import assemble
    from graphs.settings import load_settings
    from service.logs import configure_logs

    level = load_settings().log_level
    fresh = assemble(provost.settings.model_copy(update={"log_level": level}))
    try:
        if Path(fresh.settings.alerts_file).exists():
            _ = fresh.alert_settings
    except ProvostError:
        fresh.close()
        raise
    configure_logs(fresh.settings.log_format, level)
    return fresh
