"""Starting a graph: what is asked is checked, accepted durably, and run by a worker."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends

from domain.errors import ConfigurationError, ProvostError
from domain.ids import RunId
from domain.principals import OVERSEERS, Principal
from domain.request_errors import RequestUnreadable, UnknownAddress
from graphs.workflows import WORKFLOWS, begin_work
from service.api.common import Here, Id, Queue
from service.api.idempotent import OneTime
from service.client.records import Accepted, Graph, Graphs, Wanted
from service.web.permissions import Permission

router = APIRouter(tags=["runs"])
RECONCILE, ROSTER = "reconcile", "roster_sync"
_REGISTRATION = ("roster_sync", "drop_withdrawal")
Starter = Annotated[Principal, Depends(Permission(OVERSEERS, "runs:invoke"))]
Reader = Annotated[Principal, Depends(Permission(OVERSEERS, "runs:read"))]


@router.get("/workflows", summary="List the graphs that can be started", operation_id="listGraphs")
def list_graphs(_caller: Reader) -> Graphs:
    """List the graphs that can be started."""
    others = [Graph(name=name, nightly=listed.nightly) for name, listed in sorted(WORKFLOWS.items())]
    return Graphs(items=[Graph(name=RECONCILE, nightly=True), Graph(name=ROSTER, nightly=False), *others])


@router.post("/workflows/{id}/runs", status_code=202, summary="Start a graph", operation_id="startRun")
def start_run(
    *, id_: Id, wanted: Annotated[Wanted, Body()], caller: Starter, here: Here, queue: Queue, once: OneTime
) -> Accepted:
    """Accept a run durably; the answer names it, and a worker carries it out."""
    from graphs.runner import new_run

    run = RunId(once.name("run") or new_run())
    values = _values(id_, run, wanted, {calendar.term for calendar in here.institution.calendars})

    def accept() -> Accepted:
        queue.enqueue(id_, run, values)
        here.ledger.append("run.asked", caller.id, run, {"workflow": id_, "dry_run": wanted.dry_run})
        return Accepted(run_id=run, workflow=id_, state=queue.status(run))

    return once.run(Accepted, accept)


def _values(workflow: str, run: RunId, wanted: Wanted, terms: set[str]) -> dict[str, str]:
    """Return the plain values that the graph takes; raises RequestUnreadable where it cannot begin with them."""
    if workflow not in (RECONCILE, ROSTER, *WORKFLOWS):
        raise UnknownAddress(f"There is no graph {workflow}.", field="id", fix="List them at /api/v1/workflows.")
    term = wanted.term or wanted.section.partition("-")[0]
    if term and term not in terms:
        raise RequestUnreadable("The institution has no such term.", field="term", fix="Name one of its calendars.")
    given = {name: value for name, value in wanted.model_dump(exclude={"dry_run"}).items() if value}
    if workflow in _REGISTRATION:
        given = _change_of(run, wanted)
    fits = "term" in given if workflow == RECONCILE else _begins(workflow, run, given)
    if not fits or (wanted.dry_run and workflow == ROSTER):
        fix = "docs/api.md says what each graph needs."
        raise RequestUnreadable(f"The graph {workflow} cannot begin with this.", field="body", fix=fix)
    return {**given, **({"dry_run": "yes"} if wanted.dry_run else {})}


def _change_of(run: RunId, wanted: Wanted) -> dict[str, str]:
    """Return the notification that a registration changed, as the SIS would have sent it."""
    if not wanted.registration:
        return {}
    return {
        "event_id": run,
        "source": "api",
        "resource": "section-registrations",
        "operation": "replaced",
        "resource_id": wanted.registration,
        "published_at": datetime.now(UTC).isoformat(),
    }


def _begins(workflow: str, run: RunId, given: dict[str, str]) -> bool:
    if workflow == ROSTER:
        return bool(given)
    try:
        return begin_work(workflow, run, given) is not None
    except ConfigurationError:
        return False
    except (ProvostError, ValueError, KeyError):
        return False
