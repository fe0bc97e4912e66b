"""Approval requests and the answers given: single use, bound to a plan hash, and moved on by compare-and-set only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, and_, col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from domain.errors import ApprovalStale
from domain.plans import Plan
from store.columns import UtcDateTime, word_column
from store.database import Database

_SMALL = 8000
"""Characters of a plan up to which it is kept at hand; there are up to ``_AT_HAND`` of them."""
_AT_HAND = 2000


class ApprovalState(StrEnum):
    """Where a request stands; only PENDING can be answered and only APPROVED can be used."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    USED = "used"


class ApprovalRow(SQLModel, table=True):
    """One request; ``thread`` and ``interrupt`` name the paused run, ``needed`` how many people must approve."""

    __tablename__ = "approval"

    id: str = Field(primary_key=True)
    run: str = Field(index=True)
    plan_hash: str = Field(index=True)
    plan: str
    topic: str
    approver_role: str = Field(index=True)
    requested_by: str
    needed: int = 1
    state: ApprovalState = Field(sa_column=word_column(ApprovalState, index=True))
    thread: str = ""
    interrupt: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def as_plan(self) -> Plan:
        """Return the plan that is asked about; small ones, which an inbox reads again and again, are kept at hand."""
        return _small_plan(self.plan) if len(self.plan) < _SMALL else Plan.model_validate_json(self.plan)


class ApprovalKey(SQLModel, table=True):
    """A record that a request would change, so that a later run can find and supersede it."""

    __tablename__ = "approval_key"

    approval_id: str = Field(primary_key=True, foreign_key="approval.id")
    natural_key: str = Field(primary_key=True, index=True)


class ApprovalAnswer(SQLModel, table=True):
    """What one person answered; nobody can answer one request twice."""

    __tablename__ = "approval_answer"
    __table_args__ = (UniqueConstraint("approval_id", "principal", name="uq_approval_answer_person"),)

    id: int | None = Field(default=None, primary_key=True)
    approval_id: str = Field(foreign_key="approval.id", index=True)
    principal: str
    role: str
    approve: bool
    reason: str
    answered_at: datetime = Field(sa_type=UtcDateTime)


class Place(NamedTuple):
    """Where a page of waiting requests ended: the last one's expiry and id."""

    expires_at: datetime
    id: str


class ApprovalRequests:
    """Keeps requests and answers; who may answer is decided by governance."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, row: ApprovalRow, natural_keys: Sequence[str], session: Session) -> None:
        """Keep a request with the records it would change."""
        session.add(row)
        session.flush()
        session.add_all(ApprovalKey(approval_id=row.id, natural_key=key) for key in dict.fromkeys(natural_keys))
        session.flush()

    def read(self, approval_id: str, session: Session | None = None) -> ApprovalRow | None:
        """Return one request, or None."""
        if session is not None:
            return session.get(ApprovalRow, approval_id, populate_existing=True)
        with self._database.reading() as own:
            return own.get(ApprovalRow, approval_id)

    def find(self, *, states: Sequence[ApprovalState] = (), run: str = "") -> tuple[ApprovalRow, ...]:
        """Return requests in order of creation, of some states and one run where given."""
        query = select(ApprovalRow).order_by(col(ApprovalRow.created_at), col(ApprovalRow.id))
        if states:
            query = query.where(col(ApprovalRow.state).in_(states))
        if run:
            query = query.where(ApprovalRow.run == run)
        with self._database.reading() as session:
            return tuple(session.exec(query))

    def waiting(self, roles: Collection[str], now: datetime, after: "Place | None", limit: int) -> list[ApprovalRow]:
        """Return requests that any of the roles may still answer, what expires first coming first, behind ``after``."""
        query = _waiting(roles, now).order_by(col(ApprovalRow.expires_at), col(ApprovalRow.id)).limit(limit)
        if after is not None:
            later = col(ApprovalRow.expires_at) > after.expires_at
            beside = and_(col(ApprovalRow.expires_at) == after.expires_at, col(ApprovalRow.id) > after.id)
            query = query.where(or_(later, beside))
        with self._database.reading() as session:
            return list(session.exec(query))

    def count_waiting(self, roles: Collection[str], now: datetime) -> int:
        """Count the requests that any of the roles may still answer."""
        query = select(func.count()).select_from(_waiting(roles, now).subquery())
        with self._database.reading() as session:
            return session.exec(query).one()

    def pending_for(self, natural_keys: Sequence[str], session: Session) -> tuple[ApprovalRow, ...]:
        """Return the pending requests that would change any of the records."""
        found: dict[str, ApprovalRow] = {}
        for start in range(0, len(natural_keys), 500):
            batch = col(ApprovalKey.natural_key).in_(natural_keys[start : start + 500])
            query = select(ApprovalRow).join(ApprovalKey).where(batch, ApprovalRow.state == ApprovalState.PENDING)
            found |= {row.id: row for row in session.exec(query)}
        return tuple(found.values())

    def asked_for(self, natural_keys: Sequence[str], now: datetime) -> frozenset[str]:
        """Return those of some records that a request would change which can still be answered."""
        live = (ApprovalRow.state == ApprovalState.PENDING, ApprovalRow.expires_at >= now)
        found: set[str] = set()
        with self._database.reading() as session:
            for start in range(0, len(natural_keys), 500):
                batch = col(ApprovalKey.natural_key).in_(natural_keys[start : start + 500])
                found |= set(session.exec(select(ApprovalKey.natural_key).join(ApprovalRow).where(batch, *live)))
        return frozenset(found)

    def answers(self, approval_id: str, session: Session | None = None) -> tuple[ApprovalAnswer, ...]:
        """Return the answers to one request in the order they came."""
        query = select(ApprovalAnswer).where(ApprovalAnswer.approval_id == approval_id).order_by(col(ApprovalAnswer.id))
        if session is not None:
            return tuple(session.exec(query))
        with self._database.reading() as own:
            return tuple(own.exec(query))

    def answers_to(self, approval_ids: Sequence[str], session: Session) -> dict[str, list[ApprovalAnswer]]:
        """Return the answers to several requests, by request, in the order they came."""
        found: dict[str, list[ApprovalAnswer]] = {}
        for start in range(0, len(approval_ids), 500):
            asked = col(ApprovalAnswer.approval_id).in_(approval_ids[start : start + 500])
            for answer in session.exec(select(ApprovalAnswer).where(asked).order_by(col(ApprovalAnswer.id))):
                found.setdefault(answer.approval_id, []).append(answer)
        return found

    def count_by_role(self, now: datetime) -> dict[str, int]:
        """Count the requests that may still be answered, by the role that may."""
        pending = (ApprovalRow.state == ApprovalState.PENDING, col(ApprovalRow.expires_at) >= now)
        query = select(ApprovalRow.approver_role, func.count()).where(*pending).group_by(ApprovalRow.approver_role)
        with self._database.reading() as session:
            return dict(session.exec(query.order_by(ApprovalRow.approver_role)).all())

    def move(
        self, approval_id: str, expected: ApprovalState, to: ApprovalState, at: datetime, session: Session
    ) -> None:
        """Move a request on, once; ApprovalStale where it is no longer in the state expected."""
        where = (col(ApprovalRow.id) == approval_id, col(ApprovalRow.state) == expected)
        moved = session.connection().execute(update(ApprovalRow).where(*where).values(state=to, closed_at=at)).rowcount
        if moved != 1:
            message = f"The approval is no longer {expected.value}."
            fix = "List the approvals again; a newer request may have taken its place."
            raise ApprovalStale(message, field=f"approval {approval_id}", fix=fix)


@lru_cache(maxsize=_AT_HAND)
def _small_plan(text: str) -> Plan:
    return Plan.model_validate_json(text)


def _waiting(roles: Collection[str], now: datetime) -> SelectOfScalar[ApprovalRow]:
    pending = (ApprovalRow.state == ApprovalState.PENDING, col(ApprovalRow.expires_at) >= now)
    return select(ApprovalRow).where(*pending, col(ApprovalRow.approver_role).in_(sorted(roles)))
