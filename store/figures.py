"""What an operator counts over an installation: runs, approvals, writes, entries of the ledger; nobody is named."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from store.database import Database
from store.intents import IntentRow
from store.ledger.checkpoints import CheckpointRow
from store.ledger.entries import EntryRow
from store.plans.approvals import ApprovalRow, ApprovalState
from store.plans.runs import Run


class Figures(NamedTuple):
    """The counts of one moment.

    ``runs`` is by workflow and state, ``writes`` by system and outcome; ``asked_at`` is when the approval that waits
    longest was asked for; ``unsealed`` is how many ledger entries lie after the newest checkpoint.
    """

    runs: dict[tuple[str, str], int]
    writes: dict[tuple[str, str], int]
    approvals: dict[str, int]
    asked_at: datetime | None
    unsealed: int


def read_figures(database: Database) -> Figures:
    """Count everything on one snapshot."""
    with database.reading() as session:
        return Figures(
            runs=_by_two(session, Run.kind, Run.state),
            writes=_by_two(session, IntentRow.target, IntentRow.state),
            approvals=_waiting(session),
            asked_at=session.exec(select(func.min(ApprovalRow.created_at)).where(_PENDING)).one(),
            unsealed=read_unsealed(session),
        )


def read_unsealed(session: Session) -> int:
    """Return how many entries of the ledger lie after its newest checkpoint."""
    head = session.exec(select(func.max(EntryRow.seq))).one() or 0
    return head - (session.exec(select(func.max(CheckpointRow.seq))).one() or 0)


_PENDING = col(ApprovalRow.state) == ApprovalState.PENDING


def _waiting(session: Session) -> dict[str, int]:
    role = col(ApprovalRow.approver_role)
    return dict(session.exec(select(role, func.count()).where(_PENDING).group_by(role)).all())


def _by_two(session: Session, first: str, second: str) -> dict[tuple[str, str], int]:
    one, other = col(first), col(second)
    rows = session.exec(select(one, other, func.count()).group_by(one, other))
    return {(str(a), str(getattr(b, "value", b))): number for a, b, number in rows}
