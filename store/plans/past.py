"""What was decided about a record and what came of it, found by the record's natural key, newest first (S224)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import col, select

from store.database import Database
from store.intents import IntentRow
from store.plans.approvals import ApprovalAnswer, ApprovalRow
from store.plans.decisions import DecisionRow


class PastChange(NamedTuple):
    """One decided change: by which rule and why, who answered where a person was asked, and where it ended."""

    run: str
    natural_key: str
    action: str
    topic: str
    outcome: str
    rule: str
    reason: str
    decided_at: datetime
    state: str
    asked_by: str
    answered: tuple[str, ...]


_KEY = col(DecisionRow.natural_key)
_TOUCHING = (
    select(DecisionRow)
    .where(_KEY.like(bindparam("inside"), escape="/") | _KEY.like(bindparam("at_end"), escape="/"))
    .order_by(col(DecisionRow.id).desc())
    .limit(bindparam("limit"))
)
_ENDED = select(IntentRow).where(
    col(IntentRow.run).in_(bindparam("runs", expanding=True)),
    col(IntentRow.change_id).in_(bindparam("changes", expanding=True)),
)
_ANSWERED = (
    select(ApprovalRow.run, ApprovalRow.plan_hash, ApprovalAnswer.role, ApprovalAnswer.approve)
    .join(ApprovalAnswer)
    .where(col(ApprovalRow.plan_hash).in_(bindparam("plans", expanding=True)))
)
"""Built once: to build one costs more than to ask it."""


class PastChanges:
    """Finds past changes of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def touching(self, part: str, limit: int = 100) -> Sequence[PastChange]:
        """Return the newest changes whose natural key has this part between colons, such as a handle or a section."""
        inside, at_end = (f"%:{_escaped(part)}{end}" for end in (":%", ""))
        with self._database.reading() as session:
            asked = {"inside": inside, "at_end": at_end, "limit": limit}
            rows = session.scalars(_TOUCHING, asked).all()
            named = {"runs": sorted({row.run for row in rows}), "changes": sorted({row.change_id for row in rows})}
            intents = session.scalars(_ENDED, named).all()
            answers = session.execute(_ANSWERED, {"plans": sorted({row.plan_hash for row in intents})}).all()
        ended = {(row.run, row.change_id): row for row in intents}
        return [_past(row, ended.get((row.run, row.change_id)), answers) for row in rows]


def _escaped(part: str) -> str:
    """Return a part with what stands for any character in a pattern made to stand for itself."""
    return part.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _past(row: DecisionRow, intent: IntentRow | None, answers: Sequence[tuple[str, str, str, bool]]) -> PastChange:
    plan = (intent.run, intent.plan_hash) if intent else None
    answered = [
        f"{role} {'approved' if yes else 'rejected'}" for run, hash_, role, yes in answers if (run, hash_) == plan
    ]
    return PastChange(
        run=row.run,
        natural_key=row.natural_key,
        action=row.action,
        topic=row.topic,
        outcome=row.outcome.value,
        rule=row.rule,
        reason=row.reason,
        decided_at=row.decided_at,
        state=intent.state.value if intent else "",
        asked_by=str(json.loads(intent.change)["rule"]) if intent else "",
        answered=tuple(answered),
    )
