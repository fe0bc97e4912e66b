"""Course insights each week: detect the classes of a term, enrich, propose one file of findings, put it on record.

It changes nothing in any system. The file holds numbers with small cells hidden and names nobody; its hash goes into
the ledger, so that whoever reads it later knows that it is the one that was written (S106, S107, R29).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from domain.calendar import local_day
from domain.errors import ConfigurationError
from domain.ids import RunId, TermCode
from domain.records import Record
from graphs.attendance_work import write_whole
from graphs.channels import checked
from graphs.context import Acting
from graphs.course_insights import AGENT, EVERYTHING, CourseInsights, InsightsRequest
from graphs.governing import Governor
from graphs.reports import ProgressSink
from graphs.workflow import Found, Workflow, WorkRequest, WorkState, agent

if TYPE_CHECKING:
    from graphs.doors import Doors

WRITTEN = "insights.written"


class WeeklyRequest(WorkRequest):
    """Which term to look over."""

    workflow: ClassVar[str] = "course_insights"


class InsightsFile(Record):
    """One file as written."""

    term: TermCode
    day: date
    name: str
    sha256: str
    classes: int


@dataclass(frozen=True)
class WeeklyActing(Acting):
    """Who acts, with the installation that is asked."""

    doors: "Doors"
    progress: ProgressSink

    def request(self, term: TermCode) -> InsightsRequest:
        """Return the question about the whole of a term, asked by the agent itself."""
        return InsightsRequest(asked=EVERYTHING, term=term, reader=self.principal)


class WeeklyState(WorkState, total=False):
    """A run: what was asked, what was found, and the file it came to."""

    request: WeeklyRequest
    file: InsightsFile


def detect(state: WeeklyState, runtime: Runtime[WeeklyActing]) -> WeeklyState:
    """Count the classes of the term; without one the run is over."""
    acting, term = runtime.context, state["request"].term
    try:
        classes = CourseInsights(acting.doors, acting.progress).detect(acting.request(term))
    except ConfigurationError:
        return {"found": Found(counts={"classes": 0})}
    return {"found": Found(counts={"classes": len(classes)})}


def propose(state: WeeklyState, runtime: Runtime[WeeklyActing]) -> WeeklyState:
    """Read every class, enrich it with what was opened, and write the file; nothing is written in a dry run."""
    acting, term = runtime.context, state["request"].term
    found = CourseInsights(acting.doors, acting.progress).ask(acting.request(term))
    content = (found.model_dump_json(indent=2) + "\n").encode("utf-8")
    day = local_day(acting.doors.clock.now(), acting.doors.institution.zone)
    name = f"{term}-{day:%Y%m%d}.json"
    if not state["request"].dry_run:
        folder = acting.doors.settings.home / "insights"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(folder / name, content)
    counts = {**state["found"].counts, "comparisons": found.compared, "quiet classes": len(found.quiet)}
    written = InsightsFile(
        term=term, day=day, name=name, sha256=hashlib.sha256(content).hexdigest(), classes=found.classes
    )
    return {"file": written, "found": Found(counts=counts)}


def govern(state: WeeklyState, runtime: Runtime[WeeklyActing]) -> None:
    """Put the file on record."""
    acting, request = runtime.context, state["request"]
    if not request.dry_run:
        body = state["file"].model_dump(mode="json")
        acting.doors.ledger.append(WRITTEN, acting.principal.id, request.run, body)


def course_insights() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    builder = StateGraph(checked(WeeklyState), context_schema=WeeklyActing)
    for node in (detect, propose, govern):
        builder.add_node(node.__name__, node)
    builder.add_edge(START, "detect")
    builder.add_conditional_edges(
        "detect", lambda state: "propose" if state["found"].counts["classes"] else END, ["propose", END]
    )
    builder.add_edge("propose", "govern")
    builder.add_edge("govern", END)
    return builder


def begin(run: RunId, values: Mapping[str, str]) -> WeeklyRequest | None:
    """Return the request of the weekly run of a term."""
    return WeeklyRequest(run=run, term=TermCode(values["term"])) if values.get("term") else None


def acting(doors: "Doors", request: WeeklyRequest, governor: Governor, progress: ProgressSink) -> WeeklyActing:
    """Put together who acts; it gets readers and a folder, and no hands."""
    return WeeklyActing(run=request.run, principal=INSIGHTS_AGENT, governor=governor, doors=doors, progress=progress)


INSIGHTS_AGENT = agent(AGENT.removeprefix("agent:"), "grade:aggregate", "activity:aggregate")
WORKFLOW = Workflow(request=WeeklyRequest, agent=INSIGHTS_AGENT, graph=course_insights, acting=acting, begin=begin)
