"""What must hold of a reconcile on any campus, and the people who answer what it asks."""

from collections.abc import Iterable, Sequence

from domain.findings import Handling
from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial
from graphs.reports import AnswerReport, HeldPlan, RunReport

LEFT_TO_PEOPLE = {Handling.TICKET, Handling.REQUEUE, Handling.REPORT}


def assert_exact(trial: Trial, report: RunReport) -> None:
    """Everything planted was found, nothing was invented, and every automatic change was read back."""
    scored, outcomes = trial.score(report), report.outcomes
    assert scored.planted > 0
    assert [dict(item) for item in scored.missed] == []
    assert scored.invented == ()
    assert outcomes.verified + outcomes.already == report.automatic
    assert (outcomes.unverified, outcomes.uncertain, outcomes.refused, outcomes.conflicts) == (0, 0, 0, 0)
    assert (outcomes.denied, outcomes.suppressed) == (0, 0)


def assert_settled(report: RunReport) -> None:
    """Nothing is left that needs no person: a reconcile right after another writes nothing and is denied nothing."""
    assert report.outcomes.applied == 0
    assert report.outcomes.already == report.automatic
    assert report.outcomes.denied == 0
    assert {one.handling for one in report.discrepancies} <= {*LEFT_TO_PEOPLE, Handling.PROPOSE}


def two_people(trial: Trial) -> tuple[Principal, Principal]:
    """Two people who may approve anything, where one is not enough."""
    roles = [role for role in Role if role not in (Role.AGENT, Role.SERVICE, Role.UNKNOWN)]
    registry = trial.provost.principals
    tokens = [registry.add(PrincipalId(name), PrincipalKind.PERSON, roles, demo=True) for name in ("ada", "ben")]
    first, second = (registry.verify(token, loopback=True) for token in tokens)
    return first, second


def approve_all(trial: Trial, held: Iterable[HeldPlan], people: Sequence[Principal]) -> list[AnswerReport]:
    """Approve what waits, each plan by as many people as it needs; the last answer to each is returned."""
    return [_approve(trial, plan, people) for plan in held]


def _approve(trial: Trial, plan: HeldPlan, people: Sequence[Principal]) -> AnswerReport:
    needed = trial.provost.approvals.show(plan.approval_id).needed
    answers = [
        trial.provost.answer(plan.approval_id, person, "approve", plan_hash=plan.plan_hash, reason="tried")
        for person in people[:needed]
    ]
    return answers[-1]
