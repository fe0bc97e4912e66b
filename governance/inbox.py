"""What a person sees of an approval request, made from the rows; the words on the screen are made elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NewType

from sqlmodel import Session

from domain.ids import ChangeId, PlanHash
from domain.plans import Plan
from domain.records import Record
from store.database import Database
from store.plans import ApprovalAnswer, ApprovalRequests, ApprovalRow, ApprovalState, Leases

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
        return self.views([row])[0]

    def views(self, rows: Sequence[ApprovalRow]) -> list[ApprovalView]:
        """Return requests as a person sees them, however many, with few queries."""
        plans = {row.id: row.as_plan() for row in rows}
        keys = [change.natural_key for plan in plans.values() for change in plan.changes]
        with self._database.reading() as session:
            leases = self._leases.held(keys, session=session)
            answers = self._requests.answers_to([row.id for row in rows], session)
        holders = {lease.natural_key: (lease.run, lease.plan_hash) for lease in leases}
        return [_view(row, plans[row.id], answers.get(row.id, ()), holders) for row in rows]

    def leased(self, row: ApprovalRow, session: Session) -> set[str]:
        """Return the records for which a request still speaks."""
        keys = [change.natural_key for change in row.as_plan().changes]
        held = self._leases.held(keys, session=session)
        return {lease.natural_key for lease in held if (lease.run, lease.plan_hash) == (row.run, row.plan_hash)}


def _view(
    row: ApprovalRow, plan: Plan, answers: Sequence[ApprovalAnswer], holders: Mapping[str, tuple[str, str]]
) -> ApprovalView:
    waiting = row.state in {ApprovalState.PENDING, ApprovalState.APPROVED}
    mine = (row.run, row.plan_hash)
    lost = (one.change_id for one in plan.changes if waiting and holders.get(one.natural_key) != mine)
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
