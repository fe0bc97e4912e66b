"""The gate: the one door to a write in an outside system.

It writes the intent to the ledger first, looks at each record, writes where the before-image still holds, reads back,
and records the outcome. Built without appliers, as in phases 0 to 2, any write raises WriteNotAllowed (S32, S223).
"""

import time
from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session

from domain.errors import ApprovalError, ConfigurationError, PolicyError, ProvostError
from domain.ids import RunId
from domain.plans import Plan
from domain.ports import Applier, Clock, Observer
from governance.admission import Admission
from governance.approvals import Approvals
from governance.authority import Authority
from governance.decision_log import DecisionLog
from governance.gate_report import GateReport, report_intents
from governance.kill_switch import KillSwitch
from governance.looking import Looking, Sleep
from governance.outcomes import GATE_ACTOR, Ending, Flight, OutcomeLog
from governance.policy import Policy
from governance.portions import by_kind, pieces, split_canary
from governance.records_named import describe_change, name_subjects
from governance.sending import Sender
from store.canonical import JSON
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.ledger import Ledger
from store.outbox import IN_FLIGHT, Intent, IntentState, Outbox
from store.plans import Leases

SPENT = "A later run speaks for this record."
CANARY_FAILED = "Not sent: none of the first changes of this kind could be verified."


class Gate:
    """Applies plans under an authority, and recovers what a crash left in flight."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        outbox: Outbox,
        policy: Policy,
        *,
        observers: Mapping[str, Observer],
        appliers: Mapping[str, Applier],
        approvals: Approvals,
        decisions: DecisionLog,
        kill_switch: KillSwitch,
        clock: Clock = SYSTEM_CLOCK,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._ledger = ledger
        self._outbox = outbox
        self._batches = policy.batches
        self._approvals = approvals
        self._decisions = decisions
        self._leases = Leases(database, clock=clock)
        self._outcomes = OutcomeLog(database, ledger, outbox)
        self._admission = Admission(policy, kill_switch, frozenset(observers), frozenset(appliers))
        looking = Looking(observers, policy.read_back, sleep)
        self._sender = Sender(
            looking, outbox, self._outcomes, appliers=appliers, kill_switch=kill_switch, rounds=policy.batches.resend
        )

    def apply(
        self, plan: Plan, run: RunId, authority: Authority, *, alongside: Callable[[Session], None] | None = None
    ) -> GateReport:
        """Apply exactly this plan under this authority and report how each change ended.

        ``alongside`` writes what must be committed together with the intents, such as a rollback's suppressions.
        Called again for the same run and plan, as after a crash, it goes on where it stood and never starts over.
        Raises PolicyError, ApprovalError or ConfigurationError, each on record, where the plan may not be written;
        LedgerUnavailable where the intent cannot be recorded, and then nothing is written (S37); ConflictError where
        another worker has one of the records in flight.
        """
        intents = self._outbox.find_plan(plan, run) or self.record(plan, run, authority, alongside=alongside)
        ended = self._settle(intents)
        self._leases.release(run, plan.plan_hash)
        return report_intents(run, _as_they_ended(intents, ended))

    def record(
        self, plan: Plan, run: RunId, authority: Authority, *, alongside: Callable[[Session], None] | None = None
    ) -> tuple[Intent, ...]:
        """Do the first half of ``apply``: use the authority up and record the intents; nothing is sent yet."""
        try:
            with self._ledger.session() as session:
                return self._outbox.find_plan(plan, run, session) or self._admit(
                    plan, run, authority, alongside, session
                )
        except (PolicyError, ApprovalError, ConfigurationError) as error:
            self._log_refusal(error, plan.requested_by, run, plan.plan_hash)
            raise

    def recover(self, run: RunId | None = None) -> GateReport:
        """Take every change that a crash left in flight to its end: look first, and never send blindly.

        Without a run it takes up those of all runs, which is right only while no other worker is alive.
        """
        intents = self._outbox.open_for(run) if run is not None else self._outbox.all_open()
        return report_intents(run or RunId("all"), self._settle(intents))

    def report(self, run: RunId) -> GateReport:
        """Report how every change of a run stands."""
        return report_intents(run, self._outbox.for_run(run))

    def _admit(
        self,
        plan: Plan,
        run: RunId,
        authority: Authority,
        alongside: Callable[[Session], None] | None,
        session: Session,
    ) -> tuple[Intent, ...]:
        """Check the plan, use the authority up and record the intents, all in one transaction."""
        self._admission.require(plan, authority, session.connection())
        intents = self._record(plan, run, authority, session)
        if alongside is not None:
            alongside(session)
        return intents

    def _record(self, plan: Plan, run: RunId, authority: Authority, session: Session) -> tuple[Intent, ...]:
        """Append the intents to the ledger and plan them in the outbox; the row is the outbox."""
        if authority.kind == "approval":
            self._approvals.use(authority.reference, plan, run, session)
        else:
            self._decisions.require_automatic(plan, run, session)
        body: dict[str, JSON] = {
            "plan": plan.plan_hash,
            "topic": plan.topic,
            "authority": authority.kind,
            "reference": authority.reference,
            "changes": [change.change_id for change in plan.changes],
        }
        subjects = name_subjects((change, describe_change(change)) for change in plan.changes)
        entry = self._ledger.append("write.intended", plan.requested_by, run, body, subjects, session=session)
        intents = self._outbox.add(plan, run, entry.seq, session)
        return _as_they_ended(intents, self._leave_superseded(intents, session))

    def _leave_superseded(self, intents: Sequence[Intent], session: Session) -> tuple[Intent, ...]:
        """End the changes whose record a later run has taken over since; they are never written."""
        held = self._leases.held([intent.natural_key for intent in intents], session=session)
        mine = {lease.natural_key: (lease.run, lease.plan_hash) for lease in held}
        spent = [one for one in intents if mine.get(one.natural_key) != (one.run, one.plan_hash)]
        flights = [Flight(intent, intent.as_change()) for intent in spent]
        return self._outcomes.end([Ending(one, IntentState.CONFLICT, SPENT) for one in flights], session)

    def _settle(self, intents: Sequence[Intent]) -> tuple[Intent, ...]:
        """Take what is in flight to its end, kind by kind in the safe order (R52)."""
        flying = [intent for intent in intents if intent.state in IN_FLIGHT]
        try:
            return tuple(ended for group in by_kind(flying) for ended in self._settle_kind(group))
        except PolicyError as error:
            self._log_refusal(error, GATE_ACTOR, flying[0].run, flying[0].plan_hash)
            raise

    def _log_refusal(self, error: ProvostError, actor: str, run: str, plan_hash: str) -> None:
        """Put a refused attempt to write on record (S32)."""
        body: dict[str, JSON] = {"plan": plan_hash, "code": error.code, "reason": error.message}
        self._ledger.append("write.refused", actor, run, body)

    def _settle_kind(self, group: Sequence[Intent]) -> list[Intent]:
        """Settle one kind: a few first, and the rest only if any of those that were sent could be verified."""
        canary, rest = split_canary(group, self._batches.canary)
        ended = list(self._sender.settle(canary)) if canary else []
        sent = [one for one in ended if one.attempts]
        if rest and sent and not any(one.state is IntentState.VERIFIED for one in sent):
            unsent = [one for one in rest if one.state is IntentState.PLANNED]
            flights = [Flight(intent, intent.as_change()) for intent in unsent]
            ended += self._outcomes.end([Ending(one, IntentState.REFUSED, CANARY_FAILED) for one in flights])
            rest = [one for one in rest if one.state is not IntentState.PLANNED]
        for piece in pieces(rest, self._batches.size):
            ended += self._sender.settle(piece)
        return ended


def _as_they_ended(intents: Sequence[Intent], ended: Sequence[Intent]) -> tuple[Intent, ...]:
    """Return the intents in plan order, each as it ended where it did; the outbox vouched for every move."""
    by_id = {intent.id: intent for intent in ended}
    return tuple(by_id.get(intent.id, intent) for intent in intents)
