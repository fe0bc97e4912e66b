"""Keeps rosters in line: detect, enrich, propose, and then the governed change.

Two entries share every node: the nightly reconcile over complete snapshots, and one registration event, whose content
is read again first. While provisioning goes its way, a second branch looks at the students' history and proposes cases
for advisors before the first day of class; neither branch waits for the other's approvals (S132 to S140).
"""

import operator
from typing import Annotated, Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.roster.detected import Detection
from domain.plans import Plan
from domain.records import Record
from graphs.channels import checked
from graphs.context import RosterActing
from graphs.governed_change import BranchChannels, build_branch
from graphs.governing import Ended, PlanRef, Populations
from graphs.papers import Paper
from graphs.specialists import Notes, SyncRequest

_ROUNDS = 3


class Proposal(Record):
    """A plan that one branch put to governance."""

    branch: Literal["provisioning", "pre_semester"]
    plan: PlanRef


class Round(Record):
    """How often an event has been looked at, how many parts had ended by then, and whether it is looked at again."""

    number: int = 0
    ended: int = 0
    again: bool = False


class SyncState(TypedDict, total=False):
    """A roster run: what was asked, what was found, what was proposed, how it ended."""

    request: SyncRequest
    round: Round
    detection: Paper
    populations: Populations
    notes: Notes
    proposals: Annotated[list[Proposal], operator.add]
    ended: Annotated[list[Ended], operator.add]


class BranchBegun(TypedDict):
    """What a branch starts from; how earlier looks ended is not handed down, or it would be counted twice."""

    request: SyncRequest
    detection: Paper
    populations: Populations
    notes: Notes


class BranchProposed(TypedDict, total=False):
    """What a branch put to governance, if anything."""

    plan: PlanRef
    proposals: Annotated[list[Proposal], operator.add]


class BranchState(BranchBegun, BranchProposed, total=False):
    """One branch: the findings it starts from, its plan, and how the plan's parts ended."""

    ended: Annotated[list[Ended], operator.add]


class BranchEnded(TypedDict):
    """What a branch hands back."""

    proposals: Annotated[list[Proposal], operator.add]
    ended: Annotated[list[Ended], operator.add]


Graph = CompiledStateGraph[Any, Any, Any, Any]


def detect(state: SyncState, runtime: Runtime[RosterActing]) -> SyncState:
    """Read both systems and find where they disagree; the counts are looked at before anything else (S51, S52)."""
    specialist = runtime.context.roster
    detection = specialist.detect(state["request"])
    return {"detection": Paper.of(detection), "populations": specialist.populations(detection)}


def go_on(state: SyncState) -> str:
    """Stop where the sources cannot be believed or nothing differs; else gather evidence (R66)."""
    detection = state["detection"].read(Detection)
    return "conclude" if detection.stopped else "enrich"


def enrich(state: SyncState, runtime: Runtime[RosterActing]) -> SyncState:
    """Gather what else is known about what was found; each discrepancy already rests on both systems (S70)."""
    found = state["detection"].read(Detection)
    return {"notes": runtime.context.roster.enrich(state["request"], found)}


def propose(state: BranchState, runtime: Runtime[RosterActing]) -> BranchProposed:
    """Turn discrepancies into one plan of changes, in order."""
    found = state["detection"].read(Detection)
    plan = runtime.context.roster.propose(state["request"], found, state["notes"])
    return _proposal("provisioning", plan, runtime)


def look_ahead(state: BranchState, runtime: Runtime[RosterActing]) -> BranchProposed:
    """Propose pre-semester cases from history alone, without waiting for LMS activity (S135)."""
    plan = runtime.context.roster.look_ahead(state["request"], state["detection"].read(Detection))
    return _proposal("pre_semester", plan, runtime)


def conclude(state: SyncState) -> SyncState:
    """Close a look; an event whose records moved meanwhile is looked at again, a few times (R52)."""
    before, ended = state.get("round") or Round(), state.get("ended", [])
    moved = sum(part.outcomes.conflicts for part in ended[before.ended :])
    again = bool(moved) and state["request"].kind == "event" and before.number + 1 < _ROUNDS
    return {"round": Round(number=before.number + 1, ended=len(ended), again=again)}


_BRANCH = BranchChannels(BranchState, BranchBegun, BranchEnded, RosterActing)


def _proposal(
    branch: Literal["provisioning", "pre_semester"], plan: Plan, runtime: Runtime[RosterActing]
) -> BranchProposed:
    if not plan.changes:
        return {}
    kept = runtime.context.governor.keep(plan)
    return {"plan": kept, "proposals": [Proposal(branch=branch, plan=kept)]}


def roster_sync() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    builder = StateGraph(checked(SyncState), context_schema=RosterActing)
    builder.add_node("detect", detect)
    builder.add_node("enrich", enrich)
    builder.add_node("provisioning", build_branch("provisioning", propose, _BRANCH))
    builder.add_node("pre_semester", build_branch("pre_semester", look_ahead, _BRANCH))
    builder.add_node("conclude", conclude)
    builder.add_edge(START, "detect")
    builder.add_conditional_edges("detect", go_on, ["enrich", "conclude"])
    builder.add_edge("enrich", "provisioning")
    builder.add_edge("enrich", "pre_semester")
    builder.add_edge(["provisioning", "pre_semester"], "conclude")
    builder.add_conditional_edges("conclude", lambda state: "detect" if state["round"].again else END, ["detect", END])
    return builder
