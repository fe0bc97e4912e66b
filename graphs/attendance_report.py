"""The attendance report: detect, enrich, propose, govern; a nightly run for the registrar (S214 to S217).

It changes nothing in any system. What it proposes is a file, and governing that is putting its hash and its readers on
record. State holds numbers and the file's name; whoever was read about stays in the specialist, which reads again
after a crash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from agents.attendance import ReportFile
from domain.ids import RunId, TermCode
from graphs.channels import checked
from graphs.context import Acting
from graphs.governing import Governor
from graphs.reports import ProgressSink
from graphs.workflow import Found, Workflow, WorkRequest, WorkState, agent

if TYPE_CHECKING:
    from graphs.doors import Doors


class AttendanceRequest(WorkRequest):
    """Which term to report on."""

    workflow: ClassVar[str] = "attendance_report"


class AttendanceSpecialist(Protocol):
    """What the graph asks of its specialist; asking again after a crash is always allowed."""

    def detect(self, request: AttendanceRequest) -> Found:
        """Read every class of the term; stopped where somebody may be missing from it."""
        ...

    def enrich(self, request: AttendanceRequest, found: Found) -> Found:
        """Look closer at the students about whom silence would have to prove something."""
        ...

    def propose(self, request: AttendanceRequest) -> ReportFile:
        """Write the file and return its name and hash."""
        ...

    def record(self, request: AttendanceRequest, file: ReportFile) -> None:
        """Put the file's hash and everybody in it on record, once a run."""
        ...


@dataclass(frozen=True)
class AttendanceActing(Acting):
    """Who acts, with the specialist that the nodes ask."""

    attendance: AttendanceSpecialist


class AttendanceState(WorkState, total=False):
    """A run: what was asked and found, and the file it came to."""

    request: AttendanceRequest
    file: ReportFile


def detect(state: AttendanceState, runtime: Runtime[AttendanceActing]) -> AttendanceState:
    """Read every class of the term."""
    return {"found": runtime.context.attendance.detect(state["request"])}


def enrich(state: AttendanceState, runtime: Runtime[AttendanceActing]) -> AttendanceState:
    """Look closer where silence would have to prove something."""
    return {"found": runtime.context.attendance.enrich(state["request"], state["found"])}


def propose(state: AttendanceState, runtime: Runtime[AttendanceActing]) -> AttendanceState:
    """Write the file."""
    return {"file": runtime.context.attendance.propose(state["request"])}


def govern(state: AttendanceState, runtime: Runtime[AttendanceActing]) -> None:
    """Put the file on record."""
    runtime.context.attendance.record(state["request"], state["file"])


def attendance_report() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    builder = StateGraph(checked(AttendanceState), context_schema=AttendanceActing)
    for node in (detect, enrich, propose, govern):
        builder.add_node(node.__name__, node)
    builder.add_edge(START, "detect")
    builder.add_conditional_edges("detect", lambda state: END if state["found"].stopped else "enrich", ["enrich", END])
    builder.add_edge("enrich", "propose")
    builder.add_edge("propose", "govern")
    builder.add_edge("govern", END)
    return builder


def begin(run: RunId, values: Mapping[str, str]) -> AttendanceRequest | None:
    """Return the request of the nightly run of a term."""
    return AttendanceRequest(run=run, term=TermCode(values["term"])) if values.get("term") else None


def acting(doors: "Doors", request: AttendanceRequest, governor: Governor, progress: ProgressSink) -> AttendanceActing:
    """Put the specialist together; it gets readers and a folder, and no hands."""
    from graphs.attendance_work import open_attendance_work

    work = open_attendance_work(doors, AGENT, progress)
    return AttendanceActing(run=request.run, principal=AGENT, governor=governor, attendance=work)


AGENT = agent("attendance", "attendance:see", "activity:see", "submission:see", "grade:see")
WORKFLOW = Workflow(request=AttendanceRequest, agent=AGENT, graph=attendance_report, acting=acting, begin=begin)
