"""Early alert as tools of the LangGraph family load and run it, by ``langgraph.json``."""

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.ids import RecordHandle, RunId, TermCode
from domain.records import Record
from graphs.early_alert import AlertRequest, early_alert
from graphs.reports import RunReport
from graphs.serving import ReportEnded, build_served

if TYPE_CHECKING:
    from graphs.assembly import Provost


class AlertLook(Record):
    """A term to look at, or one student of a section by record handle; ``run`` is given by the graph."""

    term: TermCode
    section: str = ""
    person: RecordHandle = RecordHandle("")
    dry_run: bool = False
    run: RunId | None = None


class AlertBegun(TypedDict):
    """What a caller sends."""

    request: AlertLook


class AlertServed(AlertBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


def look(provost: "Provost", request: AlertLook) -> RunReport:
    """Look at the term or the student that was asked for."""
    return provost.work(AlertRequest.model_validate(request.model_dump()))


early_alert_graph = build_served(early_alert().compile(name="early_alert"), (AlertServed, AlertBegun), AlertLook, look)
