"""The worker: takes notifications off the feed, runs what was accepted, and keeps the schedules.

A notification is acknowledged only after the engine has it durably. Where the SIS has none, as with OneRoster bundles,
the schedules alone bring work. Several workers may run on PostgreSQL; one of them at a time reads the feed, and any of
them continues any run. SIGTERM lets what runs come to its next resting place.
"""

import signal
import sqlite3
import threading
from collections.abc import Mapping
from datetime import datetime
from types import FrameType
from typing import TYPE_CHECKING

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from domain.calendar import TermPhase, term_phase
from domain.errors import ApprovalStale, InternalError, ProvostError, Unreachable
from domain.ids import RunId, TermCode
from domain.ports import FeedEvent
from graphs import GRAPH_VERSION
from graphs.locks import Release
from graphs.settings import Settings
from graphs.subscriptions import ROSTER_SYNC, workflows_for
from service.engine import engine_url
from service.running import WorkerEngine

if TYPE_CHECKING:
    from graphs.assembly import Provost

_log = structlog.get_logger(__name__)
RECONCILE, NIGHTLY, RECOVER, DIRECTORY = "reconcile", "nightly", "recover", "directory"
_BATCH = 100
_RECOVER_EVERY = "*/5 * * * *"
_DRAIN_SECONDS = 60


class Worker:
    """One worker process of an installation."""

    def __init__(self, provost: "Provost", engine: WorkerEngine) -> None:
        self._provost, self._engine = provost, engine
        self._stopping = threading.Event()
        self._feed_lock: Release | None = None

    def run(self) -> None:
        """Work until told to stop, then drain; what was under way continues wherever a worker starts next."""
        self._engine.launch(self.carry)
        self._engine.schedule(NIGHTLY, self._provost.settings.nightly)
        self._engine.schedule(RECOVER, _RECOVER_EVERY)
        try:
            while not self._stopping.is_set():
                self._poll()
                self._stopping.wait(self._provost.settings.poll_seconds)
        finally:
            self._engine.drain(_DRAIN_SECONDS)
            if self._feed_lock is not None:
                self._feed_lock()
            self._provost.ledger.checkpoint()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask the worker to stop; fits as a signal handler."""
        self._stopping.set()

    def carry(self, workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        """Start or continue one piece of work and say where it came to rest.

        Raises TransientError, after which the engine tries again, and other failures, which end the work as failed.
        """
        with structlog.contextvars.bound_contextvars(run=thread):
            try:
                return self._carry(workflow, thread, payload)
            except ProvostError as failure:
                _log.warning("work did not end well", workflow=workflow, code=failure.code)
                raise
            except (OperationalError, sqlite3.OperationalError, psycopg.OperationalError) as lost:
                raise Unreachable("The database does not answer.", fix="It is tried again; check the server.") from lost

    def _carry(self, workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        match workflow:
            case "roster_sync":
                return self._provost.run_event(FeedEvent.model_validate(dict(payload))).state.value
            case "reconcile":
                return self._provost.reconcile(TermCode(payload["term"]), run_id=RunId(thread)).state.value
            case "resume":
                return self._resume(payload["approval_id"])
            case "nightly":
                return self._enqueue_nightly(payload["at"])
            case "directory":
                return self._renew_directory()
            case "recover":
                return self._recover()
        raise InternalError(f"There is no workflow {workflow}.", field="workflow")

    def _recover(self) -> str:
        """Settle what was left half done, and seal what was appended since the last checkpoint of the ledger."""
        report = self._provost.recover()
        self._provost.ledger.checkpoint()
        return f"{report.threads_continued} continued"

    def _renew_directory(self) -> str:
        """Learn who exists, for the privacy boundary, and let go of the codes of conversations that are over."""
        report = self._provost.refresh_directory(DIRECTORY)
        self._provost.boundary.vault.expire()
        return f"{report.people} people"

    def _resume(self, approval_id: str) -> str:
        try:
            self._provost.wake(approval_id)
        except ApprovalStale:
            return "stale"
        return "done"

    def _enqueue_nightly(self, at: str) -> str:
        """Enqueue one reconcile per live term, under ids made from the night, so that a night runs once (R32)."""
        institution, day = self._provost.institution, datetime.fromisoformat(at)
        today = self._provost.clock.now().astimezone(institution.zone).date()
        terms = [
            calendar.term
            for calendar in institution.calendars
            if calendar.published and term_phase(calendar.term, institution, today) is not TermPhase.CLOSED
        ]
        self._engine.enqueue(DIRECTORY, f"run_{day:%Y%m%d%H%M}directory", {"at": at})
        for term in terms:
            self._engine.enqueue(RECONCILE, f"run_{day:%Y%m%d%H%M}{term.lower()}", {"term": term})
        return f"{len(terms)} terms"

    def _poll(self) -> None:
        """Accept what the feed holds, where there is one; another worker may be the one that reads it."""
        if self._provost.readers.feed is None:
            return
        try:
            self._feed_lock = self._feed_lock or self._provost.locks.take("feed")
            while self._feed_lock and (events := self._provost.feed.read_events(_BATCH)):
                for event in events:
                    self._accept(event)
                self._provost.feed.acknowledge(events[-1])
        except ProvostError as failure:
            _log.warning("the feed was not read", code=failure.code)

    def _accept(self, event: FeedEvent) -> None:
        from graphs.runner import run_of_event

        for workflow in workflows_for(event):
            name = run_of_event(event) if workflow == ROSTER_SYNC else f"{run_of_event(event)}.{workflow}"
            self._engine.enqueue(workflow, name, event.model_dump(mode="json"))


def run_worker(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT.

    Raises ConfigurationError where a system cannot be read with these settings or another worker holds the slot.
    """
    from graphs.assembly import assemble

    with assemble(settings) as provost:
        _ = provost.readers
        worker = Worker(provost, open_engine(provost))
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, worker.stop)
        worker.run()


def open_engine(
    provost: "Provost",
    *,
    version: int = GRAPH_VERSION,
    lease_seconds: float = 15.0,
    polling_seconds: float = 0.2,
) -> WorkerEngine:
    """Open the engine of this installation for one worker; SQLite has one, so it runs a few runs at a time."""
    settings = provost.settings
    return WorkerEngine(
        engine_url(settings.database, settings.home),
        database=provost.database,
        locks=provost.locks,
        slot=settings.worker_slot,
        version=str(version),
        zone=provost.institution.time_zone,
        concurrency=4 if settings.database.startswith("sqlite") else 8,
        polling_seconds=polling_seconds,
        lease_seconds=lease_seconds,
    )
