"""Early alert: detect, enrich, propose and govern, twice over, so that nothing is drafted before staff have been told.

First scores, cases and tickets, which only tell staff; then, for the alerts that stand at the desk, the drafts of
messages, each of which waits for its own person (S140). Two entries share every node: the nightly look at a term, and
activity or grade events of one class, which score their students only (S74). Nothing in state names a person or holds
their words.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from agents.early_alert.proposal import Enriched
from agents.early_alert.signalled import Signals
from domain.ids import RecordHandle, RunId, SectionKey, TermCode
from domain.plans import Plan
from graphs.channels import checked
from graphs.context import Acting
from graphs.governed_change import governed_change
from graphs.governing import Ended, Governor, PlanRef
from graphs.papers import Paper
from graphs.reports import ProgressSink
from graphs.workflow import Found, Proposed, Workflow, WorkRequest, WorkState, agent, put_forward

if TYPE_CHECKING:
    from graphs.doors import Doors


class AlertRequest(WorkRequest):
    """What a run looks at: a whole term, or students of one section after events.

    ``person`` stands in place of ``people`` in runs that an earlier version began.
    """

    workflow: ClassVar[str] = "early_alert"

    section: str = ""
    person: RecordHandle = RecordHandle("")
    people: tuple[RecordHandle, ...] = ()

    @property
    def whom(self) -> tuple[SectionKey, tuple[RecordHandle, ...]] | None:
        """The students, where events named any."""
        key = SectionKey.parse(self.section)
        named = self.people or ((self.person,) if self.person else ())
        return (key, named) if key is not None and named else None


class AlertSpecialist(Protocol):
    """What the graph asks of its specialist; asking again after a crash is always allowed."""

    def detect(self, request: AlertRequest) -> Signals:
        """Read what is new, score, and choose whom to alert about."""
        ...

    def enrich(self, request: AlertRequest, signals: Signals) -> Enriched:
        """Find who answers, what helped before, what is due and what the knowledge base says."""
        ...

    def propose(self, request: AlertRequest, signals: Signals, enriched: Enriched) -> Plan:
        """Put the alerts into the book and return the scores, cases and tickets that tell staff."""
        ...

    def settle(self, request: AlertRequest, enriched: Enriched) -> None:
        """Write down which alerts stand at the desk now, and which were not let through."""
        ...

    def draft(self, request: AlertRequest, enriched: Enriched) -> Plan:
        """Return the messages for the alerts that stand; each waits for its own person."""
        ...

    def conclude(self, request: AlertRequest, signals: Signals, enriched: Enriched, ended: list[Ended]) -> Found:
        """Write down which messages went out, end what is over, and return what was found."""
        ...


@dataclass(frozen=True)
class AlertActing(Acting):
    """Who acts, with the specialist that the nodes ask."""

    alerts: AlertSpecialist


class AlertState(WorkState, total=False):
    """An alert run: what was asked, found, gathered and proposed, and how it ended."""

    request: AlertRequest
    signals: Paper
    enriched: Paper
    plan: PlanRef | None
    proposals: Annotated[list[PlanRef], operator.add]
    ended: Annotated[list[Ended], operator.add]


def detect(state: AlertState, runtime: Runtime[AlertActing]) -> AlertState:
    """Read what is new and find who may need somebody."""
    signals = runtime.context.alerts.detect(state["request"])
    found = Found(counts=dict(signals.counts), findings=signals.findings, stopped=signals.stopped)
    return {"signals": Paper.of(signals), "found": found}


def enrich(state: AlertState, runtime: Runtime[AlertActing]) -> AlertState:
    """Gather what else matters for each alert, and where it goes."""
    found = runtime.context.alerts.enrich(state["request"], state["signals"].read(Signals))
    return {"enriched": Paper.of(found)}


def propose(state: AlertState, runtime: Runtime[AlertActing]) -> Proposed:
    """Propose what tells staff: scores, cases and tickets."""
    signals, enriched = state["signals"].read(Signals), state["enriched"].read(Enriched)
    acting = runtime.context
    return put_forward(acting.alerts.propose(state["request"], signals, enriched), acting.governor)


def settle(state: AlertState, runtime: Runtime[AlertActing]) -> None:
    """See which alerts stand at the desk."""
    runtime.context.alerts.settle(state["request"], state["enriched"].read(Enriched))


def draft(state: AlertState, runtime: Runtime[AlertActing]) -> Proposed:
    """Propose messages for the alerts that stand, after staff have been told (S140)."""
    acting = runtime.context
    return put_forward(acting.alerts.draft(state["request"], state["enriched"].read(Enriched)), acting.governor)


def conclude(state: AlertState, runtime: Runtime[AlertActing]) -> AlertState:
    """Write down what went out, and end what is over."""
    signals = state["signals"].read(Signals)
    enriched = state["enriched"].read(Enriched) if "enriched" in state else Enriched()
    return {"found": runtime.context.alerts.conclude(state["request"], signals, enriched, state.get("ended", []))}


def early_alert() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    builder = StateGraph(checked(AlertState), context_schema=AlertActing)
    for node in (detect, enrich, propose, settle, draft, conclude):
        builder.add_node(node.__name__, node)
    builder.add_node("govern", governed_change().compile(name="governed_change"))
    builder.add_node("govern_messages", governed_change().compile(name="governed_change"))
    builder.add_edge(START, "detect")
    builder.add_conditional_edges("detect", _go_on, ["enrich", "conclude"])
    builder.add_edge("enrich", "propose")
    builder.add_conditional_edges(
        "propose", lambda state: "govern" if state["plan"] else "settle", ["govern", "settle"]
    )
    builder.add_edge("govern", "settle")
    builder.add_edge("settle", "draft")
    after = ["govern_messages", "conclude"]
    builder.add_conditional_edges("draft", lambda state: after[0] if state["plan"] else after[1], after)
    builder.add_edge("govern_messages", "conclude")
    builder.add_edge("conclude", END)
    return builder


def _go_on(state: AlertState) -> str:
    """Stop where nothing may be concluded."""
    return "conclude" if state["signals"].read(Signals).stopped else "enrich"


def begin(run: RunId, values: Mapping[str, str]) -> AlertRequest | None:
    """Return the request of the nightly run of a term, or of events that name a section and students by handle."""
    section, named = values.get("section", ""), values.get("people", values.get("person", "")).split()
    if section and named:
        key, people = SectionKey.parse(section), tuple(map(RecordHandle, named))
        return AlertRequest(run=run, term=key.term, section=section, people=people) if key else None
    return AlertRequest(run=run, term=TermCode(values["term"])) if values.get("term") else None


def acting(doors: "Doors", request: AlertRequest, governor: Governor, progress: ProgressSink) -> AlertActing:
    """Put the specialist together; it gets readers and our own book, and no hands."""
    from graphs.alert_opening import open_alert_work

    work = open_alert_work(doors, request, AGENT, progress)
    return AlertActing(run=request.run, principal=AGENT, governor=governor, alerts=work)


AGENT = agent("early_alert", "alerts:*", "messages:send_message", "tickets:*", "knowledge:search")
WORKFLOW = Workflow(request=AlertRequest, agent=AGENT, graph=early_alert, acting=acting, begin=begin)
