"""How long what rules settle alone took, from the start of the run that found it to the reading back (S72, S197)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from store.database import Database
from store.intents import IntentRow, IntentState
from store.plans.decisions import DecisionRow, Outcome
from store.plans.runs import Run

BATCH = 500


class Resolution(NamedTuple):
    """One change that no person had to approve: the run that made it, when that began, and when it was read back."""

    run: str
    began_at: datetime
    resolved_at: datetime

    @property
    def seconds(self) -> float:
        """The time between the two."""
        return (self.resolved_at - self.began_at).total_seconds()


def read_resolutions(database: Database, runs: Sequence[str]) -> Iterator[Resolution]:
    """Yield every change of these runs that was decided to be automatic, was sent, and was read back as wanted.

    What was undone since is left out: it is not resolved, and its row tells when it was undone.
    """
    query = (
        select(IntentRow.id, IntentRow.run, Run.started_at, IntentRow.updated_at)
        .join(Run, col(Run.id) == col(IntentRow.run))
        .join(DecisionRow, col(DecisionRow.run) == col(IntentRow.run))
        .where(DecisionRow.change_id == IntentRow.change_id, DecisionRow.outcome == Outcome.AUTOMATIC)
        .where(IntentRow.attempts > 0, IntentRow.state == IntentState.VERIFIED)
        .distinct()
    )
    with database.reading() as session:
        for start in range(0, len(runs), BATCH):
            rows = session.exec(query.where(col(IntentRow.run).in_(runs[start : start + BATCH])))
            yield from (Resolution(run, began, resolved) for _, run, began, resolved in rows)
