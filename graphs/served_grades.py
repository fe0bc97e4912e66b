"""Grade passback as tools of the LangGraph family load and run it, by ``langgraph.json``."""

from typing import TYPE_CHECKING

from pydantic import field_validator
from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.errors import InvalidRecord
from domain.grades import GradeColumn
from domain.ids import RunId, SectionKey
from domain.records import Record
from graphs.grade_passback import grade_passback
from graphs.grade_specialist import GradeRequest
from graphs.reports import RunReport
from graphs.serving import ReportEnded, build_served

if TYPE_CHECKING:
    from graphs.assembly import Provost


class PassbackRequest(Record):
    """A section's grades to look at and, where a grader has attested them, to carry; ``run`` is given by the graph."""

    section: str
    column: GradeColumn = GradeColumn.FINAL
    dry_run: bool = False
    run: RunId | None = None

    @field_validator("section")
    @classmethod
    def _names_a_section(cls, section: str) -> str:
        if SectionKey.parse(section) is None:
            raise InvalidRecord("That is no section.", field="section", fix="Write TERM-CRN, such as 202680-12345.")
        return section


class PassbackBegun(TypedDict):
    """What a caller sends."""

    request: PassbackRequest


class PassbackServed(PassbackBegun, ReportEnded, total=False):
    """What was asked, and what the run came to."""


def pass_back(provost: "Provost", request: PassbackRequest) -> RunReport:
    """Look at the grades of the section that was asked for, and carry what has been attested."""
    section = SectionKey.parse(request.section)
    assert section is not None
    assert request.run is not None
    return provost.work(
        GradeRequest(
            run=request.run, term=section.term, section=section, column=request.column, dry_run=request.dry_run
        )
    )


grade_passback_graph = build_served(
    grade_passback().compile(name="grade_passback"), (PassbackServed, PassbackBegun), PassbackRequest, pass_back
)
