"""Puts decisions on record: in the ledger with the rule that made each, and in the store for the gate to check.

An automatic plan has authority only because this record exists; recording the same decision again changes nothing.
"""

from collections.abc import Iterator

from sqlmodel import Session

from domain.changes import digest
from domain.errors import ApprovalRequired
from domain.ids import RunId
from domain.plans import Plan
from domain.ports import Clock
from governance.authority import Authority
from governance.decided import Decided, DecisionRecord, Verdict
from governance.policy import Policy
from store.canonical import JSON
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.ledger import Ledger
from store.plans import Decision, Decisions, Leases, Outcome, Plans

OUTCOMES: dict[Verdict, Outcome] = {
    Verdict.AUTOMATIC: Outcome.AUTOMATIC,
    Verdict.APPROVAL: Outcome.HELD,
    Verdict.STOPPED: Outcome.HELD,
}
"""How verdicts are kept; every other one is a denial."""


class DecisionLog:
    """Records decisions and proves, for the gate, that a plan was decided to be automatic."""

    def __init__(self, database: Database, ledger: Ledger, policy: Policy, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._ledger = ledger
        self._clock = clock
        self._policy_digest = digest(policy.model_dump(mode="json"))
        self._decisions = Decisions(database)
        self._plans = Plans(database)
        self._leases = Leases(database, clock=clock)

    def record(self, decided: Decided) -> str:
        """Keep the decision with its ledger entry in one transaction and return its reference.

        The automatic plan takes the lease of each record it touches, so that an earlier run's pending change to one is
        superseded. Raises LedgerUnavailable where the ledger does not take it; then nothing is automatic (S37).
        """
        rows = list(self._rows(decided))
        wanted = {(row.plan_hash, row.change_id, row.outcome) for row in rows}
        with self._ledger.session() as session:
            plans = {row.plan_hash for row in rows}
            known = [self._decisions.identities(decided.run, plan_hash, session) for plan_hash in plans]
            if not wanted <= set().union(*known):
                self._keep(decided, rows, session)
        return _reference(decided)

    def authority(self, decided: Decided) -> Authority:
        """Return the authority of the automatic plan; ApprovalRequired where nothing was decided to be automatic."""
        if decided.automatic is None:
            raise ApprovalRequired("Nothing in this plan may go on by itself.", field="plan", fix="Ask for approval.")
        return Authority(kind="automatic", reference=_reference(decided), plan_hash=decided.automatic.plan_hash)

    def require_automatic(self, plan: Plan, run: RunId, session: Session) -> None:
        """Raise ApprovalRequired unless every change of exactly this plan and run was decided to be automatic."""
        wanted = {(plan.plan_hash, change.change_id, Outcome.AUTOMATIC) for change in plan.changes}
        if not wanted <= self._decisions.identities(run, plan.plan_hash, session):
            fix = "Decide the plan, record the decision, and apply the automatic part of it."
            raise ApprovalRequired("No recorded decision lets this plan go on by itself.", field="plan", fix=fix)

    def _keep(self, decided: Decided, rows: list[Decision], session: Session) -> None:
        self._ledger.append("decision", decided.requested_by, decided.run, self._body(decided), session=session)
        self._decisions.record(rows, session=session)
        for plan in filter(None, (decided.automatic, *decided.held)):
            self._plans.save(plan, session=session)
        if decided.automatic is not None:
            keys = [change.natural_key for change in decided.automatic.changes]
            self._leases.take(keys, decided.run, decided.automatic.plan_hash, session=session)

    def _rows(self, decided: Decided) -> Iterator[Decision]:
        """Yield one row per change, under the hash of the plan that the change ended in."""
        placed = {
            change.change_id: plan.plan_hash
            for plan in filter(None, (decided.automatic, *decided.held))
            for change in plan.changes
        }
        now = self._clock.now()
        for one in decided.records:
            yield Decision(
                run=decided.run,
                plan_hash=placed.get(one.change_id, decided.plan_hash),
                change_id=one.change_id,
                natural_key=one.natural_key,
                action=one.action,
                topic=one.topic,
                outcome=OUTCOMES.get(one.verdict, Outcome.DENIED),
                rule=one.rule,
                phase=one.phase,
                reason=one.reason,
                policy=self._policy_digest,
                decided_at=now,
            )

    def _body(self, decided: Decided) -> dict[str, JSON]:
        """Word the decision for the ledger: changes grouped by what decided them, without personal data."""
        groups: dict[tuple[str, ...], list[JSON]] = {}
        for one in decided.records:
            groups.setdefault(_grounds(one), []).append(one.change_id)
        names = ("verdict", "rule", "asked_by_rule", "phase", "tier", "confidence", "reason")
        return {
            "plan": decided.plan_hash,
            "automatic": decided.automatic.plan_hash if decided.automatic else "",
            "held": [plan.plan_hash for plan in decided.held],
            "policy": self._policy_digest,
            "grounds": [{**dict(zip(names, key, strict=True)), "changes": ids} for key, ids in groups.items()],
        }


def _grounds(one: DecisionRecord) -> tuple[str, ...]:
    numbers = (str(int(one.phase)), one.tier.value, str(one.confidence))
    return (one.verdict.value, one.rule, one.asked_by_rule, *numbers, one.reason)


def _reference(decided: Decided) -> str:
    plans = [plan.plan_hash for plan in filter(None, (decided.automatic, *decided.held))]
    return f"decision_{digest([decided.run, decided.plan_hash, plans])[:24]}"
