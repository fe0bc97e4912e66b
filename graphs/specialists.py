"""The port through which a workflow's nodes reach its specialist: find, gather, propose, and look ahead.

A specialist reads and plans; it has no hands. What it finds travels in state as a paper, by record handles only.
"""

from typing import Literal, Protocol

from agents.roster.detected import Detection
from domain.ids import RunId, TermCode
from domain.plans import Plan
from domain.ports import FeedEvent
from domain.records import Record
from graphs.governing import Populations


class SyncRequest(Record):
    """What a roster run is asked to look at: a whole term, or the one record that an event names."""

    run: RunId
    kind: Literal["term", "event"]
    term: TermCode
    dry_run: bool = False
    event: FeedEvent | None = None


class RosterSpecialist(Protocol):
    """What the roster graph asks of its specialist; reading again after a crash is always allowed."""

    def detect(self, request: SyncRequest) -> Detection:
        """Read both systems and return where they disagree, or why nothing may be concluded."""
        ...

    def enrich(self, request: SyncRequest, detection: Detection) -> Detection:
        """Add what other sources say: holds, overrides, classifications of what the rules left over."""
        ...

    def propose(self, request: SyncRequest, detection: Detection) -> Plan:
        """Return the changes that would settle the discrepancies, in order; none is a plan too."""
        ...

    def look_ahead(self, request: SyncRequest, detection: Detection) -> Plan:
        """Return pre-semester cases for students whose history warrants a look before the first day (S132 to S140)."""
        ...

    def populations(self, detection: Detection) -> Populations:
        """Return how many objects of each type the SIS has, as read in this run."""
        ...
