"""The learning path: detect, enrich, propose, govern; set off by an advisor's note or a risk driver (S91 to S95, S172).

What it proposes is one message to the student, which waits for the assigned advisor. The path itself, shown on request
to those it is for, needs no run. State holds record handles and addresses; titles and
reasons, which quote what anyone may have written, do not enter it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from agents.paths import Driver, LearningPath, View
from domain.ids import RecordHandle, RunId, SectionKey
from graphs.context import Acting
from graphs.governed_change import build_spine
from graphs.governing import Governor, PlanRef
from graphs.papers import Paper
from graphs.path_work import PathWork
from graphs.reports import ProgressSink
from graphs.workflow import Found, Proposed, Workflow, WorkRequest, WorkState, agent, put_forward

if TYPE_CHECKING:
    from graphs.doors import Doors


class PathRequest(WorkRequest):
    """Whose path in which class, by handle and section key, and what set it off."""

    workflow: ClassVar[str] = "learning_path"

    section: str
    person: RecordHandle
    driver: Driver = Driver.NOTE

    @property
    def key(self) -> SectionKey:
        """The section."""
        key = SectionKey.parse(self.section)
        assert key is not None
        return key


@dataclass(frozen=True)
class PathActing(Acting):
    """Who acts, with the specialist that the nodes ask."""

    paths: PathWork


class PathState(WorkState, total=False):
    """A run: what was asked, the path, and the plan it came to."""

    request: PathRequest
    path: Paper
    plan: PlanRef | None


def detect(state: PathState, runtime: Runtime[PathActing]) -> PathState:
    """Find the student's needs and what answers them, as far as the agent's own scopes reach."""
    request, acting = state["request"], runtime.context
    path = acting.paths.show(acting.principal, request.person, request.key, View.STUDENT, request.run)
    return {"path": Paper.of(without_words(path))}


def without_words(path: LearningPath) -> LearningPath:
    """Return the path without titles and sentences."""
    bare = {"title": "", "module": "", "reason": ""}
    kept = tuple(one.model_copy(update=bare) for one in path.recommendations)
    return path.model_copy(update={"recommendations": kept})


def enrich(state: PathState) -> PathState:
    """Count what was found and what could not be looked at."""
    path = state["path"].read(LearningPath)
    counts = {"recommendations": len(path.recommendations), "citations": len(path.citations)}
    return {"found": Found(counts={**counts, "not known": len(path.not_known)})}


def propose(state: PathState, runtime: Runtime[PathActing]) -> Proposed:
    """Propose the message to the student."""
    request, acting = state["request"], runtime.context
    path = state["path"].read(LearningPath)
    return put_forward(acting.paths.plan(request.run, acting.principal, path, request.driver), acting.governor)


def learning_path() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    return build_spine((detect, enrich, propose), PathState, PathActing)


def begin(run: RunId, values: Mapping[str, str]) -> PathRequest | None:
    """Return the request of an event that names a section, a student by handle, and what set it off."""
    key, person = SectionKey.parse(values.get("section", "")), values.get("person", "")
    if key is None or not person:
        return None
    driver = Driver(values.get("driver", Driver.NOTE))
    return PathRequest(run=run, term=key.term, section=str(key), person=RecordHandle(person), driver=driver)


def acting(doors: "Doors", request: PathRequest, governor: Governor, _progress: ProgressSink) -> PathActing:
    """Put the specialist together; it gets readers, and no hands."""
    work = PathWork(doors, keeps=not request.dry_run)
    return PathActing(run=request.run, principal=AGENT, governor=governor, paths=work)


AGENT = agent(
    "learning_path",
    *("activity:see", "submission:see", "grade:see", "history:see", "program:see"),
    *("messages:send_message", "knowledge:search"),
)
WORKFLOW = Workflow(request=PathRequest, agent=AGENT, graph=learning_path, acting=acting, begin=begin)
