"""Early alerts and the students they are about, as far as the caller may see them; every look is on record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from console.visiting import visitor_of
from domain.errors import AccessDenied
from domain.ids import RecordHandle
from domain.principals import Principal, Role
from domain.request_errors import UnknownAddress
from graphs.desks.alerts import StudentCase, give_feedback, read_caseload, read_student
from service.api.common import Cursor, Here, Id, Limit, paged
from service.api.idempotent import OneTime
from service.client.records import AlertRead, Feedback, Page, StudentRead
from service.web.permissions import Permission
from store.alerts import Alert

router = APIRouter(tags=["students"])
Advisor = Annotated[Principal, Depends(Permission(frozenset({Role.ADVISOR})))]


@router.get("/alerts", summary="Read the caller's caseload", operation_id="readCaseload")
def read_alerts(
    request: Request, caller: Advisor, here: Here, cursor: Cursor = "", limit: Limit = 50
) -> Page[StudentRead]:
    """Read the advisees about whom there is something to see, highest score first (S260)."""
    items, last = paged(read_caseload(here, caller), cursor, limit)
    return Page(items=[_student(request, case) for case in items], next=last)


@router.get("/students/{id}", summary="Read one student", operation_id="readStudent")
def read_one(request: Request, id_: Id, caller: Advisor, here: Here) -> StudentRead:
    """Read one student whom the caller advises, named by record handle."""
    try:
        return _student(request, read_student(here, caller, RecordHandle(id_)))
    except AccessDenied:
        raise UnknownAddress(
            "There is no such student whom you may see.", field="id", fix="Check the handle."
        ) from None


@router.post("/alerts/{id}/feedback", summary="Say what came of an alert", operation_id="giveFeedback")
def say_feedback(id_: Id, feedback: Feedback, caller: Advisor, here: Here, once: OneTime) -> AlertRead:
    """Keep what the advisor says came of an alert; some outcomes end it (R133)."""

    def give() -> AlertRead:
        return _alert(give_feedback(here, caller, id_, feedback.outcome, feedback.reason))

    return once.run(AlertRead, give)


def _student(request: Request, case: StudentCase) -> StudentRead:
    """Return a student as the visitor may see them; where identities are blurred the handle alone is left (F97)."""
    blurred = visitor_of(request).blurred
    return StudentRead(
        person=case.person,
        sis_id="" if blurred else case.sis_id,
        name="" if blurred else case.name,
        score=case.score,
        alerts=[_alert(one) for one in case.alerts],
    )


def _alert(alert: Alert) -> AlertRead:
    return AlertRead(
        id=alert.id,
        section=str(alert.section),
        issue=alert.issue.value,
        level=alert.level.value,
        intervention=alert.intervention.value,
        state=alert.state.value,
        raised_on=alert.raised_on,
        due_on=alert.due_on,
        reasons=[shown.text for shown in alert.detail.reasons] if alert.detail else [],
        changed_at=alert.changed_at,
    )
