"""Approvals: what waits for the caller, what exactly would change, and the answer, bound to one plan hash.

Only people answer, as themselves; a program may see that something waits, not what it is about.
"""

from typing import Annotated

from fastapi import APIRouter, Depends

from domain.changes import Change
from domain.ids import RunId
from domain.principals import Principal, PrincipalKind, Role
from domain.request_errors import UnknownAddress
from governance.inbox import ApprovalView
from service.api.common import Cursor, Here, Id, Limit, Queue, paged
from service.api.idempotent import OneTime
from service.client.records import AnswerRead, ApprovalDetail, ApprovalRead, ChangeRead, Given, Page
from service.web.permissions import PEOPLE, Permission
from store.plans import ApprovalState

router = APIRouter(tags=["approvals"])
APPROVERS = PEOPLE - {Role.STUDENT}
Viewer = Annotated[Principal, Depends(Permission(APPROVERS, "approvals:read"))]
Answerer = Annotated[Principal, Depends(Permission(APPROVERS))]


@router.get("/approvals", summary="List what waits", operation_id="listApprovals")
def list_approvals(caller: Viewer, here: Here, cursor: Cursor = "", limit: Limit = 50) -> Page[ApprovalRead]:
    """List what waits for the caller, by role and relationship; for a program, all that waits."""
    person = caller.kind is PrincipalKind.PERSON
    views = here.inbox(caller) if person else here.approvals.find(ApprovalState.PENDING)
    items, last = paged(views, cursor, limit)
    return Page(items=[_read(view) for view in items], next=last)


@router.get("/approvals/{id}", summary="Read one request with its plan", operation_id="readApproval")
def read_approval(id_: Id, caller: Answerer, here: Here) -> ApprovalDetail:
    """Read one request that waits for the caller, with every change."""
    view = next((one for one in here.inbox(caller) if one.id == id_), None)
    if view is None:
        fix = "List what waits for you at /api/v1/approvals."
        raise UnknownAddress("No such request waits for you.", field="id", fix=fix)
    gone = set(view.superseded)
    plan = [_change(change, superseded=change.change_id in gone) for change in view.plan.changes]
    return ApprovalDetail(**_read(view).model_dump(), plan=plan)


@router.post("/approvals/{id}/answers", summary="Answer a request", operation_id="answerApproval")
def answer_approval(*, id_: Id, given: Given, caller: Answerer, here: Here, queue: Queue, once: OneTime) -> AnswerRead:
    """Take a person's answer and let the waiting run go on; a stale hash or a used request is refused."""

    def answer() -> AnswerRead:
        state = here.approvals.answer(id_, given.plan_hash, caller, given.decision, given.reason)
        view, complete = here.approvals.show(id_), state is not ApprovalState.PENDING
        if complete:
            queue.resume(RunId(view.thread), view.interrupt or view.id, {"approval_id": view.id})
        return AnswerRead(approval_id=id_, run_id=view.thread, state=state.value, complete=complete)

    return once.run(AnswerRead, answer)


def _read(view: ApprovalView) -> ApprovalRead:
    return ApprovalRead(
        id=view.id,
        state=view.state.value,
        topic=view.plan.topic,
        plan_hash=view.asked_for,
        run_id=view.thread,
        requested_by=view.plan.requested_by,
        changes=len(view.plan.changes),
        needed=view.needed,
        answered=len(view.answers),
        expires_at=view.expires_at,
    )


def _change(change: Change, *, superseded: bool) -> ChangeRead:
    return ChangeRead(
        id=change.change_id,
        kind=change.kind,
        target=change.target,
        rule=change.rule,
        topic=change.topic,
        risk=change.risk.value,
        reversibility=change.reversibility.value,
        confidence=str(change.confidence),
        before=change.before.model_dump(mode="json"),
        after=change.after.model_dump(mode="json"),
        superseded=superseded,
    )
