"""Whether work flows: events that arrive, work that waits, workers that live, and people who are told."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from graphs.settings import CampusClock, Settings
from service.doctor.check import Check, note, ok
from service.doctor.storage import looking, not_made_yet
from service.operations.queue import QueueFigures, read_queue

_USUAL_HOURS = 24
"""Hours of silence worth a note where the setting tells nobody of any."""
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
    if silent > timedelta(hours=settings.operations.silence_hours or _USUAL_HOURS):
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
    counted = read_queue(settings) or QueueFigures({})
    with looking(settings) as database:
        silent = {row.slot for row in WorkerSlots(database).lapsed()}
    waiting = counted.of("ENQUEUED") + counted.of("PENDING")
    seen = f"{counted.of('ENQUEUED')} waiting, {counted.of('PENDING')} begun, {counted.of('ERROR')} failed."
    if waiting and (waiting > LONG_QUEUE or silent):
        named = f" Silent workers: {', '.join(sorted(silent))}." if silent else ""
        yield note("queue", seen + named, "Start provost worker; it takes up what waits and what was begun.")
    else:
        yield ok("queue", seen)


def look_at_notices(settings: Settings) -> Iterator[Check]:
    """Say who is told of failed runs and doubtful data (S57 to S59)."""
    number = len(settings.notices.recipients)
    if number:
        yield ok("notices", f"{number} people are told of failures in the LMS's inbox.")
    else:
        fix = "Set notices.recipients to the SIS ids of those who should hear of failures."
        yield note("notices", "Nobody is told of failures; they stand in provost report only.", fix)
