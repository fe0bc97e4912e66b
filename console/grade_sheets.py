"""The grade sheet of a class: look, answer holds and questions, enter, attest, and have the grades carried (R92, S88).

Every act goes through the one desk for grades, as the commands do. An attestation counts for the sheet whose hash its
form carries and for no other. ``service.web`` says which roles each of the three routers opens to.
"""

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from console.entry_form import EntryForm
from console.sections import class_of
from console.templating import show
from console.visiting import Signed, Visitor, engine_of, provost_of
from domain.errors import ApprovalRequired, ApprovalStale, ConfigurationError, InvalidRecord
from domain.grade_holds import HoldState
from domain.grades import GradeColumn
from domain.ids import RecordHandle, SectionKey
from domain.records import Record
from graphs.desks import grade_sheet as desk
from graphs.desks.sections import column_now
from graphs.grade_desk import GradeDesk

if TYPE_CHECKING:
    from graphs.assembly import Provost

BASE = "/sections/{section}/grades"
looking, answering, grading = (APIRouter(prefix=BASE, include_in_schema=False) for _ in range(3))
"""Pages to look at, what a grader or the registrar does, and what a grader alone does."""
ANSWERS = (HoldState.RELEASED, HoldState.CONFIRMED, HoldState.CORRECTED)


class Place(NamedTuple):
    """One sheet and who has it open."""

    request: Request
    visitor: Visitor
    key: SectionKey
    column: GradeColumn

    @property
    def provost(self) -> "Provost":
        """The installation that is asked."""
        return provost_of(self.request)

    @property
    def path(self) -> str:
        """Where the sheet is."""
        return f"/sections/{self.key}/grades/{self.column.value}"


def place_of(request: Request, visitor: Signed, section: str, column: Literal["interim", "final"]) -> Place:
    """Return the sheet that an address names; AccessDenied where it names no class."""
    return Place(request, visitor, class_of(section), GradeColumn(column))


Here = Annotated[Place, Depends(place_of)]
Run = Annotated[str, Query(pattern=r"^(run_[0-9a-f]{1,40})?$")]


class AnswerForm(Record):
    """What the form of one hold sends: the hold, what it is to be, and why; ``csrf`` was checked before."""

    csrf: str = ""
    hold: str = Field(max_length=100)
    answer: str = Field(max_length=20)
    reason: str = Field("", max_length=500)


class AttestForm(Record):
    """What the form of the attestation sends: the hash of the sheet that was looked at."""

    csrf: str = ""
    sheet_hash: str = Field(min_length=64, max_length=64)


@looking.get("")
def choose_column(request: Request, visitor: Signed, section: str) -> Response:
    """Go to the sheet of the column whose time it is."""
    key = class_of(section)
    return _back(Place(request, visitor, key, column_now(provost_of(request), key)))


@looking.get("/{column}")
def show_sheet(here: Here, said: str = "", run: Run = "") -> Response:
    """Show one sheet."""
    return _sheet(here, said=said, run=run)


@looking.get("/{column}/students/{person}")
def show_student(here: Here, person: str) -> Response:
    """Show one student of a sheet, and the form for what only the instructor can say."""
    page = desk.read_sheet(here.provost, here.visitor.principal, here.key, here.column)
    row = desk.find_row(page, RecordHandle(person))
    return show(here.request, here.visitor, "grade_entry.html", page=page, row=row, path=here.path)


@answering.post("/{column}/answer")
def answer(here: Here, given: Annotated[AnswerForm, Form()]) -> Response:
    """Answer a hold or question with its reason; the sheet that follows may be another."""
    try:
        GradeDesk(here.provost).answer(here.visitor.principal, given.hold, _state_of(given.answer), given.reason)
    except InvalidRecord as refused:
        return _sheet(here, problem=refused, status=422)
    return _back(here, "?said=answered")


@answering.post("/{column}/send")
def send(here: Here) -> Response:
    """Have a worker carry what was attested; nothing is written before the registrar lets it go."""
    engine = engine_of(here.request)
    if engine is None:
        fix = f"Use the command: provost grades send {here.key}"
        raise ConfigurationError("This process starts no runs.", field="queue", fix=fix)
    try:
        run = desk.ask_to_send(here.provost, here.visitor.principal, here.key, here.column, engine)
    except ApprovalRequired as refused:
        return _stale(here, refused)
    return _back(here, f"?run={run}")


@grading.post("/{column}/attest")
def attest(here: Here, given: Annotated[AttestForm, Form()]) -> Response:
    """Take a grader's word on exactly the sheet that the page showed."""
    try:
        GradeDesk(here.provost).attest(here.visitor.principal, here.key, here.column, given.sheet_hash)
    except (ApprovalStale, ApprovalRequired) as refused:
        return _stale(here, refused)
    return _back(here, "?said=attested")


@grading.post("/{column}/students/{person}")
def enter(here: Here, person: str, given: Annotated[EntryForm, Form()]) -> Response:
    """Keep what only the instructor can say of a student, in place of what was said before."""
    entry = given.entry_of(RecordHandle(person))
    GradeDesk(here.provost).enter(here.visitor.principal, here.key, here.column, entry)
    return _back(here, "?said=entered#students")


def _state_of(word: str) -> HoldState:
    found = next((one for one in ANSWERS if one.value == word), None)
    if found is None:
        raise InvalidRecord("There is no such answer.", field="answer", fix="Release, confirm or correct it.")
    return found


def _sheet(
    here: Place, *, said: str = "", run: str = "", problem: InvalidRecord | None = None, status: int = 200
) -> Response:
    engine = engine_of(here.request)
    page = desk.read_sheet(here.provost, here.visitor.principal, here.key, here.column)
    return show(
        here.request,
        here.visitor,
        "grade_sheet.html",
        status=status,
        page=page,
        path=here.path,
        said=said,
        request_run=run,
        work=engine.status(run) if engine and run else "",
        runs_here=engine is not None,
        problem=problem,
    )


def _stale(here: Place, refused: ApprovalStale | ApprovalRequired) -> Response:
    """Say why an attestation or a start did not count, with the way back; nothing was done."""
    return show(
        here.request,
        here.visitor,
        "grade_sheet_stale.html",
        status=409,
        key=here.key,
        path=here.path,
        refused=refused,
        moved=isinstance(refused, ApprovalStale),
    )


def _back(here: Place, rest: str = "") -> Response:
    """Return to the sheet, which tells what was kept."""
    return RedirectResponse(f"{here.path}{rest}", status_code=303)
