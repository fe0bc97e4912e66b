"""Which change fans out to which workflow (S43)."""

from datetime import UTC, datetime

import pytest

from domain.ports import FeedEvent
from graphs.checkpoints import _OPAQUE as OPAQUE
from graphs.runner import run_of_event
from graphs.subscriptions import DROP_WITHDRAWAL, ROSTER_SYNC, SUBSCRIPTIONS, workflows_for
from graphs.workflows import WORKFLOWS


def event(resource: str, operation: str, event_id: str = "ethos:1") -> FeedEvent:
    return FeedEvent(
        event_id=event_id,
        source="banner",
        resource=resource,
        operation=operation,
        resource_id="guid",
        published_at=datetime(2026, 9, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("resource", "operation", "expected"),
    [
        ("section-registrations", "created", (ROSTER_SYNC, DROP_WITHDRAWAL)),
        ("section-registrations", "replaced", (ROSTER_SYNC, DROP_WITHDRAWAL)),
        ("section-registrations", "deleted", (ROSTER_SYNC,)),
        ("section-registrations", "", (ROSTER_SYNC, DROP_WITHDRAWAL)),
        ("student-section-waitlists", "deleted", (ROSTER_SYNC,)),
        ("section-instructors", "replaced", (ROSTER_SYNC,)),
        ("sections", "created", (ROSTER_SYNC,)),
        ("sections", "deleted", ()),
        ("persons", "replaced", ()),
        ("grade-definitions", "created", ()),
        ("student-unverified-grades", "replaced", ()),
        ("student-unverified-grades-submissions", "created", ()),
    ],
)
def test_s43_a_change_reaches_the_workflows_that_need_it(
    resource: str, operation: str, expected: tuple[str, ...]
) -> None:
    assert workflows_for(event(resource, operation)) == expected


def test_every_subscription_names_a_workflow_that_exists() -> None:
    assert {each.workflow for each in SUBSCRIPTIONS} <= {ROSTER_SYNC, *WORKFLOWS}


def test_s62_the_same_event_is_the_same_run() -> None:
    first, again, other = event("sections", "created"), event("sections", "replaced"), event("sections", "created", "x")
    assert run_of_event(first) == run_of_event(again)
    assert run_of_event(first) != run_of_event(other)
    assert run_of_event(first).startswith("evt_")


def test_each_workflow_has_a_run_of_its_own_whose_id_a_thread_may_have() -> None:
    runs = {run_of_event(event("sections", "created"), each.workflow) for each in SUBSCRIPTIONS}
    assert len(runs) == len({each.workflow for each in SUBSCRIPTIONS})
    assert [run for run in runs if not OPAQUE.match(run)] == []
