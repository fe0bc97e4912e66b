"""Which workflow wants to hear of which change: the one table through which a change fans out (S43).

A resource that nobody lists here is left to the nightly reconcile, which reads everything.
"""

from fnmatch import fnmatchcase
from typing import NamedTuple

from domain.ports import FeedEvent


class Subscription(NamedTuple):
    """A workflow and the notifications it wants, by globs over the source's noun and operation."""

    resource: str
    operation: str
    workflow: str


ROSTER_SYNC = "roster_sync"

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription("section-registrations", "*", ROSTER_SYNC),
    Subscription("student-section-waitlists", "*", ROSTER_SYNC),
    Subscription("section-instructors", "*", ROSTER_SYNC),
    Subscription("sections", "created", ROSTER_SYNC),
    Subscription("sections", "replaced", ROSTER_SYNC),
)


def workflows_for(event: FeedEvent) -> tuple[str, ...]:
    """Return the workflows that want to hear of an event, each once."""
    wanted = (
        each.workflow
        for each in SUBSCRIPTIONS
        if fnmatchcase(event.resource, each.resource) and fnmatchcase(event.operation, each.operation)
    )
    return tuple(dict.fromkeys(wanted))
