"""The learning path as tools of the LangGraph family load and run it, by ``langgraph.json``."""

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic words no other before 3.12

from agents.paths import Driver
from domain.ids import RecordHandle, RunId
from domain.records import Record
from graphs.learning_path import PathRequest, learning_path
from graphs.reports import RunReport
from graphs.serving import ReportEnded, build_served

if TYPE_CHECKING:
    from graphs.assembly import Provost


class PathQuestion(Record):
    """Whose path in which class, by record handle, and what set it off; the path itself is not part of the answer."""

    person: RecordHandle
    section: str
    driver: Driver = Driver.NOTE
    dry_run: bool = False
    run: RunId | None = None


class PathBegun(TypedDict):
    """What a caller sends."""

    request: PathQuestion


class PathServed(PathBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


def propose_path(provost: "Provost", request: PathQuestion) -> RunReport:
    """Propose the path that was asked for."""
    return provost.work(PathRequest.model_validate(request.model_dump()))


learning_path_graph = build_served(
    learning_path().compile(name="learning_path"), (PathServed, PathBegun), PathQuestion, propose_path
)
