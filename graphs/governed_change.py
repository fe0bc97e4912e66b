"""The subgraph every workflow ends in: decide, approve, record, apply, verify.

Deciding splits a plan. Each part is carried out by a subgraph of its own, all in the same step, so that what is
automatic goes on while what is held waits for its person, and one answer does not wait for the others. Asking happens
before the node that waits and writing after it, because LangGraph runs a waiting node again from its start on resume.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple, TypedDict, cast

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send, interrupt

from governance.authority import Authority
from governance.decided import Waiver
from graphs.channels import checked
from graphs.context import Acting
from graphs.governing import Answer, Ask, Ended, PlanRef, Populations, Split
from graphs.reports import Outcomes


class GovernedBegun(TypedDict, total=False):
    """What a governed change starts from."""

    plan: PlanRef
    populations: Populations


class GovernedState(GovernedBegun, total=False):
    """A plan, how it was split, and how each part ended."""

    waiver: Waiver | None
    split: Split
    ended: Annotated[list[Ended], operator.add]


class PartState(TypedDict, total=False):
    """One part of a plan on its way: asked for, answered, allowed, ended."""

    plan: PlanRef
    ask: Ask | None
    answer: Answer
    authority: Authority | Waiver | None
    ended: Annotated[list[Ended], operator.add]


class PartEnded(TypedDict):
    """What a part hands back."""

    ended: Annotated[list[Ended], operator.add]


Graph = CompiledStateGraph[Any, Any, Any, Any]


def decide(state: GovernedState, runtime: Runtime[Acting]) -> GovernedState:
    """Split the plan by policy; what was denied or suppressed ends here, counted."""
    populations = state.get("populations") or Populations()
    split = runtime.context.governor.decide(state["plan"], populations, state.get("waiver"))
    ended = Outcomes(denied=split.denied, shadow=split.shadow, reported=split.reported, suppressed=split.suppressed)
    refused = [_ended(state["plan"], "denied", ended)] if ended != Outcomes() else []
    return {"split": split, "ended": refused}


def send_parts(state: GovernedState) -> list[Send] | str:
    """Send the automatic part and every held part on their way at once."""
    split = state["split"]
    parts: list[PartState] = [{"plan": plan} for plan in split.held]
    if split.automatic is not None:
        parts.append({"plan": split.automatic, "authority": split.authority})
    return [Send("carry_out", part) for part in parts] or "close"


def close(state: GovernedState) -> GovernedState:
    """Take up a waiver that was granted: the same plan is decided again, without the limits (R58)."""
    granted = [ended.waiver for ended in state.get("ended", []) if ended.waiver is not None]
    waived = [plan for plan in state["split"].held if granted and plan.plan_hash == granted[-1].plan_hash]
    return {"waiver": granted[-1], "plan": waived[0]} if waived else {"waiver": None}


def after_close(state: GovernedState) -> str:
    """Decide again where the limits had stopped the plan and a waiver has since been granted; else end."""
    return "decide" if state.get("waiver") and state["split"].stopped else END


def request(state: PartState, runtime: Runtime[Acting]) -> PartState:
    """Ask for approval, once; the approval row exists before the run waits."""
    ask = runtime.context.governor.request(state["plan"])
    if ask is not None:
        return {"ask": ask}
    return {"ask": None, "ended": [_ended(state["plan"], "held", Outcomes(held=state["plan"].changes))]}


def approve(state: PartState) -> PartState:
    """Wait for a person. Nothing happens here before the interrupt, and nothing is written here after it."""
    ask = cast(Ask, state["ask"])
    return {"answer": interrupt(ask.model_dump(mode="json"), response_schema=Answer)}


def allow(state: PartState, runtime: Runtime[Acting]) -> PartState:
    """Read the approval row again: an answer that is rejected, expired, replaced or unknown allows nothing."""
    ask = cast(Ask, state["ask"])
    authority = runtime.context.governor.authority(ask)
    if isinstance(authority, Authority):
        return {"authority": authority}
    if isinstance(authority, Waiver):
        return {"authority": None, "ended": [_ended(state["plan"], "waived", Outcomes(), ask.approval_id, authority)]}
    smaller = runtime.context.governor.instead(ask)
    if smaller is not None:
        left_out = Outcomes(rejected=state["plan"].changes - smaller.changes)
        return {"plan": smaller, "ask": None, "authority": None, "ended": [_ended(state["plan"], "edited", left_out)]}
    rejected = Outcomes(rejected=state["plan"].changes)
    return {"authority": None, "ended": [_ended(state["plan"], state["answer"].decision, rejected, ask.approval_id)]}


def after_allow(state: PartState) -> str:
    """Go on where a person approved; ask anew where an edit put a smaller plan in its place; else end."""
    if state.get("authority"):
        return "record"
    return END if state.get("ask") else "request"


def record(state: PartState, runtime: Runtime[Acting]) -> None:
    """Settle what an earlier attempt left in flight, then put on record that the plan goes to the gate."""
    runtime.context.governor.record(state["plan"], cast(Authority, state["authority"]))


def apply(state: PartState, runtime: Runtime[Acting]) -> None:
    """Apply the part through the gate, the one door to a write."""
    runtime.context.governor.apply(state["plan"], cast(Authority, state["authority"]))


def verify(state: PartState, runtime: Runtime[Acting]) -> PartState:
    """Count what was read back; that alone is success (R75)."""
    outcomes = runtime.context.governor.verify(state["plan"])
    authority = cast(Authority, state["authority"])
    approval = authority.reference if authority.kind == "approval" else ""
    return {"ended": [_ended(state["plan"], "applied", outcomes, approval)]}


def build_part() -> Graph:
    """Build the subgraph that carries out one part."""
    builder = StateGraph(checked(PartState), context_schema=Acting, output_schema=checked(PartEnded))
    for node in (request, approve, allow, record, apply, verify):
        builder.add_node(node.__name__, cast(Any, node))
    builder.add_conditional_edges(START, lambda part: "record" if part.get("authority") else "request")
    builder.add_conditional_edges("request", lambda part: "approve" if part.get("ask") else END)
    builder.add_edge("approve", "allow")
    builder.add_conditional_edges("allow", after_allow)
    builder.add_edge("record", "apply")
    builder.add_edge("apply", "verify")
    builder.add_edge("verify", END)
    return builder.compile(name="carry_out")


def governed_change() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled alone with a checkpointer or as a node of another graph."""
    builder = StateGraph(checked(GovernedState), context_schema=Acting, input_schema=checked(GovernedBegun))
    builder.add_node("decide", decide)
    builder.add_node("carry_out", build_part())
    builder.add_node("close", close)
    builder.add_edge(START, "decide")
    builder.add_conditional_edges("decide", send_parts, ["carry_out", "close"])
    builder.add_edge("carry_out", "close")
    builder.add_conditional_edges("close", after_close, ["decide", END])
    return builder


class BranchChannels(NamedTuple):
    """The classes of a branch's channels: all of them, those it begins from, those it hands back; and who acts."""

    state: type
    begun: type
    ended: type
    context: type


def build_branch(name: str, first: Any, channels: BranchChannels) -> Graph:  # noqa: ANN401 a node
    """Build one branch of a workflow: ``first`` proposes a plan, and what it proposes is governed."""
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(
        checked(channels.state),
        context_schema=channels.context,
        input_schema=checked(channels.begun),
        output_schema=checked(channels.ended),
    )
    builder.add_node("propose", first)
    builder.add_node("govern", governed_change().compile(name="governed_change"))
    builder.add_edge(START, "propose")
    builder.add_conditional_edges("propose", lambda branch: "govern" if branch.get("plan") else END, ["govern", END])
    builder.add_edge("govern", END)
    return builder.compile(name=name)


def build_spine(steps: Sequence[Callable[..., Any]], state: type, context: type) -> "StateGraph[Any, Any, Any, Any]":
    """Build a workflow of one plan: its steps in order, then what the last proposes is governed, if it proposes any."""
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(checked(state), context_schema=context)
    builder.add_sequence([(step.__name__, step) for step in steps])
    builder.add_node("govern", governed_change().compile(name="governed_change"))
    builder.add_edge(START, steps[0].__name__)
    last = steps[-1].__name__
    builder.add_conditional_edges(last, lambda now: "govern" if now["plan"] else END, ["govern", END])
    builder.add_edge("govern", END)
    return builder


def _ended(plan: PlanRef, state: str, outcomes: Outcomes, approval_id: str = "", waiver: Waiver | None = None) -> Ended:
    return Ended(
        plan_hash=plan.plan_hash,
        topic=plan.topic,
        state=state,
        changes=plan.changes,
        outcomes=outcomes,
        approval_id=approval_id,
        waiver=waiver,
    )
