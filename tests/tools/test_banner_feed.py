"""The event queue of Ethos: at least once, acknowledged only when the caller is done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import MalformedSource, Unreachable
from domain.ports import FeedEvent
from tests.tools.ethos_tenant import connect, make_tenant
from tests.tools.sis_campus import NOW
from tests.tools.wire_server import Reply
from tools.sis.banner.dates import read_moment


def message(number: int, **more: Any) -> dict[str, Any]:
    resource = {"name": "section-registrations", "id": f"r-{number}", "version": "application/vnd.x+json"}
    published = "2026-01-20 14:02:11.104Z"
    base = {"id": str(number), "published": published, "resource": resource, "operation": "replaced"}
    return {**base, "contentType": "resource-representation", "content": {"secret": "Smith"}, **more}


def ids(events: tuple[FeedEvent, ...]) -> list[str]:
    return [event.event_id for event in events]


def test_events_name_records_and_carry_no_content() -> None:
    tenant = make_tenant()
    tenant.messages = [message(42)]
    with connect(tenant) as campus:
        (event,) = campus.feed().read_events(10)
    assert (event.event_id, event.source, event.resource) == ("ethos:42", "banner", "section-registrations")
    assert (event.operation, event.resource_id) == ("replaced", "r-42")
    assert event.published_at == datetime(2026, 1, 20, 14, 2, 11, 104000, UTC)
    assert "Smith" not in event.model_dump_json()


def test_nothing_leaves_the_queue_before_it_was_acknowledged() -> None:
    tenant = make_tenant()
    tenant.messages = [message(number) for number in range(41, 46)]
    with connect(tenant) as campus:
        feed = campus.feed()
        first = feed.read_events(3)
        assert ids(feed.read_events(3)) == ids(first) == ["ethos:41", "ethos:42", "ethos:43"]
        feed.acknowledge(first[1])
        assert ids(feed.read_events(3)) == ["ethos:43", "ethos:44", "ethos:45"]
        restarted = campus.feed()
        assert ids(restarted.read_events(3)) == ["ethos:43", "ethos:44", "ethos:45"]
        sent = [asked.query["lastProcessedID"] for asked in campus.asked("/consume")]
    assert sent == ["0", "0", "42", "0"]


def test_acknowledging_an_older_event_never_moves_back() -> None:
    tenant = make_tenant()
    tenant.messages = [message(9), message(10)]
    with connect(tenant) as campus:
        feed = campus.feed()
        older, newer = feed.read_events(10)
        feed.acknowledge(newer)
        feed.acknowledge(older)
    assert feed.last_processed == "10"


def test_duplicates_come_once_and_in_the_order_of_their_ids() -> None:
    tenant = make_tenant()
    tenant.messages = [message(11), message(9), message(11)]
    with connect(tenant) as campus:
        assert ids(campus.feed().read_events(10)) == ["ethos:9", "ethos:11"]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2022-05-01 13:45:10.123Z", datetime(2022, 5, 1, 13, 45, 10, 123000, UTC)),
        ("2022-05-01T13:45:10Z", datetime(2022, 5, 1, 13, 45, 10, tzinfo=UTC)),
        ("2022-05-01 13:45:10 +02:00", datetime(2022, 5, 1, 11, 45, 10, tzinfo=UTC)),
        ("2022-05-01 13:45:10", datetime(2022, 5, 1, 13, 45, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_that_are_not_strict_iso(text: str, at: datetime | None) -> None:
    assert read_moment(text, UTC) == at


def test_message_without_a_readable_moment_is_kept() -> None:
    tenant = make_tenant()
    tenant.messages = [message(1, published="yesterday")]
    with connect(tenant) as campus:
        assert campus.feed().read_events(1)[0].published_at == NOW


def test_unreadable_message_is_counted_and_a_batch_of_them_is_an_error() -> None:
    tenant = make_tenant()
    tenant.messages = [message(1), {"id": "2", "resource": "bare text"}]
    with connect(tenant) as campus:
        feed = campus.feed()
        assert ids(feed.read_events(10)) == ["ethos:1"]
        assert feed.health().unreadable == 1
        tenant.messages = tenant.messages[1:]
        with pytest.raises(MalformedSource, match="None of 1 messages"):
            feed.read_events(10)


def test_health_has_what_a_silence_alarm_needs() -> None:
    tenant = make_tenant()
    with connect(tenant) as campus:
        feed = campus.feed()
        assert feed.health().silent_for(NOW) is None
        feed.read_events(10)
        assert (feed.health().waiting, feed.health().last_event_at) == (0, None)
        tenant.messages = [message(number) for number in range(1, 6)]
        feed.read_events(2)
        assert (feed.health().waiting, feed.count_waiting()) == (3, 5)
    assert feed.health().silent_for(NOW + timedelta(hours=2)) == timedelta(hours=2)


def test_limit_stays_within_what_the_service_allows() -> None:
    with connect(make_tenant()) as campus:
        for limit in (0, 5000):
            campus.feed().read_events(limit)
        assert [asked.query["limit"] for asked in campus.asked("/consume")] == ["1", "1000"]
        accepted = campus.asked("/consume")[0].headers["accept"]
    assert accepted == "application/vnd.hedtech.change-notifications.v2+json"


def test_queue_that_does_not_answer_acknowledges_nothing() -> None:
    tenant = make_tenant()
    tenant.messages = [message(1)]
    with connect(tenant) as campus:
        feed = campus.feed()
        feed.acknowledge(feed.read_events(1)[0])
        tenant.twists.append(lambda asked, reply: Reply(503, b""))
        with pytest.raises(Unreachable):
            feed.read_events(1)
    assert feed.last_processed == "1"
