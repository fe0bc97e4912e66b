"""Undoing a run or a phase: planned from the outbox, put to a person, applied through the same gate (R71, S238)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from domain.errors import ApprovalStale, ApproverNotAllowed, RecordLocked
from domain.ids import RunId
from domain.principals import Principal
from governance.inbox import ApprovalId
from governance.inverse import NotUndone
from governance.phase_rollback import PhaseRollback
from governance.rollback_plan import RollbackPlan
from graphs.reports import Outcomes, PhaseReport, RollbackReport
from graphs.run_reports import held_plans
from graphs.runner import ROLLBACK, ROSTER_AGENT, new_run
from store.plans import RunState

if TYPE_CHECKING:
    from graphs.assembly import Provost

_MOVED = "moved"


def roll_back(provost: "Provost", run: RunId, principal: Principal, reason: str) -> RollbackReport:
    """Plan the undo of ``run`` and put it to ``principal``, who approves it by asking, if the policy lets them."""
    undo = new_run("rbk")
    found = provost.systems.planner.plan_rollback(run, undo, ROSTER_AGENT.id)
    if found.plan is None:
        return _report(undo, run, found)
    provost.plans.save(found.plan)
    provost.runs.start(undo, ROLLBACK)
    standing = provost.runner.undo(undo, principal, reason)
    held = held_plans(standing, provost.database)
    outcomes = Outcomes()
    for plan in held:
        try:
            answer = provost.answer(plan.approval_id, principal, "approve", plan_hash=plan.plan_hash, reason=reason)
        except ApproverNotAllowed:
            continue
        outcomes = outcomes.plus(answer.outcomes)
        held = tuple(other for other in held if other is not plan or not answer.complete)
    if outcomes.verified and not held:
        provost.runs.settle(run, RunState.ROLLED_BACK)
    suppressed = outcomes.applied + outcomes.already
    return _report(undo, run, found).model_copy(update={"outcomes": outcomes, "held": held, "suppressions": suppressed})


def step_back(provost: "Provost", domain: str, action: str, principal: Principal, reason: str) -> PhaseReport:
    """Return one action to the phase before at once, and propose to undo what it wrote since the phase began (S238).

    Unlike the undo of a run, this one is not approved by asking: it may reach over weeks, so somebody looks first.
    """
    undo = new_run("rbk")
    parts = PhaseRollback(provost.policy, provost.ladder, provost.systems.planner, provost.approvals)
    step = parts.step_back(domain, action, reason, principal.id, undo, requested_by=ROSTER_AGENT.id)
    found = step.undo
    report = _report(undo, RunId(found.topic), found)
    if found.plan is not None:
        provost.plans.save(found.plan)
        provost.runs.start(undo, ROLLBACK)
        standing = provost.runner.undo(undo, principal, reason)
        report = report.model_copy(update={"held": held_plans(standing, provost.database)})
    _wake_ended(provost, step.ended)
    return PhaseReport(
        action=f"{domain}:{action}", phase=step.phase, go_back=step.go_back, ended=step.ended, undo=report
    )


def _wake_ended(provost: "Provost", ended: Sequence[ApprovalId]) -> None:
    """Let the runs whose requests were ended come to their end; one that another process holds is woken later."""
    for approval in ended:
        with suppress(ApprovalStale, RecordLocked):
            provost.wake(approval)


def _report(undo: RunId, run: RunId, found: RollbackPlan) -> RollbackReport:
    moved = tuple(_words(one) for one in found.irreversible if _MOVED in one.reason)
    stays = tuple(_words(one) for one in found.irreversible if _MOVED not in one.reason)
    return RollbackReport(run_id=undo, of=run, irreversible=stays, moved=moved)


def _words(one: NotUndone) -> str:
    return f"{one.natural_key}: {one.reason.rstrip('.')}"
