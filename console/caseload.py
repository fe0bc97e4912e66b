"""An advisor's students by risk, and what they say came of an alert (S133, R133)."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console import charts
from console.templating import show
from console.visiting import Signed, provost_of
from console.wording import word_day
from domain.alerting import FeedbackOutcome
from domain.errors import InvalidRecord
from domain.rules.alert_policy import CloseReason
from graphs.desks import alerts as desk

router = APIRouter(include_in_schema=False)
PAGE, DAYS = 25, 14
CLOSE_REASONS = tuple(reason for reason in CloseReason if reason is not CloseReason.TERM_ENDED)
Text = Annotated[str, Form(max_length=2000)]


@router.get("/caseload")
def show_caseload(request: Request, visitor: Signed, start: int = 0, closed: bool = False) -> Response:
    """Show the reader's students, highest score first."""
    provost = provost_of(request)
    cases = desk.read_caseload(provost, visitor.principal, everything=closed, named=False)
    scores = [int(case.score) for case in cases if case.score]
    raised = Counter(alert.raised_on for case in cases for alert in case.alerts)
    days = _last_days(provost.clock.now().astimezone(provost.institution.zone).date())
    start = max(start, 0)
    return show(
        request,
        visitor,
        "caseload.html",
        cases=desk.name_cases(provost, visitor.principal, cases[start : start + PAGE]),
        total=len(cases),
        start=start,
        page=PAGE,
        following=start + PAGE if len(cases) > start + PAGE else None,
        closed=closed,
        spread=charts.score_bins(scores),
        trend=charts.bars([raised[day] for day in days], [word_day(day) for day in days]),
        scores=scores,
        open_alerts=sum(alert.is_open for case in cases for alert in case.alerts),
        outcomes=tuple(FeedbackOutcome),
    )


@router.post("/alerts/{alert_id}/feedback")
def give_feedback(request: Request, visitor: Signed, alert_id: str, outcome: Text, reason: Text = "") -> Response:
    """Keep what came of an alert, with its reason."""
    try:
        meant = FeedbackOutcome(outcome)
    except ValueError as unknown:
        raise InvalidRecord("There is no such outcome.", field="outcome", fix="Choose one of the list.") from unknown
    kept = desk.give_feedback(provost_of(request), visitor.principal, alert_id, meant, reason)
    return RedirectResponse(f"/students/{kept.person}?kept={alert_id}#{alert_id}", status_code=303)


@router.post("/alerts/{alert_id}/close")
def close(request: Request, visitor: Signed, alert_id: str, because: Text, reason: Text = "") -> Response:
    """Close an alert with its reason."""
    chosen = next((one for one in CLOSE_REASONS if one.value == because), None)
    if chosen is None:
        raise InvalidRecord("There is no such reason.", field="because", fix="Choose one of the list.")
    kept = desk.close_alert(provost_of(request), visitor.principal, alert_id, chosen, reason)
    return RedirectResponse(f"/students/{kept.person}?kept={alert_id}#{alert_id}", status_code=303)


def _last_days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]
