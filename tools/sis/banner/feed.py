"""The change-notification queue of Ethos: what changed in Banner, in order, until the caller says it is done.

Consuming removes what was handed out before, so every request names the last event that was really handled; events that
were not come again, also after a crash. An event only names a record: its content is read again before any use.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import TypeAdapter, ValidationError

from domain.errors import MalformedSource
from domain.ports import Clock, FeedEvent
from tools.sis.banner.dates import read_moment
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.wire import Resource, Text, Wire
from tools.sis.clock import WallClock
from tools.wire import WireClient, WireResponse

_log = structlog.get_logger("provost.banner.feed")
_MEDIA_TYPE = "application/vnd.hedtech.change-notifications.v2+json"
_PREFIX = "ethos:"
_MOST = 1000


class ChangedResource(Wire):
    """The record that changed."""

    name: Text = ""
    id: Text = ""


class Notification(Resource):
    """One message of the queue, without its content."""

    published: Text = ""
    resource: ChangedResource
    operation: Text = ""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What a silence alarm needs: how many events wait, when the queue was last read and last had anything."""

    waiting: int | None
    last_read_at: datetime | None
    last_event_at: datetime | None
    unreadable: int

    def silent_for(self, now: datetime) -> timedelta | None:
        """Return how long no event has come; None before the first one."""
        return now - self.last_event_at if self.last_event_at else None


class EthosFeed:
    """The queue of one Ethos application (Feed). An application has one queue, so only one feed may read it."""

    def __init__(
        self,
        client: WireClient,
        *,
        settings: EthosSettings | None = None,
        last_processed: str = "",
        clock: Clock | None = None,
    ) -> None:
        self._client, self._clock = client, clock or WallClock()
        self._last = last_processed or (settings or EthosSettings()).nothing_processed
        self._health = FeedHealth(None, None, None, 0)

    @property
    def last_processed(self) -> str:
        """The queue id up to which all was handled; given to the next feed, little is repeated and nothing skipped."""
        return self._last

    def read_events(self, limit: int) -> tuple[FeedEvent, ...]:
        """Return the next events in the order of their ids, each once; what was acknowledged leaves the queue."""
        query = (("limit", str(max(1, min(limit, _MOST)))), ("lastProcessedID", self._last))
        response = self._client.get("/consume", params=query, headers={"Accept": _MEDIA_TYPE})
        messages, unreadable = _parse(response)
        events = {message.id: self._event(message) for message in messages}
        self._remember(response, len(events), unreadable)
        return tuple(events[key] for key in sorted(events, key=_order))

    def acknowledge(self, last: FeedEvent) -> None:
        """Say that ``last`` and everything before it was handled; the queue learns it with the next request."""
        handled = last.event_id.removeprefix(_PREFIX)
        if _order(handled) > _order(self._last):
            self._last = handled

    def count_waiting(self) -> int | None:
        """Return how many events wait; None where the queue does not say."""
        return _remaining(self._client.head("/consume"))

    def health(self) -> FeedHealth:
        """Return what the last reading showed."""
        return self._health

    def _event(self, message: Notification) -> FeedEvent:
        return FeedEvent(
            event_id=f"{_PREFIX}{message.id}",
            source="banner",
            resource=message.resource.name,
            operation=message.operation,
            resource_id=message.resource.id,
            published_at=read_moment(message.published, UTC) or self._clock.now(),
        )

    def _remember(self, response: WireResponse, events: int, unreadable: int) -> None:
        now = self._clock.now()
        if unreadable:
            _log.warning("feed_messages_unreadable", count=unreadable)
        self._health = FeedHealth(
            waiting=_remaining(response),
            last_read_at=now,
            last_event_at=now if events else self._health.last_event_at,
            unreadable=self._health.unreadable + unreadable,
        )


def _parse(response: WireResponse) -> tuple[list[Notification], int]:
    """Return the messages of a batch and how many could not be read; those stay for the nightly reconcile."""
    try:
        return TypeAdapter(list[Notification]).validate_json(response.content), 0
    except ValidationError:
        rows = response.json_list()
    found = [message for row in rows if (message := _parse_one(json.dumps(row)))]
    if rows and not found:
        raise MalformedSource(
            f"None of {len(rows)} messages of the event queue can be read.",
            field="messages",
            fix="Check the media type of the queue; nothing was acknowledged.",
        )
    return found, len(rows) - len(found)


def _parse_one(text: str) -> Notification | None:
    try:
        return Notification.model_validate_json(text)
    except ValidationError:
        return None


def _remaining(response: WireResponse) -> int | None:
    text = response.headers.get("x-remaining", "")
    return int(text) if text.isdigit() else None


def _order(queue_id: str) -> tuple[int, str]:
    """Order queue ids as numbers where they are numbers."""
    return (int(queue_id), "") if queue_id.isdigit() else (0, queue_id)
