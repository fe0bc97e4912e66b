"""An event only names a record; what it is about is read anew (R52)."""

from typing import Any

import pytest

from domain.errors import InvalidRecord
from domain.ports import FeedEvent
from domain.records import RegistrationStatus
from tests.tools.ethos_tenant import Tenant, connect, make_section, make_tenant, ref, registration
from tests.tools.sis_campus import LAB, MATH, NOW
from tools.sis.banner.named import Named


def find(tenant: Tenant, resource: str, guid: str) -> Named | None:
    event = FeedEvent(
        event_id="ethos:1",
        source="banner",
        resource=resource,
        operation="replaced",
        resource_id=guid,
        published_at=NOW,
    )
    with connect(tenant) as campus:
        return campus.reader().find_named(event)


def swapped() -> Tenant:
    """One student who left one section of a course for another, and has a place in a third of another course."""
    tenant = make_tenant()
    tenant.collections["courses"].append({"id": "c-2", "subject": ref("math"), "number": "102"})
    tenant.collections["sections"].append(make_section("s-3", "12399", "001", course=ref("c-2")))
    tenant.collections["section-registrations"] = [
        registration("r-1", "g-1", code="dd"),
        registration("r-2", "g-1", section="s-2"),
        registration("r-3", "g-1", section="s-3"),
        registration("r-4", "g-2"),
    ]
    return tenant


def test_r52_registration_event_shows_both_sides_of_a_section_swap_and_nobody_else() -> None:
    named = find(swapped(), "section-registrations", "r-2")
    assert named is not None
    assert (named.section, named.person) == (LAB, "A00000001")
    assert {(row.section, row.status) for row in named.registrations} == {
        (MATH, RegistrationStatus.DROPPED),
        (LAB, RegistrationStatus.REGISTERED),
    }


def test_waitlist_event_names_who_waits() -> None:
    tenant = make_tenant()
    tenant.collections["student-section-waitlists"] = [{"id": "w-1", "person": ref("g-3"), "section": ref("s-2")}]
    named = find(tenant, "student-section-waitlists", "w-1")
    assert named is not None
    assert [(row.person, row.status) for row in named.registrations] == [("A00000003", RegistrationStatus.WAITLISTED)]


def test_section_event_names_the_section_alone() -> None:
    assert find(make_tenant(), "sections", "s-2") == Named(section=LAB)


@pytest.mark.parametrize(
    ("resource", "guid"), [("section-registrations", "gone"), ("sections", "gone"), ("sites", "x")]
)
def test_what_is_gone_or_of_no_concern_is_none(resource: str, guid: str) -> None:
    assert find(make_tenant(), resource, guid) is None


def test_what_does_not_come_whole_is_an_error_and_never_half_a_story() -> None:
    tenant = swapped()
    broken: dict[str, Any] = {"id": "r-5", "registrant": ref("g-1"), "section": "s-1"}
    tenant.collections["section-registrations"].append(broken)
    with pytest.raises(InvalidRecord, match="not whole"):
        find(tenant, "section-registrations", "r-2")
