"""Worker slots pass to another only when their lease has run out; an event is accepted once for good."""

from datetime import timedelta

from domain.ports import FeedEvent
from store.workers import Inbox, WorkerSlots
from tests.store.changes import NOW, Still


def test_a_slot_passes_on_only_when_its_lease_has_run_out(database):
    clock = Still()
    slots = WorkerSlots(database, clock=clock, lease=timedelta(seconds=15))
    assert slots.take("slot-1", "worker-a")
    assert (slots.take("slot-1", "worker-b"), slots.take("slot-1", "worker-a")) == (False, True)
    clock.time += timedelta(seconds=14)
    assert (slots.take("slot-1", "worker-b"), slots.lapsed()) == (False, ())
    clock.time += timedelta(seconds=1)
    assert [slot.holder for slot in slots.lapsed()] == ["worker-a"]
    assert slots.take("slot-1", "worker-b")
    slots.release("slot-1", "worker-a")
    assert not slots.take("slot-1", "worker-a")
    slots.release("slot-1", "worker-b")
    assert slots.take("slot-1", "worker-a")


def test_an_event_is_accepted_once(database):
    inbox = Inbox(database)
    event = FeedEvent(
        event_id="e1",
        source="banner",
        resource="section-registrations",
        operation="replaced",
        resource_id="g1",
        published_at=NOW,
    )
    with database.session() as session:
        assert (inbox.accept_new({"e1": event}, session), inbox.accept_new({"e1": event}, session)) == ({"e1"}, set())
        assert inbox.accept_new({"e1": event, "e2": event}, session) == {"e2"}
