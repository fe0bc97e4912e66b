"""An advising case that somebody asked for in the chat: detect, enrich, propose, govern (S140, R135).

It always waits for a person: the assigned advisor, who alone answers for it. Whoever asked is named in the plan's
evidence by their principal; what they wrote is not part of it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from domain.calendar import local_day
from domain.changes import OpenCase, Tier, digest
from domain.evidence import Evidence
from domain.ids import RecordHandle, RuleId, SectionKey
from domain.images import Image
from domain.plans import Plan
from domain.records import Record
from graphs.context import Acting
from graphs.governed_change import build_spine
from graphs.governing import Governor, PlanRef
from graphs.reports import ProgressSink
from graphs.workflow import Found, Proposed, Workflow, WorkRequest, WorkState, agent, put_forward

if TYPE_CHECKING:
    from graphs.doors import Doors

TOPIC = "advising case"
DAYS = 5
"""Campus days until somebody should have spoken with the student."""
_MARKER_LENGTH = 20


class CaseRequest(WorkRequest):
    """For whom a case is asked for, in which class, what about, and by whom."""

    workflow: ClassVar[str] = "advising_case"

    person: RecordHandle
    section: str
    about: str
    asked_by: str

    @property
    def key(self) -> SectionKey:
        """The section."""
        key = SectionKey.parse(self.section)
        assert key is not None
        return key


class Assigned(Record):
    """Who advises the student; None where nobody does, and then any advisor may take the case up."""

    advisor: RecordHandle | None = None


@dataclass(frozen=True)
class CaseActing(Acting):
    """Who acts, with the doors that the nodes read through; they have no hands."""

    doors: "Doors"


class CaseState(WorkState, total=False):
    """A run: what was asked, who advises the student, and the plan."""

    request: CaseRequest
    assigned: Assigned
    plan: PlanRef | None


def detect(state: CaseState, runtime: Runtime[CaseActing]) -> CaseState:
    """Read who advises the student now."""
    request, doors = state["request"], runtime.context.doors
    found = doors.readers.relationships.read_advisors(doors.identities.person(request.person))
    handles = doors.identities.handles(list(found.rows)) if found.complete else {}
    return {"assigned": Assigned(advisor=next(iter(handles.values()), None))}


def enrich(state: CaseState) -> CaseState:
    """Count what is known."""
    return {"found": Found(counts={"advisors": int(state["assigned"].advisor is not None)})}


def propose(state: CaseState, runtime: Runtime[CaseActing]) -> Proposed:
    """Propose the case."""
    acting = runtime.context
    plan = plan_case(state["request"], state["assigned"].advisor, acting)
    return put_forward(plan, acting.governor)


def plan_case(request: CaseRequest, advisor: RecordHandle | None, acting: CaseActing) -> Plan:
    """Return the plan of one case; the same wish on the same day is the same case."""
    now = acting.doors.clock.now()
    today = local_day(now, acting.doors.institution.zone)
    seed = [TOPIC, request.person, request.section, request.about, today.isoformat()]
    marker = f"provost-{digest(seed)[:_MARKER_LENGTH]}"
    shows = f"asked for in the advising chat by {request.asked_by}"
    case = OpenCase(
        rule=RuleId("S140"),
        tier=Tier.PROPOSE,
        topic=TOPIC,
        before=Image.absent(),
        after=Image(fields={"marker": marker}),
        confidence_basis="a person asked",
        evidence=(
            Evidence(source="chat", record=f"seat {request.section} {request.person}", shows=shows, read_at=now),
        ),
        person=request.person,
        section=request.key,
        tag=f"Advising: {request.about}",
        marker=marker,
        reasons=(f"Somebody who may see the student asked for a case about {request.about}.",),
        outreach="Speak with the student.",
        due_on=today + timedelta(days=DAYS),
        assignee=advisor,
    )
    return Plan(run=request.run, topic=TOPIC, requested_by=acting.principal.id, made_at=now, changes=(case,))


def advising_case() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    return build_spine((detect, enrich, propose), CaseState, CaseActing)


def acting(doors: "Doors", request: CaseRequest, governor: Governor, _progress: ProgressSink) -> CaseActing:
    """Put together who acts."""
    return CaseActing(run=request.run, principal=AGENT, governor=governor, doors=doors)


AGENT = agent("advisor", "alerts:open_case")
"""The advisor's own identity: all that it may ever ask for in a plan (S174)."""
WORKFLOW = Workflow(request=CaseRequest, agent=AGENT, graph=advising_case, acting=acting)
