"""Durable work: an event that was accepted is run to its end, once, whatever dies on the way (DBOS behind our port).

DBOS owns one fact only: that an event was accepted and must run. A workflow is one step, "start or continue the graph";
its id is the thread's id is the event's id. Where a run stands is the checkpoint's fact, what was sent is the ledger's.
A pause for a person ends the workflow; the answer is a new one, ``X:resume:<interrupt>``, so nothing waits in memory.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from domain.errors import ConfigurationError
from domain.ids import RunId

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions, WorkflowStatus

QUEUE = "provost"
WORKFLOW = "carry_on"
RESUME = "resume"
_BATCH = 500
OLDEST_SQLITE = (3, 42)
_ENDED = ("SUCCESS", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED")
_WORDS = {
    "ENQUEUED": "accepted",
    "DELAYED": "accepted",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}

Runner = Callable[[str, str, Mapping[str, str]], str]
"""Starts or continues a thread: (workflow, thread id, payload) to ``done`` or ``paused``."""


def engine_url(database_url: str, folder: Path) -> str:
    """Return where the engine keeps its queue: a SQLite file of its own, or the PostgreSQL database.

    The SQLite file is put in write-ahead mode here, because the engine would leave it in rollback mode.
    """
    if not database_url.startswith("sqlite"):
        return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    require_new_sqlite()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = (folder / "engine.db").resolve()
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{path}"


def require_new_sqlite() -> None:
    """Refuse a SQLite that cannot tell the time as the engine asks for it from Python 3.12 on.

    Raises ConfigurationError.
    """
    if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(str(part) for part in OLDEST_SQLITE)
        raise ConfigurationError(
            f"SQLite {sqlite3.sqlite_version} is too old for the engine under this Python.",
            field="database_url",
            fix=f"Use a Python that was built with SQLite {wanted} or newer, Python 3.11, or PostgreSQL.",
        )


class WorkQueue:
    """The engine as everyone but a worker sees it: put work in, ask how it stands, take it back.

    Work is put in without a version, so that the newest workers take it up.
    """

    def __init__(self, url: str) -> None:
        from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

        self.url = url
        DBOS.migrate(url)
        self._client: DBOSClient = DBOSClient(
            system_database_url=url, serializer=DBOSPortableJSONSerializer(), system_database_pool_size=2
        )

    def enqueue(self, workflow: str, event_id: str, payload: Mapping[str, str]) -> None:
        """Accept an event durably; the same event id a second time changes nothing."""
        self._put(event_id, (workflow, event_id, dict(payload)))

    def gather(self, workflow: str, event_id: str, payload: Mapping[str, str], key: str, seconds: int) -> None:
        """Accept an event durably for one run of this key, which begins when the first event has waited so long.

        While such work waits, further events of the key join it; once it may begin it is joined no more. The thread is
        the work's own id, that of the first event. Payloads of one key must be equal, as the last one counts.
        """
        from dbos import DebouncerClient

        if seconds <= 0:
            self.enqueue(workflow, event_id, payload)
            return
        waiting = DebouncerClient(self._client, _options(event_id), debounce_timeout_sec=seconds)
        waiting.debounce(f"{workflow}|{key}", seconds, workflow, "", dict(payload))

    def resume(self, run: RunId, interrupt: str, answer: Mapping[str, str]) -> None:
        """Accept a person's answer to one open interrupt of a run, durably."""
        self._put(f"{run}:{RESUME}:{interrupt}", (RESUME, run, {**answer, "interrupt": interrupt}))

    def status(self, event_id: str) -> str:
        """Return accepted, running, done, failed, cancelled or unknown; a move to a newer version is followed."""
        rows = self._client.list_workflows(workflow_ids=[event_id], load_input=False, load_output=False)
        moved = self._client.list_workflows(
            workflow_id_prefix=f"{event_id}:v", load_input=False, load_output=False, sort_desc=True, limit=1
        )
        newest = (moved or rows)[:1]
        return _WORDS.get(newest[0].status, "unknown") if newest else "unknown"

    def cancel(self, event_id: str) -> None:
        """Take work back that has not been finished; what was applied stays recorded and applied."""
        self._client.cancel_workflow(event_id)

    def begun(self) -> list[WorkflowStatus]:
        """Return all work that some worker has begun and not finished."""
        return self._client.list_workflows(status="PENDING", load_input=False, load_output=False)

    def pending_of(self, slot: str, versions: Sequence[str] | None = None) -> list[WorkflowStatus]:
        """Return what the worker of a slot had begun and not finished."""
        only = list(versions) if versions is not None else None
        return self._client.list_workflows(status="PENDING", executor_id=slot, app_version=only, load_output=False)

    def waiting_of(self, versions: Sequence[str]) -> list[WorkflowStatus]:
        """Return what waits in the queue for workers of the given versions."""
        return self._client.list_workflows(status="ENQUEUED", app_version=list(versions), load_output=False)

    def versions(self) -> tuple[str, ...]:
        """Return every version that workers have run with."""
        return tuple(found["version_name"] for found in self._client.list_application_versions())

    def finished_before(self, moment: datetime) -> Sequence[str]:
        """Return the ids of work that ended, well or badly, before a moment."""
        rows = self._client.list_workflows(
            status=list(_ENDED), completed_before=moment.isoformat(), load_input=False, load_output=False
        )
        return [row.workflow_id for row in rows]

    def drop(self, work: Sequence[str]) -> None:
        """Remove finished work for good; the same event, should it come again, is then run again."""
        for start in range(0, len(work), _BATCH):
            self._client.delete_workflows(list(work[start : start + _BATCH]))

    def requeue(self, work: Sequence[WorkflowStatus]) -> None:
        """Put begun work back, for any worker of the same version."""
        if work:
            self._client.resume_workflows([row.workflow_id for row in work], queue_name=QUEUE)

    def move(self, work: WorkflowStatus, version: str) -> None:
        """Hand work over to a newer version: the copy first, under an id made from the old one, then the old one ends.

        Dying between the two leaves both; the next pass ends the old one, and the copy's id keeps it single.
        """
        base = work.workflow_id.partition(":v")[0]
        if work.input is not None:
            self._put(f"{base}:v{version}", tuple(work.input["args"]), version)
        self._client.cancel_workflow(work.workflow_id)

    def close(self) -> None:
        """Release connections."""
        self._client.destroy()

    def _put(self, workflow_id: str, arguments: tuple[object, ...], version: str | None = None) -> None:
        options = _options(workflow_id)
        if version is not None:
            options["app_version"] = version
        self._client.enqueue(options, *json.loads(json.dumps(arguments)))


def _options(workflow_id: str) -> EnqueueOptions:
    from dbos import EnqueueOptions

    return EnqueueOptions(workflow_name=WORKFLOW, queue_name=QUEUE, workflow_id=workflow_id)
