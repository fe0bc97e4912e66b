"""What follows when a student leaves a class, or asks what leaving would mean (S111 to S121).

Two entries share every node: a registration that changed in the SIS, whose content is read again first, and a student's
question, after which nothing is written but the statement and, where wanted, one ticket. Evidence of engagement is kept
before anything else (R116). Then two branches part: the LMS status, which waits for nobody, and the notices, whose one
approval may take its time. A student who registers again meanwhile ends the matter (R51).
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.drop.seat import CONCERNS, Seat
from domain.drops import DropFacts
from domain.ids import RunId
from domain.ports import FeedEvent
from graphs.channels import checked
from graphs.context import Acting
from graphs.drop_specialist import DropRequest, DropSpecialist
from graphs.governed_change import BranchChannels, build_branch
from graphs.governing import Ended, PlanRef, Populations
from graphs.papers import Paper
from graphs.workflow import Found, Proposed, Workflow, WorkState, agent, put_forward

DROP_AGENT = agent(
    "drop", "roster:deactivate", "messages:send_message", "alerts:open_case", "tickets:*", "knowledge:search"
)


@dataclass(frozen=True)
class DropActing(Acting):
    """Who acts in a drop run, with the specialist it asks."""

    drop: DropSpecialist


class DropState(WorkState, total=False):
    """A drop run: what was asked, how the student stands, what the statement rests on."""

    request: DropRequest
    seat: Paper
    facts: Paper


class BranchBegun(TypedDict, total=False):
    """What a branch starts from."""

    request: DropRequest
    seat: Paper
    facts: Paper


class BranchState(BranchBegun, total=False):
    """One branch: its plan, and how the plan's parts ended."""

    plan: PlanRef | None
    populations: Populations
    proposals: Annotated[list[PlanRef], operator.add]
    ended: Annotated[list[Ended], operator.add]


class BranchEnded(TypedDict, total=False):
    """What a branch hands back."""

    proposals: Annotated[list[PlanRef], operator.add]
    ended: Annotated[list[Ended], operator.add]


Graph = CompiledStateGraph[Any, Any, Any, Any]


def detect(state: DropState, runtime: Runtime[DropActing]) -> DropState:
    """Read the registration anew; most changes of a registration are no drop, and end here (R52)."""
    seat = runtime.context.drop.detect(state["request"])
    if seat is None:
        return {"found": Found()}
    return {"seat": Paper.of(seat), "found": Found(counts={seat.state.value: 1})}


def go_on(state: DropState) -> str:
    """Go on where a student left, asks, or came back after leaving; else there is nothing to do."""
    seat = state["seat"].read(Seat) if "seat" in state else None
    return "enrich" if seat is not None and seat.state in CONCERNS else END


def enrich(state: DropState, runtime: Runtime[DropActing]) -> DropState:
    """Keep the evidence and gather schedule, account, progress, flags, engagement and work (S113 to S116)."""
    facts = runtime.context.drop.enrich(state["request"], state["seat"].read(Seat))
    return {"facts": Paper.of(facts)}


def propose_access(state: BranchState, runtime: Runtime[DropActing]) -> BranchState:
    """Propose the end of access by the rules of the roster, which own the LMS status (S117)."""
    plan, populations = runtime.context.drop.propose_access(state["request"], state["seat"].read(Seat))
    proposed = put_forward(plan, runtime.context.governor)
    return {"plan": proposed["plan"], "proposals": proposed["proposals"], "populations": populations}


def propose_notices(state: BranchState, runtime: Runtime[DropActing]) -> Proposed:
    """Make the statement and propose what follows from it, under one reference (S118 to S120)."""
    seat, facts = state["seat"].read(Seat), state["facts"].read(DropFacts)
    plan = runtime.context.drop.propose_notices(state["request"], seat, facts)
    return put_forward(plan, runtime.context.governor)


_BRANCH = BranchChannels(BranchState, BranchBegun, BranchEnded, DropActing)


def drop_withdrawal() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    builder = StateGraph(checked(DropState), context_schema=DropActing)
    builder.add_node("detect", detect)
    builder.add_node("enrich", enrich)
    builder.add_node("access", build_branch("access", propose_access, _BRANCH))
    builder.add_node("notices", build_branch("notices", propose_notices, _BRANCH))
    builder.add_edge(START, "detect")
    builder.add_conditional_edges("detect", go_on, ["enrich", END])
    for branch in ("access", "notices"):
        builder.add_edge("enrich", branch)
        builder.add_edge(branch, END)
    return builder


def begin_drop(run: RunId, values: Mapping[str, str]) -> DropRequest | None:
    """Return the request of a change of a registration; a schedule has nothing to ask here."""
    if "resource_id" not in values:
        return None
    return DropRequest(run=run, event=FeedEvent.model_validate(dict(values)))


def _acting(*given: Any) -> DropActing:  # noqa: ANN401 the doors, the request, the governor and the progress sink
    from graphs.drop_doors import put_to_work

    return put_to_work(*given)


WORKFLOW: Workflow[DropRequest] = Workflow(
    request=DropRequest, agent=DROP_AGENT, graph=drop_withdrawal, acting=_acting, begin=begin_drop
)
