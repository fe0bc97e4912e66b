"""Requests for what is no longer needed end when a whole look at the term did not ask for it again."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.roster.detected import Detection, Preflight
from domain.changes import Deactivate, Tier
from domain.findings import Finding, Severity
from domain.ids import Crn, SectionKey, TermCode
from domain.images import Image
from domain.plans import Plan
from governance.inbox import ApprovalView
from graphs.superseding import find_settled, proves_all
from store.plans import ApprovalState

NOW = datetime(2026, 9, 21, tzinfo=UTC)


def change(person: str, term: str = "202680") -> Deactivate:
    return Deactivate(
        rule="R49",
        tier=Tier.PROPOSE,
        topic="t",
        before=Image(fields={"state": "active"}),
        after=Image(fields={"state": "inactive"}),
        section=SectionKey(TermCode(term), Crn("10001")),
        person=person,
    )


def view(*changes: Deactivate, run: str = "run_before") -> ApprovalView:
    plan = Plan(run=run, topic="t", requested_by="agent:roster", made_at=NOW, changes=changes)
    return ApprovalView(
        id="apr_1",
        state=ApprovalState.PENDING,
        plan=plan,
        asked_for=plan.plan_hash,
        needed=1,
        expires_at=plan.made_at + timedelta(days=3),
        answers=(),
        superseded=(),
        thread=run,
        interrupt="",
    )


A, B = change("per_a"), change("per_b")


@pytest.mark.parametrize(
    ("pending", "planned", "settled"),
    [
        (view(A), set(), True),
        (view(A), {A.natural_key}, False),
        (view(A, B), {B.natural_key}, False),
        (view(A, B), {"other"}, True),
        (view(change("per_a", "202640")), set(), False),
        (view(A, run="run_now"), set(), False),
    ],
)
def test_a_request_ends_only_when_nothing_of_it_is_asked_for_again(
    pending: ApprovalView, planned: set[str], settled: bool
) -> None:
    assert bool(list(find_settled([pending], TermCode("202680"), planned, "run_now"))) is settled


def test_r70_an_incomplete_look_proves_nothing() -> None:
    whole = Detection(term=TermCode("202680"), detected_at=NOW)
    missing = Finding(code="PV201", severity=Severity.WARNING, subject="users", message="m")
    assert proves_all(whole)
    assert not proves_all(whole.model_copy(update={"findings": (missing,)}))
    assert not proves_all(whole.model_copy(update={"preflight": Preflight(stopped=True)}))
