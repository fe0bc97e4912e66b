"""The roster graph and the governed change as tools of the LangGraph family load and run them, by ``langgraph.json``.

Each takes a request in plain values, puts the installation together from ``provost.toml`` when it is run, and hands the
run to the same runner that the command line and the worker use. The run therefore keeps its own sealed checkpoints,
locks and ledger entries, whatever the server keeps, and goes on from the command line or the worker. Nobody is asked
here: an approval counts only where a person with a token gives it, in ``provost approvals``.
"""

from typing import TYPE_CHECKING

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.ids import RunId, TermCode
from domain.records import Record
from graphs.channels import checked
from graphs.governed_change import governed_change
from graphs.reports import AnswerReport, RunReport
from graphs.roster_sync import roster_sync
from graphs.serving import Graph, ReportEnded, build_served, run_alone

if TYPE_CHECKING:
    from graphs.assembly import Provost


class TermRequest(Record):
    """A term to reconcile; ``run`` is given by the graph, so that a repeated step goes on with the same run."""

    term: TermCode
    dry_run: bool = False
    run: RunId | None = None


class RosterBegun(TypedDict):
    """What a caller sends."""

    request: TermRequest


class RosterServed(RosterBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


class WakeRequest(Record):
    """An approval that a person has answered, so that the run that waits for it goes on."""

    approval_id: str


class ChangeBegun(TypedDict):
    """What a caller sends."""

    request: WakeRequest


class ChangeEnded(TypedDict):
    """How the changes ended, once the run has gone on."""

    report: AnswerReport


class ChangeServed(ChangeBegun, ChangeEnded, total=False):
    """What was asked, and how the changes ended."""


def reconcile(provost: "Provost", request: TermRequest) -> RunReport:
    """Reconcile the term that was asked for."""
    return provost.reconcile(request.term, dry_run=request.dry_run, run_id=request.run)


def build_governed_change() -> Graph:
    """Build the graph that carries on a run whose approval was answered; its stages are the governed change's."""
    stages = governed_change().compile(name="governed_change")

    def carry_on(state: ChangeBegun) -> ChangeEnded:
        request = WakeRequest.model_validate(state["request"])
        return {"report": run_alone(stages, lambda provost: provost.wake(request.approval_id))}

    builder = StateGraph(checked(ChangeServed), input_schema=checked(ChangeBegun))
    builder.add_node("carry_on", carry_on)
    builder.add_edge(START, "carry_on")
    builder.add_edge("carry_on", END)
    return builder.compile(name="governed_change")


roster_sync_graph = build_served(
    roster_sync().compile(name="roster_sync"), (RosterServed, RosterBegun), TermRequest, reconcile
)
governed_change_graph = build_governed_change()
