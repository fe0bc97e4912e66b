"""Puts accepted events on record: one entry in the ledger for each, however often it is delivered (S37, S166).

Whoever takes events in calls this after the engine has them durably and before they are acknowledged, so that none is
lost between the two and none stands in the ledger that will not run.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.ports import FeedEvent
from graphs.runner import run_of_event
from store.ledger import Draft
from store.workers import Inbox

if TYPE_CHECKING:
    from graphs.installation import Installation

ACCEPTED = "event.accepted"


def record_accepted(installation: "Installation", events: Sequence[FeedEvent], actor: str) -> int:
    """Record those of the events that were not recorded before, and return how many that were.

    The entry stands under the run that roster sync makes of the event, and names the resource but no record of anyone.
    """
    inbox = Inbox(installation.database, clock=installation.clock)
    named: dict[str, FeedEvent] = {run_of_event(event): event for event in events}
    with installation.ledger.session() as session:
        new = inbox.accept_new(named, session)
        drafts = [Draft(ACCEPTED, actor, run, _body(named[run])) for run in sorted(new)]
        if drafts:
            installation.ledger.append_many(drafts, session=session)
    return len(drafts)


def _body(event: FeedEvent) -> dict[str, str]:
    return {
        "source": event.source,
        "event": event.event_id,
        "resource": event.resource,
        "operation": event.operation,
        "published_at": event.published_at.isoformat(),
    }
