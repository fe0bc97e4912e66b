"""Reads what a decision needs, so that deciding itself is pure: phases, suppressions, and the last day's changes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.ports import Clock
from domain.principals import Principal
from governance.actions import REMOVALS, ObjectType, object_of
from governance.decided import RunContext, Suppressed, Waiver
from governance.phases import lowered_phases
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.intent_rows import count_sent
from store.plans import Phases, Suppression, Suppressions

DAY = timedelta(days=1)
"""Span over which changes count together, so that many small runs cannot do what one large run may not (R67)."""


class ContextReader:
    """Gathers the context of a decision from the store."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        self._phases = Phases(database)
        self._suppressions = Suppressions(database, clock=clock)

    def read(
        self,
        requester: Principal,
        populations: Mapping[ObjectType, int] | None = None,
        waiver: Waiver | None = None,
    ) -> RunContext:
        """Return the context of a decision made now; ``populations`` is how many objects the SIS has, by type."""
        now = self._clock.now()
        with self._database.snapshot() as connection:
            return RunContext(
                now=now,
                requester=requester,
                populations=dict(populations or {}),
                recent=_count_recent(connection, now - DAY),
                lowered=lowered_phases(self._phases.overrides(connection)),
                suppressed=tuple(map(_suppressed, self._suppressions.active(connection))),
                waiver=waiver,
            )


def _count_recent(connection: Connection, since: datetime) -> dict[str, int]:
    """Count what was sent since a moment, by limit name (``enrolment:any``, ``enrolment:removal``)."""
    counts: dict[str, int] = {}
    for kind, number in count_sent(connection, since):
        for effect in ("any", "removal") if kind in REMOVALS else ("any",):
            name = f"{object_of(kind)}:{effect}"
            counts[name] = counts.get(name, 0) + number
    return counts


def _suppressed(row: Suppression) -> Suppressed:
    return Suppressed(natural_key=row.natural_key, rule=row.rule, reason=row.reason, until=row.expires_at)
