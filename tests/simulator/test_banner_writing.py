"""Writing registrations through Ethos, and the notifications that every change sends."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from simulator.banner.tables import Registration, Section
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.simulator.banner_campus import NIL, NOTIFICATIONS, REGISTRATIONS, EthosClient


@pytest.fixture
def campus() -> Iterator[Campus]:
    with Campus.build(students=60, seed=4) as campus:
        yield campus


@pytest.fixture
def writer(campus: Campus) -> Iterator[EthosClient]:
    client = EthosClient(campus, write=True)
    client.http.headers["Content-Type"] = REGISTRATIONS
    yield client
    client.close()


@pytest.fixture
def reader(campus: Campus) -> Iterator[EthosClient]:
    client = EthosClient(campus)
    yield client
    client.close()


def open_section(campus: Campus) -> Section:
    """A live section with room that the newcomer does not know."""
    return next(
        section
        for section in campus.banner.sections.values()
        if section.key.term == "202680"
        and section.status == "open"
        and section.seats_taken < section.capacity
        and not section.has_labs
        and section.primary is None
        and section.platform == "CANVAS"
    )


def newcomer(campus: Campus, section: Section) -> str:
    held = {hold.person.guid for hold in campus.banner.holds.values() if hold.ended_on is None}
    return next(
        person.guid
        for person in campus.banner.persons.values()
        if "student" in person.roles
        and person.login
        and person.guid not in held
        and campus.banner.registration(person.guid, section.key) is None
    )


def registered(campus: Campus) -> Registration:
    return next(
        row
        for row in campus.banner.registrations.values()
        if row.exported
        and row.status.registered
        and not row.audit
        and row.section.key.term == "202680"
        and row.section.platform == "CANVAS"
        and row.section.primary is None
        and not row.section.has_labs
        and row.person.login
    )


def new_body(campus: Campus, **changes: object) -> dict[str, object]:
    section = open_section(campus)
    return {
        "id": NIL,
        "registrant": {"id": newcomer(campus, section)},
        "section": {"id": section.guid},
        "academicLevel": {"id": NIL},
        "status": {"registrationStatus": "registered", "sectionRegistrationStatusReason": "registered"},
        **changes,
    }


def post(writer: EthosClient, body: object) -> httpx.Response:
    return writer.http.post("/api/section-registrations", json=body)


def put(writer: EthosClient, guid: str, body: object) -> httpx.Response:
    return writer.http.put(f"/api/section-registrations/{guid}", json=body)


def test_created_registration_is_read_back(campus: Campus, writer: EthosClient) -> None:
    answer = post(writer, new_body(campus))
    assert answer.status_code == 200
    guid = answer.json()["id"]
    stored = writer.http.get(f"/api/section-registrations/{guid}").json()
    assert stored["status"]["registrationStatus"] == "registered"
    assert stored["originallyRegisteredOn"] == stored["statusDate"] == "2026-09-21"


@pytest.mark.parametrize("wrong", ["missing", "11111111-1111-1111-1111-111111111111"])
def test_create_needs_the_nil_guid(campus: Campus, writer: EthosClient, wrong: str) -> None:
    body = new_body(campus, id=wrong)
    if wrong == "missing":
        del body["id"]
    assert post(writer, body).status_code == 400


@pytest.mark.parametrize("name", ["registrant", "section", "academicLevel", "status"])
def test_create_needs_every_required_property(campus: Campus, writer: EthosClient, name: str) -> None:
    body = new_body(campus)
    del body[name]
    assert post(writer, body).status_code == 400


def test_create_refuses_what_exists(campus: Campus, writer: EthosClient) -> None:
    row = registered(campus)
    body = new_body(campus, registrant={"id": row.person.guid}, section={"id": row.section.guid})
    assert "already registered" in post(writer, body).json()["errors"][0]["message"]


def test_business_refusals_arrive_with_200(campus: Campus, writer: EthosClient) -> None:
    open_section(campus).capacity = 0
    body = new_body(campus)
    section = campus.banner.section_by_guid(str(body["section"]["id"]))
    assert section
    section.capacity = section.seats_taken
    answer = post(writer, body)
    assert answer.status_code == 200
    assert "no seats" in answer.json()["errors"][0]["message"]
    assert campus.banner.registration(str(body["registrant"]["id"]), section.key) is None
    assert "errors" not in post(writer, {**body, "override": {}}).json()


def test_reading_application_may_not_write(campus: Campus, reader: EthosClient) -> None:
    answer = reader.http.post("/api/section-registrations", json=new_body(campus))
    assert answer.status_code == 403


def test_other_resources_cannot_be_written(writer: EthosClient) -> None:
    assert writer.http.post("/api/persons", json={"id": NIL}).status_code == 405
    assert writer.http.delete("/api/section-registrations/x").status_code == 405


def test_drop_is_a_partial_merge(campus: Campus, writer: EthosClient) -> None:
    row = registered(campus)
    before = writer.http.get(f"/api/section-registrations/{row.guid}").json()
    status = {"registrationStatus": "notRegistered", "sectionRegistrationStatusReason": "dropped"}
    after = put(writer, row.guid, {"id": row.guid, "status": status, "statusDate": "2026-09-20"}).json()
    assert after["status"]["sectionRegistrationStatusReason"] == "dropped"
    assert after["statusDate"] == "2026-09-20"
    unchanged = ("originallyRegisteredOn", "credit", "gradingOption", "section", "registrant")
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


def test_put_checks_the_guids(campus: Campus, writer: EthosClient) -> None:
    guid = registered(campus).guid
    assert put(writer, guid, {"id": NIL, "status": {}}).status_code == 400
    answer = put(writer, guid, {"id": "22222222-2222-2222-2222-222222222222", "status": {}})
    assert "GUID not the same" in answer.json()["errors"][0]["message"]
    assert put(writer, "33333333-3333-3333-3333-333333333333", {"status": {}}).status_code == 404


def test_status_may_be_asked_for_by_its_detail(campus: Campus, writer: EthosClient) -> None:
    codes = {each["code"]: each["id"] for each in writer.all("section-registration-statuses")}
    row = registered(campus)
    after = put(writer, row.guid, {"id": row.guid, "status": {"detail": {"id": codes["DD"]}}}).json()
    assert after["status"] == {
        "registrationStatus": "notRegistered",
        "sectionRegistrationStatusReason": "dropped",
        "detail": {"id": codes["DD"]},
    }


def test_contradictory_status_is_refused(campus: Campus, writer: EthosClient) -> None:
    row = registered(campus)
    status = {"registrationStatus": "registered", "sectionRegistrationStatusReason": "dropped"}
    assert put(writer, row.guid, {"id": row.guid, "status": status}).status_code == 400
    assert row.status.registered


def test_withdrawal_may_need_its_own_process(campus: Campus, writer: EthosClient) -> None:
    campus.banner.withdrawals_need_own_process = True
    row = registered(campus)
    status = {"registrationStatus": "notRegistered", "sectionRegistrationStatusReason": "withdrawn"}
    assert put(writer, row.guid, {"id": row.guid, "status": status}).status_code == 400
    campus.banner.withdrawals_need_own_process = False
    assert put(writer, row.guid, {"id": row.guid, "status": status}).status_code == 200


def test_locked_record_can_be_written_later(campus: Campus, writer: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.RECORD_LOCK, face="ethos", method="PUT", count=1))
    row = registered(campus)
    body = {"id": row.guid, "gradingOption": {"mode": "audit"}}
    locked = put(writer, row.guid, body)
    assert (locked.status_code, "locked" in locked.json()["errors"][0]["message"]) == (400, True)
    assert put(writer, row.guid, body).json()["gradingOption"]["mode"] == "audit"


def test_silent_write_changes_nothing(campus: Campus, writer: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.SILENT_NO_OP_WRITE, face="ethos", count=1))
    row = registered(campus)
    status = {"registrationStatus": "notRegistered", "sectionRegistrationStatusReason": "dropped"}
    assert put(writer, row.guid, {"id": row.guid, "status": status}).status_code == 200
    assert row.status.registered


def test_bad_json_is_refused(writer: EthosClient) -> None:
    for body in (b"{", b"[]", b"\xff"):
        assert writer.http.post("/api/section-registrations", content=body).status_code == 400


def test_ethos_write_reaches_the_twin_and_the_key(campus: Campus, writer: EthosClient) -> None:
    before = len(campus.truth.real_items())
    post(writer, new_body(campus)).raise_for_status()
    (item,) = campus.truth.real_items()[before:]
    assert (item.kind, item.fault, item.after) == ("enrollment", "happened after as-of", None)


def consume(client: EthosClient, **query: object) -> httpx.Response:
    return client.http.get("/consume", params=query, headers={"Accept": NOTIFICATIONS})


def numbers(answer: httpx.Response) -> list[int]:
    return [int(message["id"]) for message in answer.json()]


def test_queue_is_empty_when_the_campus_opens(reader: EthosClient) -> None:
    assert consume(reader).json() == []


def test_message_holds_the_record_and_its_version(campus: Campus, reader: EthosClient) -> None:
    campus.live(1)
    (message, *_) = consume(reader).json()
    assert message["resource"]["name"] == "section-registrations"
    assert message["resource"]["version"] == REGISTRATIONS
    assert (message["operation"], message["contentType"]) == ("created", "resource-representation")
    assert message["content"]["id"] == message["resource"]["id"]
    assert message["published"].endswith("Z")


def test_reading_on_acknowledges_what_was_handed_out(campus: Campus, reader: EthosClient) -> None:
    campus.live(8)
    depth = int(reader.http.head("/consume").headers["x-remaining"])
    first = consume(reader, limit=2)
    assert int(first.headers["x-remaining"]) == depth - 2
    assert not set(numbers(first)) & set(numbers(consume(reader, limit=2)))


def test_last_processed_hands_the_rest_out_again(campus: Campus, reader: EthosClient) -> None:
    campus.live(8)
    first = numbers(consume(reader, limit=3))
    again = numbers(consume(reader, limit=3, lastProcessedID=first[0]))
    assert again[:2] == first[1:]


def test_each_application_has_its_own_queue(campus: Campus, reader: EthosClient, writer: EthosClient) -> None:
    campus.live(3)
    assert consume(reader).json() == consume(writer).json()


def test_default_page_of_messages_is_ten(campus: Campus, reader: EthosClient) -> None:
    campus.live(20)
    assert len(consume(reader).json()) == 10
    assert reader.http.get("/consume", params={"limit": "0"}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(FaultKind.LOST_EVENT, 0), (FaultKind.DUPLICATE_EVENT, 2)],
)
def test_events_get_lost_and_doubled(campus: Campus, reader: EthosClient, kind: FaultKind, expected: int) -> None:
    campus.faults.add(FaultRule(kind=kind, face="ethos", count=1))
    campus.live(1)
    assert len(consume(reader).json()) == expected


def test_events_overtake_each_other(campus: Campus, reader: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.REORDER_EVENTS, face="ethos", after=1, count=1))
    done = campus.live(2)
    messages = consume(reader).json()
    assert numbers(consume(reader, lastProcessedID=0)) == sorted(numbers(consume(reader, lastProcessedID=0)))
    people = [message["content"]["registrant"]["id"] for message in messages[:2]]
    assert people != [each["person"] for each in done]
    assert set(people) == {each["person"] for each in done}


def test_publish_is_for_owners_and_for_twenty_at_most(reader: EthosClient, writer: EthosClient) -> None:
    message = {
        "resource": {"name": "section-registrations", "id": "x", "version": REGISTRATIONS},
        "operation": "replaced",
        "contentType": "resource-representation",
        "content": {"id": "x"},
    }
    assert writer.http.post("/publish", json=message).status_code == 200
    assert writer.http.post("/publish", json=[message] * 21).status_code == 400
    assert reader.http.post("/publish", json=message).status_code == 403
    foreign = {**message, "resource": {"name": "persons", "id": "x"}}
    assert writer.http.post("/publish", json=foreign).status_code == 403
    assert consume(reader).json()[0]["content"] == {"id": "x"}


def test_errors_service_keeps_and_forgets(reader: EthosClient) -> None:
    for number in range(3):
        reader.http.post("/errors", json={"severity": "error", "description": f"problem {number}"}).raise_for_status()
    page = reader.http.get("/errors", params={"offset": 0, "limit": 2})
    assert (len(page.json()), page.headers["x-remaining-count"]) == (2, "1")
    record_id = page.json()[0]["id"]
    assert reader.http.get(f"/errors/{record_id}").json()["description"] == "problem 0"
    assert reader.http.delete(f"/errors/{record_id}").status_code == 204
    assert reader.http.get(f"/errors/{record_id}").status_code == 404
    assert reader.http.post("/errors", json={"severity": "loud"}).status_code == 400


def test_notification_times_follow_the_campus_clock(campus: Campus, reader: EthosClient) -> None:
    campus.clock.advance(5)
    campus.live(1)
    expected = campus.world.as_of + timedelta(hours=5)
    assert consume(reader).json()[0]["published"].startswith(expected.strftime("%Y-%m-%d %H:%M"))
