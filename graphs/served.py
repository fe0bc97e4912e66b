"""The graphs as tools of the LangGraph family load and run them, by ``langgraph.json``.

Each takes a request in plain values, puts the installation together from ``provost.toml`` when it is run, and hands the
run to the same runner that the command line and the worker use. The run therefore keeps its own sealed checkpoints,
locks and ledger entries, whatever the server keeps, and goes on from the command line or the worker. Nobody is asked
here: an approval counts only where a person with a token gives it, in ``provost approvals``.
"""

import contextvars
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.ids import RunId, TermCode
from domain.records import Record
from graphs.channels import checked
from graphs.governed_change import governed_change
from graphs.reports import AnswerReport, RunReport
from graphs.roster_sync import roster_sync

if TYPE_CHECKING:
    from graphs.assembly import Provost

Graph = CompiledStateGraph[Any, Any, Any, Any]
T = TypeVar("T")
_PREFIX = "srv"
_log = structlog.get_logger(__name__)


class TermRequest(Record):
    """A term to reconcile; ``run`` is given by the graph, so that a repeated step goes on with the same run."""

    term: TermCode
    dry_run: bool = False
    run: RunId | None = None


class RosterBegun(TypedDict):
    """What a caller sends."""

    request: TermRequest


class RosterEnded(TypedDict):
    """What the run came to."""

    report: RunReport


class RosterServed(RosterBegun, RosterEnded, total=False):
    """What was asked, and what the run came to."""


class WakeRequest(Record):
    """An approval that a person has answered, so that the run that waits for it goes on."""

    approval_id: str


class ChangeBegun(TypedDict):
    """What a caller sends."""

    request: WakeRequest


class ChangeEnded(TypedDict):
    """How the changes ended."""

    report: AnswerReport


class ChangeServed(ChangeBegun, ChangeEnded, total=False):
    """What was asked, and how the changes ended."""


def accept(state: RosterBegun) -> RosterBegun:
    """Check the request and give it a run id, in a step of its own: what follows may be repeated after a crash."""
    from graphs.runner import new_run

    asked = TermRequest.model_validate(state["request"])
    return {"request": asked.model_copy(update={"run": new_run(_PREFIX)})}


def build_roster_sync() -> Graph:
    """Build the graph that reconciles a term from the settings; its stages are those of ``graphs.roster_sync``."""
    stages = roster_sync().compile(name="roster_sync")

    def reconcile(state: RosterBegun) -> RosterEnded:
        return {"report": _run(stages, lambda provost: _reconcile(provost, state["request"]))}

    builder = StateGraph(checked(RosterServed), input_schema=checked(RosterBegun))
    builder.add_node("accept", accept)
    builder.add_node("reconcile", reconcile)
    builder.add_edge(START, "accept")
    builder.add_edge("accept", "reconcile")
    builder.add_edge("reconcile", END)
    return builder.compile(name="roster_sync")


def build_governed_change() -> Graph:
    """Build the graph that carries on a run whose approval was answered; its stages are the governed change's."""
    stages = governed_change().compile(name="governed_change")

    def carry_on(state: ChangeBegun) -> ChangeEnded:
        request = WakeRequest.model_validate(state["request"])
        return {"report": _run(stages, lambda provost: provost.wake(request.approval_id))}

    builder = StateGraph(checked(ChangeServed), input_schema=checked(ChangeBegun))
    builder.add_node("carry_on", carry_on)
    builder.add_edge(START, "carry_on")
    builder.add_edge("carry_on", END)
    return builder.compile(name="governed_change")


def _run(stages: Graph, work: Callable[["Provost"], T]) -> T:
    """Do the work in an installation put together for it alone, apart from the server's own run.

    In a context of its own, because LangGraph would take the run for a part of the server's and keep its checkpoints
    with the server's, unsealed. ``stages`` is named so that tools show what the run goes through.
    """

    def alone() -> T:
        from graphs.assembly import assemble
        from graphs.settings import load_settings

        with assemble(load_settings()) as provost:
            return work(provost)

    _log.info("a served graph runs", graph=stages.name)
    return contextvars.Context().run(alone)


def _reconcile(provost: "Provost", request: TermRequest) -> RunReport:
    return provost.reconcile(request.term, dry_run=request.dry_run, run_id=request.run)


roster_sync_graph = build_roster_sync()
governed_change_graph = build_governed_change()
