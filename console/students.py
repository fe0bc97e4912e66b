"""One student as the reader may see them, and finding one by id; the id travels in a form, never in an address."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console import charts
from console.caseload import CLOSE_REASONS
from console.templating import show
from console.visiting import Signed, provost_of
from domain.alerting import FeedbackOutcome
from domain.errors import AccessDenied
from domain.ids import RecordHandle
from graphs.desks import students as desk

router = APIRouter(prefix="/students", include_in_schema=False)


@router.get("")
def ask_for_one(request: Request, visitor: Signed) -> Response:
    """Show the form that finds a student."""
    return show(request, visitor, "students.html", problem=None)


@router.post("/find")
def find(request: Request, visitor: Signed, student: Annotated[str, Form(max_length=100)]) -> Response:
    """Go to the page of a student whom the reader may see."""
    try:
        person = desk.find_student(provost_of(request), visitor.principal, student)
    except AccessDenied as denied:
        return show(request, visitor, "students.html", status=403, problem=denied)
    return RedirectResponse(f"/students/{person}", status_code=303)


@router.get("/{person}")
def show_student(request: Request, visitor: Signed, person: str, kept: str = "") -> Response:
    """Show one student."""
    found = desk.read_student_page(provost_of(request), visitor.principal, RecordHandle(person))
    parts = {
        alert.id: charts.parts(dict(alert.detail.parts))
        for alert in (found.case.alerts if found.case else ())
        if alert.detail
    }
    return show(
        request,
        visitor,
        "student.html",
        found=found,
        parts_of=parts,
        kept=kept,
        outcomes=tuple(FeedbackOutcome),
        close_reasons=CLOSE_REASONS,
    )
