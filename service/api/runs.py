"""Runs: where each stands, what it counted, and its events as they happen."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from domain.ids import RunId
from domain.principals import OVERSEERS, Principal
from domain.request_errors import RequestUnreadable, UnknownAddress
from service.api.common import Cursor, Here, Id, Limit, Queue, read_cursor, stream_answer, write_cursor
from service.client.records import Page, RunRead
from service.web.permissions import Permission
from store.ledger.reading import read_entries
from store.plans import Run, RunState

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.engine import WorkQueue

router = APIRouter(tags=["runs"])
Reader = Annotated[Principal, Depends(Permission(OVERSEERS, "runs:read"))]
_LOOK_SECONDS, _LONGEST_SECONDS, _BATCH = 0.5, 600.0, 200
_OVER = frozenset({"done", "stopped", "failed", "rolled_back", "cancelled"})


@router.get("/runs", summary="List runs, newest first", operation_id="listRuns")
def list_runs(
    _caller: Reader,
    here: Here,
    kind: Annotated[str, Query(max_length=40, pattern=r"^[a-z_ ]*$", description="Only runs of this kind.")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Page[RunRead]:
    """List runs, newest first."""
    rows = here.runs.before(_moment(cursor), kind, limit + 1)
    shown = rows[:limit]
    last = write_cursor(shown[-1].started_at.isoformat(), shown[-1].id) if len(rows) > limit else ""
    return Page(items=[_read(row) for row in shown], next=last)


@router.get("/runs/{id}", summary="Read one run", operation_id="readRun")
def read_run(id_: Id, _caller: Reader, here: Here, queue: Queue) -> RunRead:
    """Read one run, also one that was accepted and waits for a worker."""
    found = _find(here, queue, id_)
    if found is None:
        raise UnknownAddress("There is no such run.", field="id", fix="List them at /api/v1/runs.")
    return found


@router.get(
    "/runs/{id}/events",
    summary="Follow a run",
    operation_id="followRun",
    response_class=EventSourceResponse,
    responses=stream_answer("Events: state, entry, ended; each with a JSON object as its data."),
)
async def follow_run(
    id_: Id,
    _caller: Reader,
    here: Here,
    queue: Queue,
    last: Annotated[int, Header(alias="Last-Event-ID", ge=0, lt=2**53, description="Entry that was seen last.")] = 0,
) -> EventSourceResponse:
    """Stream a run's state and its entries in the ledger as they come, until it is over or ten minutes have passed."""
    if await run_in_threadpool(_find, here, queue, id_) is None:
        raise UnknownAddress("There is no such run.", field="id", fix="List them at /api/v1/runs.")
    return EventSourceResponse(_events(here, queue, id_, last), ping=15)


async def _events(here: "Provost", queue: "WorkQueue", run: str, last: int) -> AsyncIterator[ServerSentEvent]:
    state, began = "", time.monotonic()
    while True:
        found = await run_in_threadpool(_find, here, queue, run)
        entries = await run_in_threadpool(read_entries, here.database, after=last, limit=_BATCH, run=run)
        for entry in entries:
            last = entry.seq
            said = {"seq": entry.seq, "at": entry.at, "kind": entry.kind, "actor": entry.actor}
            yield _event("entry", said, str(entry.seq))
        if found is not None and found.state != state:
            state = found.state
            yield _event("state", {"run": run, "state": state, "counts": found.counts})
        if (state in _OVER and len(entries) < _BATCH) or time.monotonic() - began > _LONGEST_SECONDS:
            yield _event("ended", {"run": run, "state": state})
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _event(kind: str, said: dict[str, Any], id_: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(said), event=kind, id=id_)


def _find(here: "Provost", queue: "WorkQueue", run: str) -> RunRead | None:
    row, work = here.runs.read(RunId(run)), queue.status(run)
    if row is not None:
        return _read(row, work)
    if work == "unknown":
        return None
    return RunRead(id=run, kind="", term="", state=work, note="", counts={}, started_at=None, ended_at=None)


def _read(row: Run, work: str = "") -> RunRead:
    """Return a run: one whose work ended badly has failed, one that the engine tries again is running."""
    state = row.state.value
    if row.state is RunState.RUNNING and work in ("failed", "cancelled"):
        state = work
    if row.state is RunState.FAILED and work == "running":
        state = RunState.RUNNING.value
    return RunRead(
        id=row.id,
        kind=row.kind,
        term=row.term,
        state=state,
        note=row.note,
        counts=row.counts,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _moment(cursor: str) -> tuple[datetime, str] | None:
    said = read_cursor(cursor, 2)
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said[0])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RequestUnreadable("The cursor was not made here.", field="cursor", fix="Send that of the page before.")
    return moment, said[1]
