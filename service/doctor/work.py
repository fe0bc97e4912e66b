"""Whether work flows: events that arrive, work that waits, workers that live, and people who are told."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from graphs.settings import CampusClock, Settings
from service.doctor.check import Check, note, ok
from service.doctor.storage import looking, not_made_yet

SILENCE = timedelta(hours=24)
"""In a running term somebody registers every day; no event for longer means that the subscription may be gone."""
LONG_QUEUE = 500
"""More accepted work than this waiting means that no worker keeps up."""


def look_at_events(settings: Settings) -> Iterator[Check]:
    """Say when the last registration event was carried; silence is how a lost subscription shows."""
    from store.plans import Runs

    if not settings.banner.url or not_made_yet(settings):
        return
    with looking(settings) as database:
        latest = Runs(database).latest("event", limit=1)
    if not latest:
        yield note("events", "No registration event has been carried yet.", "Start provost worker.")
        return
    silent = CampusClock(settings.clock_offset_seconds).now() - latest[0].started_at
    seen = f"The last registration event was carried {silent.total_seconds() / 3600:.1f} hours ago."
    if silent > SILENCE:
        yield note("events", seen, "See that a worker runs and that the application subscribes to the resources.")
    else:
        yield ok("events", seen)


def look_at_engine(settings: Settings) -> Iterator[Check]:
    """Say whether the engine of the worker can run on this SQLite."""
    from service.engine import require_new_sqlite

    if settings.database.startswith("sqlite"):
        require_new_sqlite()
        yield ok("engine", f"SQLite {sqlite3.sqlite_version} will do.")


def look_at_queue(settings: Settings) -> Iterator[Check]:
    """Count the accepted work that waits, runs and failed, and name workers that went silent."""
    from store.workers import WorkerSlots

    if not_made_yet(settings):
        return
    counted = _count_work(settings)
    with looking(settings) as database:
        silent = {row.slot for row in WorkerSlots(database).lapsed()}
    waiting = counted["ENQUEUED"] + counted["PENDING"]
    seen = f"{counted['ENQUEUED']} waiting, {counted['PENDING']} begun, {counted['ERROR']} failed."
    if waiting and (waiting > LONG_QUEUE or silent):
        named = f" Silent workers: {', '.join(sorted(silent))}." if silent else ""
        yield note("queue", seen + named, "Start provost worker; it takes up what waits and what was begun.")
    else:
        yield ok("queue", seen)


def _count_work(settings: Settings) -> Counter[str]:
    """Count the engine's work by its state; none where no worker has ever run."""
    from sqlalchemy import inspect, text

    from store.database import open_read_only

    on_sqlite = settings.database.startswith("sqlite")
    file = settings.home.absolute() / "engine.db"
    if on_sqlite and not file.exists():
        return Counter()
    engine = open_read_only(f"sqlite:///{file}" if on_sqlite else settings.database)
    schema = None if on_sqlite else "dbos"
    try:
        if not inspect(engine.engine).has_table("workflow_status", schema=schema):
            return Counter()
        table = "workflow_status" if on_sqlite else "dbos.workflow_status"
        with engine.reading() as session:
            query = text(f"SELECT status, count(*) FROM {table} GROUP BY status")  # noqa: S608 one of two constants
            return Counter({str(status): int(number) for status, number in session.connection().execute(query)})
    finally:
        engine.close()


def look_at_notices(settings: Settings) -> Iterator[Check]:
    """Say who is told of failed runs and doubtful data (S57 to S59)."""
    number = len(settings.notices.recipients)
    if number:
        yield ok("notices", f"{number} people are told of failures in the LMS's inbox.")
    else:
        fix = "Set notices.recipients to the SIS ids of those who should hear of failures."
        yield note("notices", "Nobody is told of failures; they stand in provost report only.", fix)
