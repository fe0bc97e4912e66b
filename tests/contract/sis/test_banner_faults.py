"""Banner's reader and feed while the simulated Ethos misbehaves: nothing invented, nothing lost, nothing concluded."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from domain.errors import ProvostError, RefusedBySystem
from domain.findings import Severity
from domain.ports import FeedEvent
from simulator.faults import FaultKind, FaultRule
from tests.contract.sis.campus import SisCampus, open_campus

PAGES = r"/api/section-registrations"


@pytest.fixture(scope="module")
def shared() -> Iterator[SisCampus]:
    with open_campus(students=200, seed=5) as running:
        yield running


@pytest.fixture
def campus(shared: SisCampus) -> Iterator[SisCampus]:
    yield shared
    shared.campus.faults.clear()


def fault(campus: SisCampus, kind: FaultKind, path: str = PAGES, **more: object) -> None:
    words = {"kind": kind.value, "face": "ethos", "path": path, **more}
    campus.campus.faults.add(FaultRule.from_words(words))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.THROTTLE,
        FaultKind.HTTP_5XX,
        FaultKind.TRUNCATED_PAGE,
        FaultKind.CUT_BODY,
        FaultKind.DROPPED_BEFORE,
        FaultKind.DROPPED_AFTER,
        FaultKind.EXPIRE_TOKEN,
        FaultKind.RECORD_LOCK,
        FaultKind.SLOW,
    ],
)
def test_passing_trouble_in_the_middle_of_paging_changes_nothing(campus: SisCampus, kind: FaultKind) -> None:
    calm = campus.banner().read_registrations(campus.term)
    once = kind in {FaultKind.EXPIRE_TOKEN, FaultKind.THROTTLE}
    fault(campus, kind, count=1 if once else 2, after=1, seconds=0.05)
    stormy = campus.banner().read_registrations(campus.term)
    assert stormy.complete
    assert set(stormy.rows) == set(calm.rows)


def test_total_that_lies_is_incomplete_and_never_a_mass_drop(campus: SisCampus) -> None:
    calm = campus.banner().read_registrations(campus.term)
    fault(campus, FaultKind.WRONG_TOTAL)
    fetch = campus.banner().read_registrations(campus.term)
    assert not fetch.complete
    assert [finding.code for finding in fetch.findings if finding.severity is Severity.STOP] == ["PV201"]
    assert set(fetch.rows) <= set(calm.rows)


def test_errors_inside_a_200_stop_that_reading_only(campus: SisCampus) -> None:
    fault(campus, FaultKind.ERRORS_IN_200)
    with pytest.raises(RefusedBySystem) as caught:
        campus.banner().read_section_registrations(campus.banner().read_sections(campus.term).rows[0].key)
    assert caught.value.fix
    assert campus.banner().read_people().complete


def test_people_whose_properties_were_withheld_are_left_out_and_never_without_login(campus: SisCampus) -> None:
    calm = {person.sis_id: person for person in campus.banner().read_people().rows}
    fault(campus, FaultKind.PARTIAL_PERSON, path=r"/api/persons")
    fetch = campus.banner().read_people()
    assert all(calm[person.sis_id] == person for person in fetch.rows if person.login)
    assert any("Data privacy withheld" in finding.message for finding in fetch.findings)
    assert not fetch.complete or len(fetch.rows) == len(calm)
    assert {p.sis_id for p in fetch.rows if p.login is None} <= {p.sis_id for p in calm.values() if p.login is None}


def test_whatever_happens_no_reading_is_both_complete_and_short(campus: SisCampus) -> None:
    calm = set(campus.banner().read_registrations(campus.term).rows)
    kinds = (FaultKind.TRUNCATED_PAGE, FaultKind.HTTP_5XX, FaultKind.WRONG_TOTAL, FaultKind.ERRORS_IN_200)
    outcomes = set()
    for seed in range(5):
        campus.campus.faults.clear()
        for kind in kinds:
            fault(campus, kind, probability=0.05, seed=seed)
        with suppress(ProvostError):
            fetch = campus.banner().read_registrations(campus.term)
            outcomes.add(fetch.complete)
            assert set(fetch.rows) == calm if fetch.complete else set(fetch.rows) <= calm
    assert False in outcomes


def drain(campus: SisCampus, expected: int) -> dict[str, FeedEvent]:
    """Read in small batches, acknowledging each, until nothing is left."""
    feed, found = campus.feed(), dict[str, FeedEvent]()
    for _ in range(expected + 5):
        batch = feed.read_events(2)
        if not batch:
            break
        found |= {event.event_id: event for event in batch}
        feed.acknowledge(batch[-1])
    return found


def test_live_events_lead_to_the_records_they_name(campus: SisCampus) -> None:
    done = campus.campus.live(5)
    events = drain(campus, 40).values()
    assert len(events) >= len(done)
    registrations = {row.source_guid for row in campus.banner().read_registrations(campus.term).rows}
    named = {event.resource_id for event in events if event.resource == "section-registrations"}
    assert named <= registrations
    assert campus.feed().read_events(10) == ()


def test_events_doubled_and_reordered_are_all_seen_once_each(campus: SisCampus) -> None:
    fault(campus, FaultKind.DUPLICATE_EVENT, path="", probability=0.5, seed=1)
    fault(campus, FaultKind.REORDER_EVENTS, path="", probability=0.5, seed=2)
    campus.campus.live(8)
    touched = {event.resource_id for event in drain(campus, 80).values()}
    rows = {row.source_guid for row in campus.banner().read_registrations(campus.term).rows}
    assert touched
    assert touched & rows


def test_reader_that_dies_before_acknowledging_gets_its_events_again(campus: SisCampus) -> None:
    campus.campus.live(3)
    first = campus.feed().read_events(100)
    again = campus.feed().read_events(100)
    assert [event.event_id for event in again] == [event.event_id for event in first]
    drain(campus, 40)


def test_tokens_that_live_a_second_are_renewed_without_anyone_noticing() -> None:
    with open_campus(students=100, seed=5, token_seconds=1) as campus:
        for _ in range(2):
            assert campus.banner().read_registrations(campus.term).complete
