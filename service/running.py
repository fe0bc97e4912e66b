"""A worker's half of the engine: runs what was accepted, keeps its slot alive, takes over what dead workers left.

``version`` is the graphs' compatibility number, pinned by us: the engine's own default changes with every source edit
and would strand begun work. Work of an older version is moved to ours once no living worker holds it.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from domain.errors import TransientError
from graphs.locks import Locks, Release
from service.engine import QUEUE, WORKFLOW, Runner, WorkQueue
from service.slots import Slots
from store.database import Database

_log = structlog.get_logger(__name__)
_ATTEMPTS = 8
_POOL = 6

Tick = Callable[[datetime, dict[str, str]], None]


class LeftUnderWay(BaseException):
    """A piece of work stopped at a step boundary because its worker is stopping; the engine keeps it as begun.

    It is no Exception, because the engine records any Exception as how the work ended.
    """


class WorkerEngine(WorkQueue):
    """The engine of one worker process; fits ``domain.ports.Engine``.

    ``slot`` names the worker across restarts; ``lease_seconds`` is how long it may be silent before another takes over.
    """

    def __init__(
        self,
        url: str,
        *,
        database: Database,
        locks: Locks,
        slot: str,
        version: str,
        zone: str = "UTC",
        concurrency: int = 16,
        polling_seconds: float = 0.2,
        lease_seconds: float = 15.0,
    ) -> None:
        super().__init__(url)
        self.slot, self.version, self._zone = slot, version, zone
        self._concurrency, self._polling = concurrency, polling_seconds
        self._slots = Slots(database, locks, lease_seconds)
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="slot-watch", daemon=True)
        self._release: Release | None = None
        self._scheduled: Tick
        self._guard, self._running = threading.Lock(), 0

    def launch(self, run: Runner) -> None:
        """Claim the slot and begin to take up work; what this slot had begun before is taken up first.

        Raises ConfigurationError where a living worker holds the slot.
        """
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        logging.getLogger("dbos").addFilter(withhold_failure)
        self._release = self._slots.claim(self.slot)
        self._scheduled = register_workflows(self._counted(run))
        DBOS(
            config=DBOSConfig(
                name=QUEUE,
                system_database_url=self.url,
                executor_id=self.slot,
                application_version=self.version,
                serializer=DBOSPortableJSONSerializer(),
                sys_db_pool_size=_POOL,
                log_level="ERROR",
            )
        )
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._concurrency,
            polling_interval_sec=self._polling,
            on_conflict="always_update",
        )
        self._watcher.start()

    def schedule(self, workflow: str, cron: str) -> None:
        """Run a workflow at the times of a cron line, in the institution's zone."""
        from dbos import DBOS
        from dbos import ScheduleInput as Schedule

        entry = Schedule(
            schedule_name=workflow,
            workflow_fn=self._scheduled,
            schedule=cron,
            context={"workflow": workflow},
            cron_timezone=self._zone,
            queue_name=QUEUE,
        )
        DBOS.apply_schedules([entry])

    def drain(self, seconds: int) -> int:
        """Stop taking up work, let what runs end within ``seconds``, and give the slot back.

        Returns how many runs did not come to rest in time. What was left stays begun under this slot, whose lease has
        ended, so that any other worker takes it over.
        """
        from dbos import DBOS

        self._stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=seconds, destroy_registry=True)
        self._watcher.join(timeout=5)
        self._slots.end(self.slot)
        if self._release is not None and not self._running:
            self._release()
        self.close()
        return self._running

    def _counted(self, run: Runner) -> Runner:
        def counted(workflow: str, thread: str, payload: Mapping[str, str]) -> str:
            with self._guard:
                self._running += 1
            try:
                return run(workflow, thread, payload)
            finally:
                with self._guard:
                    self._running -= 1

        return counted

    def take_over(self) -> int:
        """Take over what dead workers had begun, and move what older versions left; returns how much was taken."""
        begun = {row.executor_id for row in self.begun() if row.executor_id}
        dead = (begun & self._slots.lapsed()) - {self.slot}
        taken = sum(self._bury(slot) for slot in sorted(dead))
        older = [name for name in self.versions() if name.isdigit() and int(name) < int(self.version)]
        left = [*self.waiting_of(older), *self.pending_of(self.slot, older)] if older else []
        for work in left:
            self.move(work, self.version)
        return taken + len(left)

    def _bury(self, slot: str) -> int:
        with self._slots.burying(slot) as dead:
            if not dead:
                return 0
            left = self.pending_of(slot)
            self.requeue([work for work in left if work.app_version == self.version])
            older = [work for work in left if _older(work.app_version, self.version)]
            for work in older:
                self.move(work, self.version)
            _log.warning("took over the work of a dead worker", slot=slot, runs=len(left))
            return len(left)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._slots.beat(self.slot)
                self.take_over()
            except Exception as failure:  # noqa: BLE001 a heartbeat that fails once is tried again; the lease covers it
                _log.warning("heartbeat failed", error=type(failure).__name__)
            self._stopping.wait(self._slots.lease_seconds / 4)


def withhold_failure(record: logging.LogRecord) -> bool:
    """Let a line of the engine through without a failure's text and traceback, which may quote whom it is about."""
    failure = record.exc_info[1] if record.exc_info else None
    if failure is not None:
        record.msg, record.exc_info, record.exc_text = f"{record.msg} {type(failure).__name__}", None, None
    return True


def register_workflows(run: Runner) -> Tick:
    """Tell the engine what its one workflow does; returns what a schedule's tick runs."""
    from dbos import DBOS

    @DBOS.step(
        name="start_or_continue",
        retries_allowed=True,
        max_attempts=_ATTEMPTS,
        interval_seconds=0.5,
        should_retry=lambda failure: isinstance(failure, TransientError),
    )
    def start_or_continue(workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        return run(workflow, thread, payload)

    @DBOS.workflow(name=WORKFLOW)
    def carry_on(workflow: str, thread: str, payload: dict[str, str]) -> str:
        own = str(DBOS.workflow_id).partition(":v")[0]
        return start_or_continue(workflow, thread or own, payload)

    @DBOS.workflow(name="scheduled")
    def scheduled(at: datetime, context: dict[str, str]) -> None:
        start_or_continue(context["workflow"], f"tick_{at:%Y%m%d%H%M%S}", {"at": at.isoformat()})

    return scheduled


def _older(version: str | None, than: str) -> bool:
    return version is not None and version.isdigit() and int(version) < int(than)
