"""Worker slots: stable names for workers, so that what a dead one left is known to be its, and can be taken over.

A slot is held by a lock that dies with the process, and shows its life by a lease that is kept up. A slot is dead when
its lease has run out and its lock is free; both must be so, and whoever takes over holds that lock while doing it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from domain.errors import ConfigurationError
from graphs.locks import Locks, Release
from store.database import Database
from store.workers import WorkerSlots

_GOING_SECONDS = 5.0


class Slots:
    """The slots of one installation; ``lease_seconds`` is at least three heartbeats."""

    def __init__(self, database: Database, locks: Locks, lease_seconds: float) -> None:
        self._leases = WorkerSlots(database, lease=timedelta(seconds=lease_seconds))
        self._locks, self.lease_seconds = locks, lease_seconds

    def claim(self, slot: str) -> Release:
        """Take a slot for this process; returns what gives it back.

        A worker that was killed just now may take a moment to go, so its slot is waited for. Raises ConfigurationError
        where a living worker holds it.
        """
        release = self._locks.take_within(_name(slot), _GOING_SECONDS)
        if release is None:
            raise ConfigurationError(
                f"Another worker runs in slot {slot}.", field="worker_slot", fix="Give each worker a slot of its own."
            )
        self.beat(slot)
        return release

    def beat(self, slot: str) -> None:
        """Show that the slot's worker lives; the lock already made it the only one, so the slot names itself."""
        self._leases.take(slot, slot)

    def lapsed(self) -> frozenset[str]:
        """Return the slots whose lease has run out."""
        return frozenset(row.slot for row in self._leases.lapsed())

    def end(self, slot: str) -> None:
        """End the lease at a clean stop, so that nobody waits for it."""
        self._leases.release(slot, slot)

    @contextmanager
    def burying(self, slot: str) -> Iterator[bool]:
        """Hold a dead slot's lock while its work is taken over; yields False where somebody lives in it after all."""
        release = self._locks.take(_name(slot))
        try:
            yield release is not None
        finally:
            if release is not None:
                release()


def _name(slot: str) -> str:
    return f"worker slot {slot}"
