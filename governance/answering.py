"""Who may answer an approval request, and what their answer does.

The checks are those of a signature: the right paper (open, in time, this hash), then the right person (a person, with
the role and relationship, not the requester, not acting as another, not twice). Each refusal is recorded and raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from domain.changes import digest
from domain.errors import ApprovalError, ApprovalStale, ApproverNotAllowed
from domain.ports import AccessDecider, Clock
from domain.principals import Principal, PrincipalKind, Role
from governance.records_named import attesters, people_by_action
from store.canonical import JSON
from store.database import Database
from store.ledger import Ledger
from store.ledger.chain import lock_chain
from store.plans import ApprovalAnswer, ApprovalRequests, ApprovalRow, ApprovalState

APPROVE = "approve"
REJECT = "reject"
EDITED = "approval.edited"
"""The ledger entry that says which smaller plan took the place of a request."""
PURPOSE = "governed change"
"""What a relationship is asked for when someone approves."""


@dataclass(frozen=True)
class Answer:
    """One person's answer to one request, for exactly one plan hash; ``instead`` is the smaller plan of an edit."""

    approval_id: str
    plan_hash: str
    principal: Principal
    decision: str
    reason: str = ""
    instead: str = ""


class Answering:
    """Takes answers to approval requests."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        requests: ApprovalRequests,
        clock: Clock,
        access: AccessDecider | None,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._requests = requests
        self._clock = clock
        self._access = access

    def take(self, answer: Answer) -> ApprovalState:
        """Record an answer and return where the request stands; raises as ``Approvals.answer`` says."""
        related = self._is_related(self._requests.read(answer.approval_id), answer.principal)
        try:
            with self._database.session() as session:
                return self._take(answer, related, session)
        except ApprovalError as error:
            body: dict[str, JSON] = {"approval": answer.approval_id, "code": error.code, "reason": error.message}
            self._ledger.append("approval.refused", answer.principal.id, "", body)
            raise

    def may_answer(
        self, row: ApprovalRow, principal: Principal, earlier: Sequence[ApprovalAnswer] | None = None
    ) -> bool:
        """Tell whether this person could answer a request now, by role, relationship and not having asked for it.

        ``earlier`` is what others answered, where it was read already.
        """
        given = tuple(self._requests.answers(row.id) if earlier is None else earlier)
        return not self._refusal(row, principal, given, related=True) and self._is_related(row, principal)

    def may_read(self, row: ApprovalRow, principal: Principal) -> bool:
        """Tell whether a request is this person's affair: their role and their people, whoever answered it (S260)."""
        proper = principal.kind is PrincipalKind.PERSON and principal.acting_as is None
        return proper and Role(row.approver_role) in principal.roles and self._is_related(row, principal)

    def _is_related(self, row: ApprovalRow | None, principal: Principal) -> bool:
        """Tell whether this person stands as they must to those the plan is about.

        The SIS is asked, so it may take a while; it is asked before the chain is locked.
        """
        if self._access is None or row is None:
            return True
        reached = people_by_action(row.as_plan().changes).items()
        return all(self._access.permits(principal, APPROVE, action, PURPOSE, people) for action, people in reached)

    def _take(self, answer: Answer, related: bool, session: Session) -> ApprovalState:
        # The chain is locked first, as every entry does, so that two who approve at once are counted one by one.
        lock_chain(session.connection())
        found = self._requests.read(answer.approval_id, session)
        row = self._require_open(found, answer.approval_id, answer.plan_hash)
        earlier = self._requests.answers(row.id, session)
        self._require_approver(row, answer.principal, earlier, related)
        approve = answer.decision == APPROVE
        state = _state_after(row, earlier, approve=approve)
        known = answer.decision in {APPROVE, REJECT}
        words = answer.reason if known else f"Unknown answer, taken as a rejection. {answer.reason}".rstrip()
        self._record(row, answer.principal, words, state, session)
        if answer.instead:
            edited: dict[str, JSON] = {"approval": row.id, "plan": row.plan_hash, "instead": answer.instead}
            self._ledger.append(EDITED, answer.principal.id, row.run, edited, session=session)
        session.add(
            ApprovalAnswer(
                approval_id=row.id,
                principal=answer.principal.id,
                role=row.approver_role,
                approve=approve,
                reason=words,
                answered_at=self._clock.now(),
            )
        )
        if state is not ApprovalState.PENDING:
            self._requests.move(row.id, ApprovalState.PENDING, state, self._clock.now(), session)
        return state

    def _record(
        self, row: ApprovalRow, principal: Principal, words: str, state: ApprovalState, session: Session
    ) -> None:
        """Put the answer on record; of the reason only a digest, since people may write names into it."""
        body: dict[str, JSON] = {
            "approval": row.id,
            "plan": row.plan_hash,
            "role": row.approver_role,
            "state": state.value,
            "reason_digest": digest(words),
        }
        self._ledger.append("approval.answered", principal.id, row.run, body, session=session)

    def _require_open(self, row: ApprovalRow | None, approval_id: str, plan_hash: str) -> ApprovalRow:
        """Return the request if it can still be answered for this hash; ApprovalStale otherwise."""
        field = f"approval {approval_id}"
        fix = "List the approvals again and answer the one that is open."
        if row is None:
            raise ApprovalStale("There is no such approval request.", field=field, fix=fix)
        if row.state is not ApprovalState.PENDING:
            raise ApprovalStale(f"The request is {row.state.value} already.", field=field, fix=fix)
        if self._clock.now() > row.expires_at:
            raise ApprovalStale("The request has expired.", field=field, fix="Let the next run plan it again.")
        if row.plan_hash != plan_hash:
            raise ApprovalStale("The answer is for another plan hash than the request.", field=field, fix=fix)
        return row

    def _require_approver(
        self, row: ApprovalRow, principal: Principal, earlier: tuple[ApprovalAnswer, ...], related: bool
    ) -> None:
        """Raise ApproverNotAllowed unless this person may answer this request (R30)."""
        reason = self._refusal(row, principal, earlier, related=related)
        if reason:
            fix = f"Ask another person with the role {row.approver_role}."
            raise ApproverNotAllowed(reason, field=f"approval {row.id}", fix=fix)

    def _refusal(
        self, row: ApprovalRow, principal: Principal, earlier: tuple[ApprovalAnswer, ...], *, related: bool
    ) -> str:
        """Return why this person may not answer, or nothing."""
        if principal.kind is not PrincipalKind.PERSON:
            return "Only a person may approve."
        if principal.acting_as is not None:
            return "Nobody may approve while acting as another (R30)."
        if Role(row.approver_role) not in principal.roles:
            return f"The role {row.approver_role} is needed."
        if principal.id == row.requested_by:
            return "Nobody may approve their own request."
        if any(answer.principal == principal.id for answer in earlier):
            return "This person has answered already; a second person is needed."
        if principal.person is not None and principal.person in attesters(row.as_plan().changes):
            return "Whoever attested the grades may not approve carrying them (R92)."
        return "" if related else "The relationship that this needs is missing."


def _state_after(row: ApprovalRow, earlier: tuple[ApprovalAnswer, ...], *, approve: bool) -> ApprovalState:
    """Return where the request stands after one more answer: one rejection is enough, approvals are counted."""
    if not approve:
        return ApprovalState.REJECTED
    given = 1 + sum(answer.approve for answer in earlier)
    return ApprovalState.APPROVED if given >= row.needed else ApprovalState.PENDING
