"""The registrar's board, and the switches of the ladder, which move with a reason and on record (S231 to S239)."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console import charts
from console.templating import show
from console.visiting import Signed, provost_of
from domain.errors import InvalidRecord
from graphs.desks import sync_board as desk

router = APIRouter(prefix="/sync", include_in_schema=False)
Text = Annotated[str, Form(max_length=2000)]


@router.get("")
def show_board(request: Request, visitor: Signed, moved: str = "") -> Response:
    """Show the board."""
    provost = provost_of(request)
    board = desk.read_board(provost, visitor.principal)
    runs = list(reversed(board.impact.runs))
    return show(
        request,
        visitor,
        "sync.html",
        board=board,
        chain=desk.check_ledger(provost),
        found=charts.line([run.found for run in runs]),
        runs=runs,
        moved=moved,
    )


@router.post("/verify")
def verify(request: Request, visitor: Signed) -> Response:
    """Walk the whole ledger and show what was found."""
    found = desk.verify_ledger(provost_of(request), visitor.principal)
    return show(request, visitor, "ledger.html", found=found, status=200 if found.ok else 500)


@router.post("/step-back")
def step_back(request: Request, visitor: Signed, action: Text, reason: Text = "") -> Response:
    """Return an action to the phase before; what it wrote since is proposed for undoing."""
    domain, kind = _action(action)
    if not reason.strip():
        raise InvalidRecord("A reason is needed.", field="reason", fix="Say in a few words why.")
    report = provost_of(request).step_back(domain, kind, visitor.principal, reason=reason)
    return show(request, visitor, "stepped_back.html", report=report)


@router.post("/promote")
def promote(request: Request, visitor: Signed, action: Text, shown: Text, shown_in: Text = "") -> Response:
    """Let an action that was lowered rise one phase, with the metric shown."""
    domain, kind = _action(action)
    try:
        value = Decimal(shown)
    except InvalidOperation as odd:
        raise InvalidRecord("The metric is no number.", field="shown", fix="Give it as a number, such as 1.") from odd
    provost_of(request).promote(domain, kind, visitor.principal, shown=value, shown_in=shown_in.strip())
    return RedirectResponse(f"/sync?moved={domain}:{kind}#ladder", status_code=303)


def _action(word: str) -> tuple[str, str]:
    domain, _, kind = word.partition(":")
    return domain, kind
