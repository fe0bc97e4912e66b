"""The worker: takes notifications off the feed, runs what was accepted, and keeps the schedules.

A notification is acknowledged only after the engine has it durably. Where the SIS has none, as with OneRoster bundles,
the schedules alone bring work. Several workers may run on PostgreSQL; one of them at a time reads the feed, and any of
them continues any run. SIGTERM lets what runs end its step; it then goes on wherever a worker is. SIGHUP reads the
policy, access, alert and institution files again.
"""

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from typing import TYPE_CHECKING

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from domain.errors import ApprovalStale, LedgerUnavailable, ProvostError, Unreachable
from domain.ids import RunId, TermCode
from domain.ports import FeedEvent
from graphs import GRAPH_VERSION
from graphs.locks import Release
from graphs.settings import Settings
from graphs.subscriptions import workflows_for
from graphs.workflows import WORKFLOWS
from service.engine import engine_url
from service.hook_gathering import GATHERED, take_waiting
from service.hook_work import carry_hooks
from service.housekeeping import NIGHTLY, RECOVER, WEEKLY, keep_house
from service.living import Living, reopen
from service.operations.loopback import serving_health
from service.running import LeftUnderWay, WorkerEngine

if TYPE_CHECKING:
    from graphs.assembly import Provost

_log = structlog.get_logger(__name__)
WORKER = "worker"
_BATCH = 100
_LOST = (OperationalError, sqlite3.OperationalError, psycopg.OperationalError)
"""What a database that does not answer raises; it is tried again."""
_RECOVER_EVERY = "*/5 * * * *"


class Worker:
    """One worker process of an installation."""

    def __init__(self, provost: "Provost", engine: WorkerEngine) -> None:
        self._first, self._engine = provost, engine
        self._living = Living(provost, lambda: reopen(provost))
        self._woken, self._stopping, self._reload = threading.Event(), False, False
        self._feed_lock: Release | None = None

    def run(self) -> int:
        """Work until told to stop, then drain; what was under way continues wherever a worker starts next.

        Returns how many runs did not end their step in the time that the settings give.
        """
        settings = self._first.settings
        self._engine.launch(self.carry)
        self._engine.schedule(NIGHTLY, settings.nightly)
        self._engine.schedule(WEEKLY, settings.weekly)
        self._engine.schedule(RECOVER, _RECOVER_EVERY)
        try:
            while not self._stopping:
                self._reload_if_asked()
                self._poll()
                if not self._stopping:
                    self._woken.wait(settings.poll_seconds)
        finally:
            left = self._drain(settings.operations.drain_seconds)
        return left

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask the worker to stop; fits as a signal handler."""
        self._stopping = True
        self._woken.set()

    def reload(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask the worker to read its files again; fits as a signal handler."""
        self._reload = True
        self._woken.set()

    def _reload_if_asked(self) -> None:
        if self._reload:
            self._woken.clear()
            self._reload = False
            try:
                self._living.reload()
            except _LOST as lost:
                _log.error("files were not read again; the old ones stay", code=Unreachable.code, error=lost)

    def _drain(self, seconds: int) -> int:
        self._living.drain()
        left = self._engine.drain(seconds)
        if self._feed_lock is not None:
            self._feed_lock()
        self._first.ledger.checkpoint()
        if left:
            _log.warning("runs did not end their step in time", runs=left)
        else:
            self._living.close()
        return left

    def carry(self, workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        """Start or continue one piece of work and say where it came to rest.

        Raises TransientError, after which the engine tries again, LeftUnderWay where the worker stops meanwhile, and
        other failures, which end the work as failed.
        """
        from langgraph.errors import GraphDrained

        with structlog.contextvars.bound_contextvars(run=thread), self._living.using() as provost:
            try:
                return self._carry(provost, workflow, thread, payload)
            except GraphDrained as drained:
                raise LeftUnderWay from drained
            except LedgerUnavailable as refused:
                _log.warning("work waits for the ledger", workflow=workflow, code=refused.code)
                raise Unreachable("The ledger takes no entry.", fix="It is tried again; check the server.") from refused
            except ProvostError as failure:
                _log.warning("work did not end well", workflow=workflow, code=failure.code)
                raise
            except _LOST as lost:
                raise Unreachable("The database does not answer.", fix="It is tried again; check the server.") from lost

    def _carry(self, provost: "Provost", workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        match workflow:
            case "roster_sync":
                return provost.run_event(FeedEvent.model_validate(dict(payload))).state.value
            case "reconcile":
                dry = payload.get("dry_run") == "yes"
                return provost.reconcile(TermCode(payload["term"]), dry_run=dry, run_id=RunId(thread)).state.value
            case "resume":
                return _resume(provost, payload["approval_id"])
            case "hook" | "deliver":
                return carry_hooks(provost, self._engine, thread, payload)
        if workflow in WORKFLOWS:
            values = take_waiting(provost, RunId(thread), payload["section"]) if GATHERED in payload else payload
            report = provost.work_from(workflow, RunId(thread), values) if values else None
            return report.state.value if report else "nothing to do"
        return keep_house(provost, self._engine, workflow, payload)

    def _poll(self) -> None:
        """Accept what the feed holds, where there is one; another worker may be the one that reads it."""
        with self._living.using() as provost:
            if provost.readers.feed is not None:
                self._read_feed(provost)

    def _read_feed(self, provost: "Provost") -> None:
        from graphs.accepting import record_accepted

        try:
            self._feed_lock = self._feed_lock or self._first.locks.take("feed")
            while self._feed_lock and not self._stopping and (events := provost.feed.read_events(_BATCH)):
                for event in events:
                    self._accept(event)
                record_accepted(provost, events, WORKER)
                provost.feed.acknowledge(events[-1])
        except ProvostError as failure:
            _log.warning("the feed was not read", code=failure.code)
        except _LOST as lost:
            _log.warning("the feed was not read", code=Unreachable.code, error=lost)

    def present(self) -> "Provost":
        """Return the installation in force, for whoever looks at how the worker does."""
        return self._living.present

    def _accept(self, event: FeedEvent) -> None:
        from graphs.runner import run_of_event

        for workflow in workflows_for(event):
            self._engine.enqueue(workflow, run_of_event(event, workflow), event.model_dump(mode="json"))


def _resume(provost: "Provost", approval_id: str) -> str:
    try:
        provost.wake(approval_id)
    except ApprovalStale:
        return "stale"
    return "done"


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
        signal.signal(signal.SIGHUP, worker.reload)
        with serving_health(worker.present, settings.operations.port):
            left = worker.run()
        if left:
            _end_at_once()


def _end_at_once() -> None:
    """End the process though threads of it still work: what they had begun is taken over, as after a kill."""
    sys.stderr.flush()
    os._exit(0)


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
