"""Locks that die with their holder: one run at a time per thread, one process per worker slot.

On one machine a lock is a file the kernel unlocks when the process ends, however it ends; on PostgreSQL it is an
advisory lock of the process's session, which goes when the connection does. Neither has to be cleaned up after a crash.
"""

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, Protocol

from domain.errors import RecordLocked, Unreachable

if TYPE_CHECKING:
    import psycopg

_PAUSE = 0.05

Release = Callable[[], None]


class Locks(Protocol):
    """Takes locks by name."""

    def take(self, name: str) -> Release | None:
        """Return what gives the lock back, or None where someone else holds it."""
        ...

    def take_within(self, name: str, seconds: float) -> Release | None:
        """Return what gives the lock back, waiting for it so long at most."""
        ...

    def holding(self, name: str, wait_seconds: float) -> AbstractContextManager[None]:
        """Hold the lock for a block; raises RecordLocked where it is not free in time."""
        ...

    def close(self) -> None:
        """Give back everything."""
        ...


class _Waiting:
    """Waiting for a lock, the same for every kind."""

    def take(self, name: str) -> Release | None:
        """Return what gives the lock back, or None where someone else holds it."""
        raise NotImplementedError

    def take_within(self, name: str, seconds: float) -> Release | None:
        """Return what gives the lock back, waiting for it so long at most."""
        deadline = time.monotonic() + seconds
        while (release := self.take(name)) is None and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return release

    @contextmanager
    def holding(self, name: str, wait_seconds: float) -> Iterator[None]:
        """Hold the lock for a block; raises RecordLocked where it is not free within ``wait_seconds``."""
        release = self.take_within(name, wait_seconds)
        if release is None:
            raise RecordLocked(f"Another process is still working on {name}.", fix="It is taken up again later.")
        try:
            yield
        finally:
            release()


class FileLocks(_Waiting):
    """Locks between the processes of one machine, as files in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def take(self, name: str) -> Release | None:
        """Return what gives the lock back, or None where someone else holds it."""
        digest = hashlib.sha256(name.encode()).hexdigest()[:32]
        handle = os.open(self._folder / f"{digest}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return lambda: os.close(handle)

    def close(self) -> None:
        """Do nothing: a file's lock ends with whoever holds it."""


class PostgresLocks(_Waiting):
    """Locks between processes anywhere: advisory locks of one session per process, which end with it."""

    def __init__(self, url: str) -> None:
        self._address = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._guard = threading.Lock()
        self._held: set[str] = set()
        self._session: psycopg.Connection[tuple[bool]] | None = None

    def take(self, name: str) -> Release | None:
        """Return what gives the lock back, or None where someone else holds it, in this process or another.

        Raises Unreachable where the database does not answer.
        """
        with self._guard:
            if name in self._held or not self._ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 4157))", name):
                return None
            self._held.add(name)
        return lambda: self._give_back(name)

    def _give_back(self, name: str) -> None:
        with self._guard:
            if name in self._held:
                self._held.remove(name)
                self._ask("SELECT pg_advisory_unlock(hashtextextended(%s, 4157))", name)

    def _ask(self, query: LiteralString, name: str) -> bool:
        import psycopg

        try:
            if self._session is None:
                self._session = psycopg.connect(self._address, autocommit=True)
            row = self._session.execute(query, (name,)).fetchone()
        except psycopg.OperationalError as lost:
            self._lose()
            raise Unreachable("The database does not answer.", fix="It is tried again; check the server.") from lost
        return row is not None and row[0]

    def _lose(self) -> None:
        """Forget a broken session, whose locks are gone; the gate still keeps two runs from one record."""
        if self._session is not None:
            self._session.close()
        self._session = None
        self._held.clear()

    def close(self) -> None:
        """Give back everything."""
        with self._guard:
            self._lose()


def locks_for(url: str, folder: Path) -> Locks:
    """Return the locks that fit the database: files beside SQLite, advisory locks on PostgreSQL."""
    return FileLocks(folder / "locks") if url.startswith("sqlite") else PostgresLocks(url)
