"""How a graph is served to tools of the LangGraph family: take a request, run it in an installation of its own."""

import contextvars
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict  # pydantic words no other before 3.12

from graphs.channels import checked
from graphs.reports import RunReport

if TYPE_CHECKING:
    from domain.records import Record
    from graphs.assembly import Provost

Graph = CompiledStateGraph[Any, Any, Any, Any]
T = TypeVar("T")
Values = dict[str, Any]
_PREFIX = "srv"
_log = structlog.get_logger(__name__)


class ReportEnded(TypedDict):
    """What the run came to."""

    report: RunReport


def build_served(
    stages: Graph,
    channels: tuple[type, type],
    asked: "type[Record]",
    work: Callable[["Provost", Any], RunReport],
) -> Graph:
    """Build a graph that runs ``work`` for a request; ``channels`` are the classes of its whole state and its input.

    The request gets its run id in a step of its own, so that a repeated second step goes on with the same run.
    ``asked`` is the request's class, which has the field ``run``; ``stages`` is what tools show of the run.
    """

    def accept(state: Values) -> Values:
        from graphs.runner import new_run

        return {"request": asked.model_validate(state["request"]).model_copy(update={"run": new_run(_PREFIX)})}

    def run(state: Values) -> Values:
        return {"report": run_alone(stages, lambda provost: work(provost, state["request"]))}

    whole, begun = channels
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(checked(whole), input_schema=checked(begun))
    builder.add_node("accept", cast(Any, accept), input_schema=begun)
    builder.add_node("run", cast(Any, run), input_schema=begun)
    builder.add_edge(START, "accept")
    builder.add_edge("accept", "run")
    builder.add_edge("run", END)
    return builder.compile(name=stages.name)


def run_alone(stages: Graph, work: Callable[["Provost"], T]) -> T:
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
