"""The attendance report as tools of the LangGraph family load and run it, by ``langgraph.json``."""

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.ids import RunId, TermCode
from domain.records import Record
from graphs.attendance_report import AttendanceRequest, attendance_report
from graphs.reports import RunReport
from graphs.serving import ReportEnded, build_served

if TYPE_CHECKING:
    from graphs.assembly import Provost


class AttendanceLook(Record):
    """A term to report on; ``run`` is given by the graph. The file stays in the installation's own folder."""

    term: TermCode
    dry_run: bool = False
    run: RunId | None = None


class AttendanceBegun(TypedDict):
    """What a caller sends."""

    request: AttendanceLook


class AttendanceServed(AttendanceBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


def report(provost: "Provost", request: AttendanceLook) -> RunReport:
    """Report on the term that was asked for."""
    return provost.work(AttendanceRequest.model_validate(request.model_dump()))


attendance_report_graph = build_served(
    attendance_report().compile(name="attendance_report"),
    (AttendanceServed, AttendanceBegun),
    AttendanceLook,
    report,
)
