"""Approvals: a person answers for exactly one plan hash, once, in time, and never for a plan of their own.

Asking, using and superseding are here; who may answer is in ``governance.answering``. Every step leaves a ledger entry,
refused attempts too.
"""

import json
from collections.abc import Sequence
from contextlib import suppress

from sqlmodel import Session

from domain.errors import ApprovalStale, InvalidRecord
from domain.ids import PlanHash, PrincipalId, RunId
from domain.plans import Plan
from domain.ports import AccessDecider, Clock
from domain.principals import Principal
from governance.actions import action_of
from governance.answering import EDITED, REJECT, Answer, Answering
from governance.authority import Authority
from governance.decided import Waiver
from governance.editing import approval_id
from governance.inbox import ApprovalId, ApprovalView, Inbox
from governance.policy import Policy
from governance.requirement import require_approver, requires_waiver
from governance.waiting import WaitingList, WaitingPage
from store.canonical import JSON
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.ledger import Ledger
from store.plans import ApprovalRequests, ApprovalRow, ApprovalState, Leases, Place

SYSTEM_ACTOR = PrincipalId("provost")


class Approvals:
    """Asks for approvals and keeps them; ``access`` adds the relationship a person must have, where one is needed."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        policy: Policy,
        *,
        clock: Clock = SYSTEM_CLOCK,
        access: AccessDecider | None = None,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._requests = ApprovalRequests(database)
        self._leases = Leases(database, clock=clock)
        self._inbox = Inbox(database, self._requests, self._leases)
        self._answering = Answering(database, ledger, self._requests, clock, access)

    def request(self, plan: Plan, approver_role: str = "", thread: str = "", interrupt: str = "") -> ApprovalId:
        """Ask for approval of ``plan`` and return the request's id, always the same one for a run and plan.

        The role, the number of people and the expiry come from the policy; ``approver_role`` may only agree with it.
        The plan takes the lease of each record, and a pending request that thereby lost all of its records is
        superseded. Raises PolicyDenied where the policy lets nobody approve, or names another role.
        """
        requirement = require_approver(plan, self._policy, approver_role)
        now = self._clock.now()
        row = ApprovalRow(
            id=approval_id(plan),
            run=plan.run,
            plan_hash=plan.plan_hash,
            plan=plan.model_dump_json(),
            topic=plan.topic,
            approver_role=requirement.role.value,
            requested_by=plan.requested_by,
            needed=requirement.needed,
            state=ApprovalState.PENDING,
            thread=thread,
            interrupt=interrupt,
            created_at=now,
            expires_at=now + requirement.expires_after,
        )
        with self._database.session() as session:
            if self._requests.read(row.id, session) is None:
                self._open(row, plan, session)
        return ApprovalId(row.id)

    def answer(
        self, approval_id: str, plan_hash: str, principal: Principal, decision: str, reason: str = ""
    ) -> ApprovalState:
        """Record a person's ``approve`` or ``reject`` to exactly this hash and return where the request stands.

        Any other answer rejects: unknown is not permission. Raises ApprovalStale where the request is closed, expired
        or for another hash, and ApproverNotAllowed where this person may not answer it (R30).
        """
        return self._answering.take(Answer(approval_id, plan_hash, principal, decision, reason))

    def edit(self, approval_id: str, plan_hash: str, principal: Principal, smaller: Plan, reason: str) -> None:
        """End a request in favour of a smaller plan, which is kept already; the caller lets the waiting run ask anew.

        Raises what ``answer`` raises.
        """
        self._answering.take(Answer(approval_id, plan_hash, principal, REJECT, reason, instead=smaller.plan_hash))

    def instead_of(self, approval_id: str) -> PlanHash | None:
        """Return the hash of the smaller plan that took a request's place, or None (S43)."""
        row = self._required(approval_id)
        if row.state is not ApprovalState.REJECTED:
            return None
        entries = (json.loads(line) for line in self._ledger.export(run=row.run))
        edits = (one["body"] for one in entries if one["kind"] == EDITED)
        return next((PlanHash(body["instead"]) for body in edits if body["approval"] == row.id), None)

    def find(self, *states: ApprovalState, run: str = "") -> tuple[ApprovalView, ...]:
        """Return requests in order of creation, of some states and one run where given; overdue ones close first."""
        self.close_stale()
        return tuple(self._inbox.views(self._requests.find(states=states, run=run)))

    def answerable(self, principal: Principal) -> tuple[ApprovalView, ...]:
        """Return what waits and this person stands to answer, by role and by relationship; nothing of others (S260)."""
        self.close_stale()
        pending = self._requests.find(states=[ApprovalState.PENDING])
        return tuple(self._inbox.views([row for row in pending if self._answering.may_answer(row, principal)]))

    def page(self, principal: Principal, after: Place | None, limit: int) -> WaitingPage:
        """Return one page of what waits for this person, for a screen that asks often; nothing is closed by looking."""
        listing = WaitingList(self._database, self._requests, self._inbox, self._answering, self._clock)
        return listing.page(principal, after, limit)

    def count_waiting(self) -> dict[str, int]:
        """Count what may still be answered, by the role that may."""
        return self._requests.count_by_role(self._clock.now())

    def may_read(self, approval_id: str, principal: Principal) -> bool:
        """Tell whether a request is this person's affair, whatever its state (S260)."""
        return self._answering.may_read(self._required(approval_id), principal)

    def show(self, approval_id: str) -> ApprovalView:
        """Return one request; InvalidRecord where there is none."""
        return self._inbox.view(self._required(approval_id))

    def authority(self, approval_id: str, plan_hash: str) -> Authority | Waiver | None:
        """Return what an approval permits: applying its plan, or exceeding a limit; None where people did not approve.

        A waiver is used up here, for the run that asked (R58); an approval is used up by the gate.
        """
        row = self._required(approval_id)
        if row.plan_hash != plan_hash or row.state not in {ApprovalState.APPROVED, ApprovalState.USED}:
            return None
        if not requires_waiver(row.as_plan()):
            return Authority(kind="approval", reference=row.id, plan_hash=PlanHash(row.plan_hash))
        if row.state is ApprovalState.APPROVED:
            with self._database.session() as session:
                self.use(row.id, row.as_plan(), RunId(row.run), session)
        return Waiver(run=RunId(row.run), plan_hash=PlanHash(row.plan_hash), approval=row.id)

    def use(self, approval_id: str, plan: Plan, run: RunId, session: Session) -> None:
        """Use an approval up for exactly this plan and run, in the session that records the intents.

        Raises ApprovalStale where it is not approved, was used, has expired, or is for another plan or run.
        """
        row, now = self._required(approval_id, session), self._clock.now()
        if (row.plan_hash, row.run) != (plan.plan_hash, run):
            fix = "Ask for approval of the plan that is to be applied."
            raise ApprovalStale("The approval is for another plan or run.", field=f"approval {row.id}", fix=fix)
        if now > row.expires_at:
            fix = "Ask for approval again; the records may have moved."
            raise ApprovalStale("The approval has expired.", field=f"approval {row.id}", fix=fix)
        self._move(row, ApprovalState.APPROVED, ApprovalState.USED, PrincipalId(row.requested_by), session)

    def supersede(self, natural_keys: Sequence[str], run: RunId, plan_hash: PlanHash) -> tuple[ApprovalView, ...]:
        """Let ``run`` speak for these records; return the pending requests that thereby lost all of theirs.

        The caller resumes their waiting threads. A request that keeps some of its records stays pending; the gate
        leaves out those it lost.
        """
        with self._database.session() as session:
            self._leases.take(natural_keys, run, plan_hash, session=session)
            gone = self._supersede_leaseless(natural_keys, run, session)
        return tuple(self.show(approval_id) for approval_id in gone)

    def end_pending(self, action: str, by: PrincipalId) -> tuple[ApprovalId, ...]:
        """Close every pending request that holds a change of this action, as a phase rollback does (S238)."""
        pending = self._requests.find(states=[ApprovalState.PENDING])
        rows = [row for row in pending if any(action_of(change) == action for change in row.as_plan().changes)]
        ended = []
        for row in rows:
            with suppress(ApprovalStale), self._database.session() as session:
                self._move(row, ApprovalState.PENDING, ApprovalState.SUPERSEDED, by, session)
                ended.append(ApprovalId(row.id))
        return tuple(ended)

    def close_stale(self) -> tuple[ApprovalView, ...]:
        """Close the pending requests whose time is over or whose records a later run took over, and return them.

        The caller resumes their waiting threads.
        """
        closed = []
        for row in self._requests.find(states=[ApprovalState.PENDING]):
            with suppress(ApprovalStale), self._database.session() as session:  # another process may close it first
                if (ends := self._ending(row, session)) is not None:
                    self._move(row, ApprovalState.PENDING, ends, SYSTEM_ACTOR, session)
                    closed.append(row.id)
        return tuple(self.show(approval_id) for approval_id in closed)

    def _ending(self, row: ApprovalRow, session: Session) -> ApprovalState | None:
        """Return how a pending request ends now: its time is over, or it speaks for no record any more."""
        if self._clock.now() > row.expires_at:
            return ApprovalState.EXPIRED
        return None if self._inbox.leased(row, session) else ApprovalState.SUPERSEDED

    def _open(self, row: ApprovalRow, plan: Plan, session: Session) -> None:
        keys = [change.natural_key for change in plan.changes]
        body: dict[str, JSON] = {
            "approval": row.id,
            "plan": row.plan_hash,
            "topic": row.topic,
            "role": row.approver_role,
            "needed": row.needed,
            "changes": len(keys),
            "expires_at": row.expires_at.isoformat(),
        }
        self._ledger.append("approval.requested", row.requested_by, row.run, body, session=session)
        self._requests.open(row, keys, session)
        self._leases.take(keys, plan.run, plan.plan_hash, session=session)
        self._supersede_leaseless(keys, plan.run, session)

    def _supersede_leaseless(self, natural_keys: Sequence[str], run: RunId, session: Session) -> list[str]:
        """Close the other runs' pending requests that hold no lease on any of their records any more."""
        gone = []
        for row in self._requests.pending_for(natural_keys, session):
            if row.run != run and not self._inbox.leased(row, session):
                self._move(row, ApprovalState.PENDING, ApprovalState.SUPERSEDED, SYSTEM_ACTOR, session)
                gone.append(row.id)
        return gone

    def _move(
        self, row: ApprovalRow, expected: ApprovalState, to: ApprovalState, actor: PrincipalId, session: Session
    ) -> None:
        """Move a request on, on record; ApprovalStale where someone else moved it first."""
        body: dict[str, JSON] = {"approval": row.id, "plan": row.plan_hash}
        self._ledger.append(f"approval.{to.value}", actor, row.run, body, session=session)
        self._requests.move(row.id, expected, to, self._clock.now(), session)

    def _required(self, approval_id: str, session: Session | None = None) -> ApprovalRow:
        row = self._requests.read(approval_id, session)
        if row is None:
            fix = "List them with provost approvals list."
            raise InvalidRecord("There is no such approval request.", field=f"approval {approval_id}", fix=fix)
        return row
