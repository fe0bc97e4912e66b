"""The ledger for people: of one student, of one run, and the file a student may ask for (R26, S90, S119)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.templating import show
from console.visiting import Signed, provost_of
from domain.ids import RecordHandle
from graphs.desks import audit as desk
from graphs.desks.student_file import export_student

router = APIRouter(include_in_schema=False)


@router.get("/students/{person}/audit")
def show_student(request: Request, visitor: Signed, person: str, before: int | None = None) -> Response:
    """Show who looked at a student and what was done about them, newest first."""
    trail = desk.read_student_trail(provost_of(request), visitor.principal, RecordHandle(person), before)
    return show(request, visitor, "audit_student.html", trail=trail)


@router.post("/students/{person}/export")
def export(request: Request, visitor: Signed, person: str) -> Response:
    """Hand out a student's file; that it was handed out is on record."""
    lines = export_student(provost_of(request), visitor.principal, RecordHandle(person))
    name = f"student-file-{person.removeprefix('per_')}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response("".join(f"{line}\n" for line in lines), media_type="application/jsonl", headers=headers)


@router.get("/runs/{run_id}")
def show_run(request: Request, visitor: Signed, run_id: str, before: int | None = None) -> Response:
    """Show what one run put on record, newest first."""
    trail = desk.read_run_trail(provost_of(request), visitor.principal, run_id, before)
    return show(request, visitor, "audit_run.html", trail=trail)
