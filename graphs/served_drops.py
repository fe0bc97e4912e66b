"""Drop and withdrawal as tools of the LangGraph family load and run it, by ``langgraph.json``."""

from datetime import date
from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.ids import RecordHandle, RunId
from domain.records import Record
from graphs.drop_specialist import DropRequest
from graphs.drop_withdrawal import drop_withdrawal
from graphs.reports import RunReport
from graphs.serving import ReportEnded, build_served

if TYPE_CHECKING:
    from graphs.assembly import Provost


class DropQuestion(Record):
    """What leaving a class would mean for a student, named by record handle: a server may keep requests in clear.

    The statement is not part of the answer, for the same reason; ``provost drop show`` has it, for who may see it.
    """

    person: RecordHandle
    section: str
    on: date | None = None
    ticket: bool = False
    run: RunId | None = None


class DropBegun(TypedDict):
    """What a caller sends."""

    request: DropQuestion


class DropServed(DropBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


def state_impact(provost: "Provost", request: DropQuestion) -> RunReport:
    """State what the drop that was asked about would mean."""
    return provost.work(DropRequest.model_validate(request.model_dump()))


drop_withdrawal_graph = build_served(
    drop_withdrawal().compile(name="drop_withdrawal"), (DropServed, DropBegun), DropQuestion, state_impact
)
