"""The weekly course insights as tools of the LangGraph family load and run them, by ``langgraph.json``."""

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.ids import RunId, TermCode
from domain.records import Record
from graphs.insights_weekly import WeeklyRequest, course_insights
from graphs.reports import RunReport
from graphs.serving import ReportEnded, build_served

if TYPE_CHECKING:
    from graphs.assembly import Provost


class InsightsLook(Record):
    """A term to look over; ``run`` is given by the graph. The file stays in the installation's own folder."""

    term: TermCode
    dry_run: bool = False
    run: RunId | None = None


class InsightsBegun(TypedDict):
    """What a caller sends."""

    request: InsightsLook


class InsightsServed(InsightsBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


def report(provost: "Provost", request: InsightsLook) -> RunReport:
    """Look over the term that was asked for."""
    return provost.work(WeeklyRequest.model_validate(request.model_dump()))


course_insights_graph = build_served(
    course_insights().compile(name="course_insights"),
    (InsightsServed, InsightsBegun),
    InsightsLook,
    report,
)
