"""What a person sees of an approval request, made from the rows; the words on the screen are made elsewhere."""

from datetime import datetime
from typing import NewType

from sqlmodel import Session

from domain.ids import ChangeId, PlanHash
from domain.plans import Plan
from domain.records import Record
from store.database import Database
from store.plans import ApprovalRequests, ApprovalRow, ApprovalState, Leases

ApprovalId = NewType("ApprovalId", str)


class GivenAnswer(Record):
    """What one person answered."""

    principal: str
    approve: bool
    reason: str


class ApprovalView(Record):
    """One request: the plan, who answered what, and which of its changes a later run took over.

    ``asked_for`` is the hash the request was made for; the plan's own differs from it only where an upgrade words the
    same changes otherwise, and then the request can be rejected but not approved.
    """

    id: ApprovalId
    state: ApprovalState
    plan: Plan
    asked_for: PlanHash
    needed: int
    expires_at: datetime
    answers: tuple[GivenAnswer, ...]
    superseded: tuple[ChangeId, ...]
    thread: str
    interrupt: str


class Inbox:
    """Reads requests together with their answers and leases."""

    def __init__(self, database: Database, requests: ApprovalRequests, leases: Leases) -> None:
        self._database = database
        self._requests = requests
        self._leases = leases

    def view(self, row: ApprovalRow) -> ApprovalView:
        """Return one request as a person sees it."""
        plan = row.as_plan()
        with self._database.reading() as session:
            held = self.leased(row, session)
            answers = self._requests.answers(row.id, session)
        waiting = row.state in {ApprovalState.PENDING, ApprovalState.APPROVED}
        lost = (change.change_id for change in plan.changes if waiting and change.natural_key not in held)
        return ApprovalView(
            id=ApprovalId(row.id),
            state=row.state,
            plan=plan,
            asked_for=PlanHash(row.plan_hash),
            needed=row.needed,
            expires_at=row.expires_at,
            answers=tuple(GivenAnswer(principal=a.principal, approve=a.approve, reason=a.reason) for a in answers),
            superseded=tuple(lost),
            thread=row.thread,
            interrupt=row.interrupt,
        )

    def leased(self, row: ApprovalRow, session: Session) -> set[str]:
        """Return the records for which a request still speaks."""
        keys = [change.natural_key for change in row.as_plan().changes]
        held = self._leases.held(keys, session=session)
        return {lease.natural_key for lease in held if (lease.run, lease.plan_hash) == (row.run, row.plan_hash)}
