"""Which workflow wants to hear of which change: the one table through which a change fans out (S43).

A resource that nobody lists here is left to the nightly reconcile, which reads everything.
"""

from fnmatch import fnmatchcase
from typing import NamedTuple

from domain.ports import FeedEvent


class Subscription(NamedTuple):
    """A workflow and the notifications it wants, by globs over the source's noun and operation, but for some."""

    resource: str
    operation: str
    workflow: str
    but: str = ""
    """Operation that the workflow has no use for: of a record that is gone nothing can be read."""


ROSTER_SYNC = "roster_sync"
DROP_WITHDRAWAL = "drop_withdrawal"

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription("section-registrations", "*", ROSTER_SYNC),
    Subscription("section-registrations", "*", DROP_WITHDRAWAL, but="deleted"),
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
        if not each.but or event.operation != each.but
    )
    return tuple(dict.fromkeys(wanted))
