"""The port through which a workflow's nodes reach its specialist: find, gather, propose, and look ahead.

A specialist reads and plans; it has no hands. What it finds travels in state as a paper, by record handles only.
"""

from typing import Literal, Protocol

from pydantic import Field

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


class Notes(Record):
    """What was added to the findings: words on leftovers by ticket marker; they decide nothing (S247, E13)."""

    words: dict[str, str] = Field(default_factory=dict)


class RosterSpecialist(Protocol):
    """What the roster graph asks of its specialist; reading again after a crash is always allowed."""

    def detect(self, request: SyncRequest) -> Detection:
        """Read both systems and return where they disagree, or why nothing may be concluded."""
        ...

    def enrich(self, request: SyncRequest, detection: Detection) -> Notes:
        """Gather what else is known: what a model makes of what the rules left over, where one is configured."""
        ...

    def propose(self, request: SyncRequest, detection: Detection, notes: Notes) -> Plan:
        """Return the changes that would settle the discrepancies, in order; none is a plan too."""
        ...

    def look_ahead(self, request: SyncRequest, detection: Detection) -> Plan:
        """Return pre-semester cases for students whose history warrants a look before the first day (S132 to S140)."""
        ...

    def populations(self, detection: Detection) -> Populations:
        """Return how many objects of each type the SIS has, as read in this run."""
        ...
