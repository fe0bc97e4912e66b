"""How the engine's queue stands, read from its tables without opening the engine; for doctor, health and metrics."""

import time
from collections.abc import Mapping
from typing import NamedTuple

from graphs.settings import Settings

OPEN_OR_BAD = ("ENQUEUED", "DELAYED", "PENDING", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class QueueFigures(NamedTuple):
    """Counts by the engine's own words, and the seconds that the oldest work has waited."""

    counts: Mapping[str, int]
    oldest_seconds: float = 0.0

    def of(self, status: str) -> int:
        """Return how much work has this status."""
        return self.counts.get(status, 0)

    @property
    def failed(self) -> int:
        """How much work ended badly."""
        return self.of("ERROR") + self.of("MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def read_queue(settings: Settings) -> QueueFigures | None:
    """Count the work that waits, runs or failed; None where no worker has ever run."""
    from sqlalchemy import inspect, text

    from store.database import open_read_only

    on_sqlite = settings.database.startswith("sqlite")
    file = settings.home.absolute() / "engine.db"
    if on_sqlite and not file.exists():
        return None
    engine = open_read_only(f"sqlite:///{file}" if on_sqlite else settings.database)
    try:
        if not inspect(engine.engine).has_table("workflow_status", schema=None if on_sqlite else "dbos"):
            return None
        table = "workflow_status" if on_sqlite else "dbos.workflow_status"
        wanted = ", ".join(f"'{word}'" for word in OPEN_OR_BAD)
        columns = "status, count(*), min(created_at)"
        query = f"SELECT {columns} FROM {table} WHERE status IN ({wanted}) GROUP BY status"  # noqa: S608 constants
        with engine.reading() as session:
            rows = [
                (str(word), int(number), int(since))
                for word, number, since in session.connection().execute(text(query))
            ]
    finally:
        engine.close()
    waiting = [since for word, _, since in rows if word in ("ENQUEUED", "DELAYED")]
    oldest = time.time() - min(waiting) / 1000 if waiting else 0.0
    return QueueFigures({word: number for word, number, _ in rows}, max(0.0, oldest))
