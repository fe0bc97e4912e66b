"""Rollback: applies an approved undo through the gate and keeps the next run from redoing what was undone (R71).

The suppressions are written together with the intents, so there is no moment at which a reconcile could redo what is
being undone. What was undone is worked out from the outbox, so doing this again after a crash changes nothing.
"""

from datetime import timedelta

from sqlmodel import Session

from domain.errors import ApprovalRequired
from domain.ids import PrincipalId, RunId
from domain.plans import Plan
from domain.ports import Clock
from governance.authority import Authority
from governance.gate import Gate
from governance.gate_report import GateReport
from governance.inverse import find_inverse
from governance.policy import Policy
from governance.requirement import undoes
from governance.rollback_plan import RollbackPlan, RollbackPlanner
from store.canonical import JSON
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.ledger import Ledger
from store.outbox import Intent, IntentState, Outbox
from store.plans import Suppression, Suppressions


class Rollback:
    """Undoes runs, through the gate and with a person's approval."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        outbox: Outbox,
        policy: Policy,
        *,
        planner: RollbackPlanner,
        gate: Gate,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._outbox = outbox
        self._planner = planner
        self._gate = gate
        self._clock = clock
        self._suppressed_for = timedelta(days=policy.rollback.suppress_days)

    def plan(self, run: RunId, undo_run: RunId, requested_by: PrincipalId) -> RollbackPlan:
        """Plan to undo ``run``; the plan is to be approved under ``Approvals.request``."""
        return self._planner.plan_rollback(run, undo_run, requested_by)

    def apply(self, plan: Plan, authority: Authority, reason: str) -> GateReport:
        """Apply an approved undo, suppress what it undid, and mark it as undone.

        Raises what ``Gate.apply`` raises, and ApprovalRequired for a plan that is no undo.
        """
        if not undoes(plan):
            raise ApprovalRequired("This plan undoes nothing.", field="plan", fix="Plan the rollback of a run first.")
        originals = self._originals(plan)

        def suppress(session: Session) -> None:
            rows = [self._suppression(one, plan, reason) for one in originals.values()]
            Suppressions(self._database, clock=self._clock).add(rows, session=session)

        report = self._gate.apply(plan, plan.run, authority, alongside=suppress)
        undone = {one.natural_key for one in report.outcomes if one.state is IntentState.VERIFIED}
        self._mark_undone([one for key, one in originals.items() if key in undone], plan)
        return report

    def _originals(self, plan: Plan) -> dict[str, Intent]:
        """Return the newest change that each undo of the plan is about, by the record that the undo touches."""
        wanted = {change.natural_key for change in plan.changes}
        found: dict[str, Intent] = {}
        topic = plan.changes[0].topic
        for intent in self._planner.find_written(topic, plan.made_at):
            undo = find_inverse(intent.as_change(), topic)
            if not isinstance(undo, str) and undo.natural_key in wanted:
                found.setdefault(undo.natural_key, intent)
        return found

    def _suppression(self, original: Intent, plan: Plan, reason: str) -> Suppression:
        now = self._clock.now()
        return Suppression(
            natural_key=original.natural_key,
            reason=reason,
            made_by=plan.requested_by,
            run=plan.run,
            made_at=now,
            expires_at=now + self._suppressed_for,
        )

    def _mark_undone(self, originals: list[Intent], plan: Plan) -> None:
        """Say, in ledger and outbox together, that these changes were undone."""
        if not originals:
            return
        body: dict[str, JSON] = {"plan": plan.plan_hash, "undone": [one.change_id for one in originals]}
        with self._database.session() as session:
            self._ledger.append("rollback.done", plan.requested_by, plan.run, body, session=session)
            self._outbox.mark(originals, IntentState.COMPENSATED, session=session)
