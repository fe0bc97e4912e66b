"""Governance as a run reaches it: the real governor, and the one of a dry run that asks nobody and writes nothing.

Both decide by the same code from the same context, so that a dry run reports what a real one would do (R72).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from domain.errors import ConflictError, InternalError, RecordLocked
from domain.ids import PlanHash, RunId
from domain.plans import Plan
from domain.principals import Principal
from governance.approvals import Approvals
from governance.authority import Authority
from governance.context import ContextReader
from governance.decided import Decided, Verdict, Waiver
from governance.decision import decide
from governance.decision_log import DecisionLog
from governance.gate import Gate
from governance.gate_report import ChangeOutcome, GateReport, report_intents
from governance.policy import Policy
from governance.rollback import Rollback
from graphs.governing import Ask, PlanRef, Populations, Split
from graphs.reports import Outcomes
from store.outbox import IntentState, Outbox
from store.plans import Plans

_COUNTED_APART = {"shadow": Verdict.SHADOW, "reported": Verdict.REPORT, "suppressed": Verdict.SUPPRESSED}
"""Verdicts that are no refusal, by the name under which they are counted."""
_TICKET = "create_ticket"


@dataclass(frozen=True)
class Governance:
    """The parts of governance that a run needs, put together once."""

    policy: Policy
    plans: Plans
    contexts: ContextReader
    decisions: DecisionLog
    approvals: Approvals
    gate: Gate
    outbox: Outbox


class LedgerGovernor:
    """The governor of a run that may write: everything it does is on record before it is done."""

    def __init__(self, run: RunId, principal: Principal, governance: Governance) -> None:
        self._run, self._principal, self._governance = run, principal, governance
        self._at_hand: dict[PlanRef, Plan] = {}
        self._reports: dict[PlanRef, GateReport] = {}

    def keep(self, plan: Plan) -> PlanRef:
        """Keep the plan under its run and hash."""
        self._governance.plans.save(plan)
        return self._hold(plan)

    def decide(self, plan: PlanRef, populations: Populations, waiver: Waiver | None) -> Split:
        """Decide by policy and record every decision with its rule; held and automatic parts are kept as plans."""
        context = self._governance.contexts.read(self._principal, populations.counts, waiver)
        decided = decide(self._plan(plan), self._governance.policy, context)
        self._governance.decisions.record(decided)
        for part in filter(None, (decided.automatic, *decided.held)):
            self._hold(part)
        authority = self._governance.decisions.authority(decided) if decided.automatic else None
        return split(decided, authority)

    def request(self, plan: PlanRef) -> Ask | None:
        """Open the approval request; asked again it is the same one."""
        kept = self._plan(plan)
        approval = self._governance.approvals.request(kept, plan.approver_role, thread=self._run)
        return Ask(approval_id=approval, **plan.model_dump())

    def authority(self, ask: Ask) -> Authority | Waiver | None:
        """Read what the approval row permits now."""
        return self._governance.approvals.authority(ask.approval_id, ask.plan_hash)

    def instead(self, ask: Ask) -> PlanRef | None:
        """Read whether an approver left changes out, and return what stays."""
        plan_hash = self._governance.approvals.instead_of(ask.approval_id)
        found = self._governance.plans.read(self._run, plan_hash) if plan_hash else None
        return self._hold(found) if found else None

    def record(self, plan: PlanRef, authority: Authority) -> None:
        """Use the authority up and record the intents, in one transaction with the ledger entry (S37)."""
        with _waiting_for_others(plan):
            self._governance.gate.record(self._plan(plan), self._run, authority)

    def apply(self, plan: PlanRef, authority: Authority) -> None:
        """Send what is recorded; raises RecordLocked while another run has one of the records in flight."""
        with _waiting_for_others(plan):
            self._reports[plan] = self._governance.gate.apply(self._plan(plan), self._run, authority)

    def verify(self, plan: PlanRef) -> Outcomes:
        """Count how each change stands in the outbox, as it was read back."""
        report = self._reports.get(plan)
        if report is None:
            report = report_intents(self._run, self._governance.outbox.find_plan(self._plan(plan), self._run))
        return count(report)

    def _plan(self, plan: PlanRef) -> Plan:
        """Return a plan under the topic and role it goes by; a part may hold the same changes as the whole."""
        return self._at_hand.get(plan) or self._read(plan)

    def _hold(self, plan: Plan) -> PlanRef:
        reference = refer(plan)
        self._at_hand[reference] = plan
        return reference

    def _read(self, plan: PlanRef) -> Plan:
        found = self._governance.plans.read(self._run, plan.plan_hash)
        if found is None or found.plan_hash != plan.plan_hash:
            raise InternalError("A plan that a run refers to is not in the store as it was.", field="plan_hash")
        read = found.with_changes(found.changes, topic=plan.topic, approver_role=plan.approver_role)
        self._at_hand[plan] = read
        return read


class RollbackGovernor(LedgerGovernor):
    """The governor of a run that undoes another: always a person's decision, and what is undone is suppressed (R71)."""

    def __init__(
        self, run: RunId, principal: Principal, governance: Governance, rollback: Rollback, reason: str
    ) -> None:
        super().__init__(run, principal, governance)
        self._rollback, self._reason = rollback, reason

    def decide(self, plan: PlanRef, populations: Populations, waiver: Waiver | None) -> Split:  # noqa: ARG002
        """Hold the whole plan: undoing is never automatic."""
        role = self._governance.policy.rollback.approver_role
        return Split(held=(plan.model_copy(update={"approver_role": role.value}),))

    def record(self, plan: PlanRef, authority: Authority) -> None:
        """Leave the record to the step that applies, which writes intents and suppressions together."""

    def apply(self, plan: PlanRef, authority: Authority) -> None:
        """Undo what is approved and suppress it for the next runs."""
        with _waiting_for_others(plan):
            self._reports[plan] = self._rollback.apply(self._plan(plan), authority, self._reason)

    def verify(self, plan: PlanRef) -> Outcomes:
        """Count how each undo ended; a ticket that was withdrawn is none that was opened."""
        return super().verify(plan).model_copy(update={"tickets": 0})


class DryGovernor:
    """The governor of a dry run: the same decisions, no request, no record, no write."""

    def __init__(self, principal: Principal, policy: Policy, contexts: ContextReader) -> None:
        self._principal, self._policy, self._contexts = principal, policy, contexts
        self._plans: dict[PlanHash, Plan] = {}

    def keep(self, plan: Plan) -> PlanRef:
        """Keep the plan in memory, for this run only."""
        self._plans[plan.plan_hash] = plan
        return refer(plan)

    def decide(self, plan: PlanRef, populations: Populations, waiver: Waiver | None) -> Split:
        """Decide by the same policy and context as a real run."""
        context = self._contexts.read(self._principal, populations.counts, waiver)
        decided = decide(self._plans[plan.plan_hash], self._policy, context)
        for part in filter(None, (decided.automatic, *decided.held)):
            self.keep(part)
        hash_ = decided.automatic.plan_hash if decided.automatic else None
        return split(decided, Authority(kind="automatic", reference="dry run", plan_hash=hash_) if hash_ else None)

    def request(self, plan: PlanRef) -> Ask | None:  # noqa: ARG002
        """Ask nobody."""
        return None

    def authority(self, ask: Ask) -> Authority | Waiver | None:  # noqa: ARG002
        """Permit nothing."""
        return None

    def instead(self, ask: Ask) -> PlanRef | None:  # noqa: ARG002
        """Nobody was asked, so nobody left anything out."""
        return None

    def record(self, plan: PlanRef, authority: Authority) -> None:
        """Record nothing."""

    def apply(self, plan: PlanRef, authority: Authority) -> None:
        """Write nothing."""

    def verify(self, plan: PlanRef) -> Outcomes:
        """Count the tickets that would be opened, and nothing as applied, since nothing was sent."""
        return Outcomes(tickets=sum(change.kind == _TICKET for change in self._plans[plan.plan_hash].changes))


def refer(plan: Plan) -> PlanRef:
    """Return the reference of a plan."""
    return PlanRef(
        plan_hash=plan.plan_hash, topic=plan.topic, approver_role=plan.approver_role, changes=len(plan.changes)
    )


def split(decided: Decided, authority: Authority | None) -> Split:
    """Return a decision as references and numbers."""
    kinds = Counter(denial.verdict for denial in decided.denied)
    apart = {name: kinds.pop(verdict, 0) for name, verdict in _COUNTED_APART.items()}
    return Split(
        automatic=refer(decided.automatic) if decided.automatic else None,
        authority=authority,
        held=tuple(refer(plan) for plan in decided.held),
        stopped=decided.stopped,
        denied=kinds.total(),
        **apart,
    )


def count(report: GateReport) -> Outcomes:
    """Return the gate's report as numbers."""
    return Outcomes(
        applied=report.applied,
        verified=report.verified,
        unverified=report.unverified,
        already=report.unchanged,
        refused=report.refused,
        conflicts=report.conflicts,
        uncertain=report.uncertain,
        tickets=sum(_is_opened(one) for one in report.outcomes),
    )


def _is_opened(outcome: ChangeOutcome) -> bool:
    return outcome.kind == _TICKET and outcome.state is IntentState.VERIFIED and outcome.attempts > 0


@contextmanager
def _waiting_for_others(plan: PlanRef) -> Iterator[None]:
    """Turn another run's hold on a record into something to try again, since that run ends or is recovered."""
    try:
        yield
    except ConflictError as held:
        raise RecordLocked(held.message, field=f"plan {plan.plan_hash[:12]}", fix=held.fix) from held
