"""Reads what a decision needs, so that deciding itself is pure: phases, suppressions, and the last day's changes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from domain.ports import Clock
from domain.principals import Principal
from governance.actions import REMOVALS, ObjectType, object_of
from governance.decided import RunContext, Suppressed, Waiver
from governance.phases import lowered_phases
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.outbox import Intent
from store.plans import Phases, Suppressions

DAY = timedelta(days=1)
"""Span over which changes count together, so that many small runs cannot do what one large run may not (R67)."""


class ContextReader:
    """Gathers the context of a decision from the store."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def read(
        self,
        requester: Principal,
        populations: Mapping[ObjectType, int] | None = None,
        waiver: Waiver | None = None,
    ) -> RunContext:
        """Return the context of a decision made now; ``populations`` is how many objects the SIS has, by type."""
        now = self._clock.now()
        return RunContext(
            now=now,
            requester=requester,
            populations=dict(populations or {}),
            recent=self._count_recent(now - DAY),
            lowered=lowered_phases(Phases(self._database).overrides()),
            suppressed=self._read_suppressed(),
            waiver=waiver,
        )

    def _count_recent(self, since: datetime) -> dict[str, int]:
        """Count what was sent since a moment, by limit name (``enrolment:any``, ``enrolment:removal``)."""
        query = select(Intent.kind, func.count()).where(Intent.attempts > 0, Intent.created_at >= since)
        counts: dict[str, int] = {}
        with self._database.reading() as session:
            for kind, number in session.exec(query.group_by(col(Intent.kind))):
                for effect in ("any", "removal") if kind in REMOVALS else ("any",):
                    name = f"{object_of(kind)}:{effect}"
                    counts[name] = counts.get(name, 0) + number
        return counts

    def _read_suppressed(self) -> tuple[Suppressed, ...]:
        rows = Suppressions(self._database, clock=self._clock).active()
        return tuple(
            Suppressed(natural_key=row.natural_key, rule=row.rule, reason=row.reason, until=row.expires_at)
            for row in rows
        )
