"""The inbox of approvals: pages of what waits, one request whole, and the answers a person gives (S43, S260).

An answer counts for the plan hash that its form carries and for nothing else; one that comes too late gets a page that
says what became of the request. Everything works without a script; with one, single keys do it.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from console.places import place_of, place_words
from console.templating import show
from console.visiting import Signed, Visitor, provost_of
from domain.changes import Risk
from domain.errors import ApprovalStale, InvalidRecord
from domain.records import Record
from graphs.desks import approvals as desk

router = APIRouter(prefix="/approvals", include_in_schema=False)
CHANGES = 40
"""Changes of one plan that a page shows."""
Text = Annotated[str, Form(max_length=2000)]


class AnswerForm(Record):
    """What the forms of one request send: the plan that was looked at, a reason, and for an edit what is to stay.

    ``csrf`` was checked before the request came here.
    """

    csrf: str = ""
    plan_hash: str
    reason: str = Field("", max_length=2000)
    keep: tuple[str, ...] = ()


Given = Annotated[AnswerForm, Form()]
Chosen = Annotated[list[str], Form()]


@router.get("")
def list_waiting(request: Request, visitor: Signed, after: str = "") -> Response:
    """Show a page of what waits for the reader."""
    waiting = desk.read_inbox(provost_of(request), visitor.principal, place_of(after))
    lines = [
        {"view": view, "risk": desk.highest_risk(view.plan.changes), "alone": desk.are_alike([view])}
        for view in waiting.page.views
    ]
    following = place_words(waiting.page.after)
    return show(request, visitor, "approvals.html", waiting=waiting, lines=lines, following=following, after=after)


@router.post("/together")
def confirm_together(request: Request, visitor: Signed, chosen: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006
    """Show once more what would be approved together; nothing is approved by looking."""
    provost, who = provost_of(request), visitor.principal
    found = [desk.read_request(provost, who, approval_id) for approval_id in chosen]
    alike = bool(found) and desk.are_alike([one.view for one in found])
    return show(request, visitor, "approvals_together.html", found=found, alike=alike, status=200 if alike else 422)


@router.post("/together/approve")
def approve_together(request: Request, visitor: Signed, chosen: Chosen, reason: Text = "") -> Response:
    """Approve several equal requests of low risk, each by the hash that was shown."""
    pairs = [(approval_id, plan_hash) for approval_id, _, plan_hash in (one.partition(":") for one in chosen)]
    done = desk.answer_all(provost_of(request), visitor.principal, pairs, reason)
    return show(request, visitor, "approvals_done.html", done=done)


@router.get("/{approval_id}")
def show_request(request: Request, visitor: Signed, approval_id: str, start: int = 0) -> Response:
    """Show one request: who asks, what changes, why, how far it reaches, how to undo it."""
    return _page(request, visitor, approval_id, start=start)


@router.post("/{approval_id}/approve")
def approve(request: Request, visitor: Signed, approval_id: str, given: Given) -> Response:
    """Let exactly this plan go on, and show what came of it."""
    return _answer(request, visitor, approval_id, "approve", given)


@router.post("/{approval_id}/reject")
def reject(request: Request, visitor: Signed, approval_id: str, given: Given) -> Response:
    """End this plan; a reason is needed, for the ledger and for whoever asked."""
    if not given.reason.strip():
        missing = InvalidRecord("A rejection needs a reason.", field="reason", fix="Say in a few words why.")
        return _page(request, visitor, approval_id, problem=missing, status=422)
    return _answer(request, visitor, approval_id, "reject", given)


@router.post("/{approval_id}/edit")
def edit(request: Request, visitor: Signed, approval_id: str, given: Given) -> Response:
    """Leave changes out: this request ends, and a new one for the smaller plan waits for a fresh decision."""
    wanted = desk.Edit(approval_id, given.plan_hash, frozenset(given.keep), given.reason)
    try:
        smaller = desk.edit_request(provost_of(request), visitor.principal, wanted)
    except ApprovalStale as stale:
        return _stale(request, visitor, approval_id, stale)
    except InvalidRecord as refused:
        return _page(request, visitor, approval_id, problem=refused, status=422)
    return RedirectResponse(f"/approvals/{smaller}", status_code=303)


def _page(
    request: Request,
    visitor: Visitor,
    approval_id: str,
    *,
    start: int = 0,
    problem: InvalidRecord | None = None,
    status: int = 200,
) -> Response:
    found = desk.read_request(provost_of(request), visitor.principal, approval_id)
    changes = found.view.plan.changes
    return show(
        request,
        visitor,
        "approval.html",
        status=status,
        found=found,
        changes=changes[start : start + CHANGES],
        start=start,
        following=start + CHANGES if len(changes) > start + CHANGES else None,
        risk=desk.highest_risk(changes),
        risky=desk.highest_risk(changes) is not Risk.LOW,
        undo=desk.explain_undo,
        problem=problem,
    )


def _answer(
    request: Request, visitor: Visitor, approval_id: str, decision: Literal["approve", "reject"], given: AnswerForm
) -> Response:
    provost, who = provost_of(request), visitor.principal
    desk.read_request(provost, who, approval_id)
    try:
        report = provost.answer(approval_id, who, decision, plan_hash=given.plan_hash, reason=given.reason)
    except ApprovalStale as stale:
        return _stale(request, visitor, approval_id, stale)
    view = provost.approvals.show(approval_id)
    return show(request, visitor, "approval_answered.html", report=report, view=view)


def _stale(request: Request, visitor: Visitor, approval_id: str, stale: ApprovalStale) -> Response:
    """Say what became of a request that can no longer be answered; nothing was done a second time."""
    view = provost_of(request).approvals.show(approval_id)
    return show(request, visitor, "approval_stale.html", status=409, view=view, stale=stale)
