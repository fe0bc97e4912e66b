"""What a workflow is to whoever runs it: its name, its agent, its graph, and who acts in it.

Each graph's module says ``WORKFLOW = Workflow(...)`` and stands in ``graphs.workflows``; from there the runner,
recovery, the worker and approvals treat all of them alike. By convention a state has the channels ``request``,
``found`` (numbers for the report), ``proposals`` and ``ended``; whatever else a graph needs is its own.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypedDict, TypeVar

from pydantic import Field

from domain.findings import Finding
from domain.ids import RunId, TermCode
from domain.plans import Plan
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Record
from graphs.context import Acting
from graphs.governing import Ended, Governor, PlanRef
from graphs.reports import ProgressSink

if TYPE_CHECKING:
    from langgraph.graph import StateGraph

    from graphs.doors import Doors


class WorkRequest(Record):
    """What one run of a workflow is asked to do; each workflow adds its own fields and says its name."""

    workflow: ClassVar[str]

    run: RunId
    term: TermCode = TermCode("")
    dry_run: bool = False


class Found(Record):
    """What a run found, by number and as findings for staff; ``stopped`` says that nothing may be concluded."""

    counts: dict[str, int] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stopped: bool = False


class WorkState(TypedDict, total=False):
    """The channels that every workflow has, beside those of its own."""

    found: Found
    proposals: Annotated[list[PlanRef], operator.add]
    ended: Annotated[list[Ended], operator.add]


class Proposed(TypedDict):
    """What a node that proposes hands on: the plan that was put to governance, if there was anything in it."""

    plan: PlanRef | None
    proposals: list[PlanRef]


def put_forward(plan: Plan, governor: Governor) -> Proposed:
    """Keep a plan for governance; one without changes is no proposal."""
    kept = governor.keep(plan) if plan.changes else None
    return {"plan": kept, "proposals": [kept] if kept else []}


R = TypeVar("R", bound=WorkRequest)


@dataclass(frozen=True)
class Workflow(Generic[R]):
    """One workflow. ``begin`` makes the request of an event or a schedule from its plain values, or None to pass.

    ``acting`` puts the specialist together that the nodes ask; it gets no hands, only readers and the governor.
    ``spread`` turns the night's values for a term into those of one run each, where one run is not the whole term's.
    """

    request: type[R]
    agent: Principal
    graph: Callable[[], "StateGraph[Any, Any, Any, Any]"]
    acting: Callable[["Doors", R, Governor, ProgressSink], Acting]
    begin: Callable[[RunId, Mapping[str, str]], R | None] | None = None
    spread: Callable[["Doors", Mapping[str, str]], Iterable[Mapping[str, str]]] | None = None

    @property
    def name(self) -> str:
        """The workflow's name, which is the kind of its runs."""
        return self.request.workflow


def agent(name: str, *scopes: str) -> Principal:
    """Return the identity of a specialist: what it may ask for, whatever the policy would allow others (S174)."""
    return Principal(
        id=f"agent:{name}", kind=PrincipalKind.AGENT, roles=frozenset({Role.AGENT}), scopes=frozenset(scopes)
    )
