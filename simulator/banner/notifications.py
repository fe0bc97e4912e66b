"""The change-notification queue: one per application, at least once, handed out until acknowledged.

Consuming without `lastProcessedID` acknowledges what was handed out before; with it, only messages up to that
id are gone and the rest is handed out again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.banner.catalogue import RESOURCES
from simulator.banner.state import BannerState, Touched
from simulator.banner.wire import Json
from simulator.faults import FaultKind, FaultPlan

MEDIA_TYPE = "application/vnd.hedtech.change-notifications.v2+json"
EVENT_FAULTS = (FaultKind.DUPLICATE_EVENT, FaultKind.REORDER_EVENTS, FaultKind.LOST_EVENT)


@dataclass(slots=True)
class Notification:
    """A message on the queue, before it has a number."""

    resource: str
    guid: str
    operation: str
    version: str
    content: Json

    def to_json(self, number: int, published: str, publisher: Json) -> Json:
        """The message as a consumer sees it."""
        deleted = self.operation == "deleted"
        return {
            "id": str(number),
            "published": published,
            "publisher": publisher,
            "resource": {"name": self.resource, "id": self.guid, "version": self.version},
            "operation": self.operation,
            "contentType": "empty" if deleted else "resource-representation",
            "content": {} if deleted else self.content,
        }


class NotificationQueue:
    """One application's messages, numbered as they arrive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[tuple[int, Json]] = []
        self._handed_out = 0
        self._next = 1

    def put(self, notification: Notification, published: str, publisher: Json, *, ahead: bool = False) -> None:
        """Append a message, or let it overtake the last one that is still waiting."""
        with self._lock:
            entry = (self._next, notification.to_json(self._next, published, publisher))
            self._next += 1
            place = len(self._messages)
            if ahead and place > self._handed_out:
                number, overtaken = self._messages.pop()
                entry[1]["id"], overtaken["id"] = str(number), str(entry[0])
                self._messages += [(number, entry[1]), (entry[0], overtaken)]
            else:
                self._messages.append(entry)

    def consume(self, limit: int, last_processed: int | None) -> list[Json]:
        """Acknowledge what was handled and hand out the next messages."""
        with self._lock:
            if last_processed is None:
                del self._messages[: self._handed_out]
            else:
                self._messages = [each for each in self._messages if each[0] > last_processed]
            handed = [message for _, message in self._messages[:limit]]
            self._handed_out = len(handed)
            return handed

    @property
    def remaining(self) -> int:
        """How many messages wait that were not handed out."""
        with self._lock:
            return len(self._messages) - self._handed_out


class Publisher:
    """Puts every change of Banner onto the queues, as the plan of faults allows."""

    def __init__(self, state: BannerState, queues: Iterable[NotificationQueue], plan: FaultPlan) -> None:
        self._state = state
        self._queues = list(queues)
        self._plan = plan
        self.publisher: Json = {
            "id": "banner",
            "applicationName": "Banner Student",
            "tenant": {"id": "tenant", "alias": "northfield", "environment": "Test"},
        }

    def publish_changes(self, touched: Iterable[Touched]) -> None:
        """Publish the records that an operation touched, with their state now."""
        for each in touched:
            resource = RESOURCES[each.resource]
            content = resource.get(self._state, each.guid) or {}
            version = resource.versions[-1].media_type
            self.publish(Notification(each.resource, each.guid, each.operation, version, content))

    def publish(self, notification: Notification) -> None:
        """Put one message onto every queue; it may be lost, doubled or overtake another by fault."""
        faults = self._plan.draw("ethos", "EVENT", f"/{notification.resource}", EVENT_FAULTS)
        if FaultKind.LOST_EVENT in faults:
            return
        published = self._state.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"
        copies = 2 if FaultKind.DUPLICATE_EVENT in faults else 1
        for queue in self._queues:
            for _ in range(copies):
                queue.put(notification, published, self.publisher, ahead=FaultKind.REORDER_EVENTS in faults)
