"""Intents: one row per change on its way to an outside system, and the states it may pass through.

``IntentRow`` is the table, ``Intent`` what is read from it: a plain value, because a plan has thousands of them.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.changes import Change
from domain.ports import Receipt
from store.columns import UtcDateTime, word_column

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


class IntentState(StrEnum):
    """Where a change stands between being recorded and being known to hold."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    REFUSED = "refused"
    CONFLICT = "conflict"
    UNCERTAIN = "uncertain"
    COMPENSATED = "compensated"


IN_FLIGHT = (IntentState.PLANNED, IntentState.SENDING, IntentState.SENT)
_S = IntentState
_DECIDED = frozenset({_S.VERIFIED, _S.UNVERIFIED, _S.REFUSED, _S.COMPENSATED})
NEXT_STATES: Mapping[IntentState, frozenset[IntentState]] = {
    _S.PLANNED: frozenset({_S.SENDING, _S.VERIFIED, _S.CONFLICT, _S.REFUSED, _S.UNCERTAIN}),
    _S.SENDING: frozenset({_S.SENDING, _S.SENT, _S.VERIFIED, _S.UNVERIFIED, _S.REFUSED, _S.CONFLICT, _S.UNCERTAIN}),
    _S.SENT: frozenset({_S.SENDING, _S.VERIFIED, _S.UNVERIFIED, _S.REFUSED, _S.UNCERTAIN}),
    _S.VERIFIED: frozenset({_S.COMPENSATED}),
    _S.UNVERIFIED: frozenset({_S.VERIFIED, _S.REFUSED, _S.COMPENSATED}),
    _S.UNCERTAIN: _DECIDED,
    _S.REFUSED: frozenset(),
    _S.CONFLICT: frozenset(),
    _S.COMPENSATED: frozenset(),
}
"""Which state may follow which; SENDING may follow itself when a safe change is sent again after a crash."""
FLYING = text("state IN ('planned', 'sending', 'sent')")
"""The same in SQL: literal, since no database would use the index over what is in flight for bound values."""


class IntentRow(SQLModel, table=True):
    """One change of one plan in one run, as stored."""

    __tablename__ = "intent"
    __table_args__ = (
        Index("uq_intent_in_flight", "natural_key", unique=True, sqlite_where=FLYING, postgresql_where=FLYING),
        UniqueConstraint("run", "plan_hash", "change_id", name="uq_intent_once_per_plan"),
        Index("ix_intent_run", "run", "position"),
    )

    id: str = Field(primary_key=True)
    run: str
    plan_hash: str
    position: int
    change_id: str
    natural_key: str
    target: str
    kind: str
    change: str
    state: IntentState = Field(sa_column=word_column(IntentState, index=True))
    attempts: int = 0
    receipt: str = ""
    ledger_seq: int = Field(sa_column=Column(BigInteger, ForeignKey("ledger_entry.seq"), nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Intent(NamedTuple):
    """One change of one plan in one run, on its way to an outside system, as it stood when it was read.

    The fields are the columns of ``IntentRow``, in their order.
    """

    id: str
    run: str
    plan_hash: str
    position: int
    change_id: str
    natural_key: str
    target: str
    kind: str
    change: str
    state: IntentState
    attempts: int
    receipt: str
    ledger_seq: int
    created_at: datetime
    updated_at: datetime

    def as_change(self) -> Change:
        """Return the change as it was planned."""
        return _CHANGE.validate_json(self.change)

    def as_receipt(self) -> Receipt | None:
        """Return what the outside system answered, or None where it has not."""
        return Receipt.model_validate_json(self.receipt) if self.receipt else None
