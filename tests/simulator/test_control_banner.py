"""The registrar's desk: a drop, a withdrawal, a return or a hold on demand, over the control face."""

import ssl
from collections.abc import Iterator

import httpx
import pytest

from simulator.banner.tables import Registration
from simulator.campus import Campus
from tests.simulator.banner_campus import EthosClient


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=120, seed=4) as campus:
        yield campus


@pytest.fixture
def desk(campus: Campus) -> Iterator[httpx.Client]:
    control = campus.handle["control"]
    assert isinstance(control, dict)
    with httpx.Client(
        base_url=f"{control['url']}/banner",
        headers={"Authorization": f"Bearer {control['token']}"},
        verify=ssl.create_default_context(cafile=str(campus.ca_file)),
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture
def ethos(campus: Campus) -> Iterator[EthosClient]:
    client = EthosClient(campus)
    client.http.get("/consume", params={"limit": 1000})
    client.http.get("/consume", params={"limit": 1})
    yield client
    client.close()


def seated(campus: Campus, *, in_lab: bool = False, number: int = 0) -> Registration:
    rows = [
        row
        for row in campus.banner.registrations.values()
        if row.status.registered
        and row.section.key.term == "202680"
        and bool(row.section.primary) == in_lab
        and not row.section.has_labs
        and row.section.platform == "CANVAS"
        and row.person.login
    ]
    return rows[number]


def name(row: Registration, **more: object) -> dict[str, object]:
    return {"bannerId": row.person.banner_id, "term": row.section.key.term, "crn": row.section.key.crn, **more}


def announced(ethos: EthosClient) -> list[dict]:
    return ethos.http.get("/consume", params={"limit": 100}).json()


@pytest.mark.parametrize(("call", "reason"), [("drop", "dropped"), ("withdraw", "withdrawn")])
def test_r51_leaving_and_returning_is_announced(
    campus: Campus, desk: httpx.Client, ethos: EthosClient, call: str, reason: str
) -> None:
    row = seated(campus)
    left = desk.post(f"/{call}", json=name(row, on="2026-09-18"))
    assert left.json()["event"]["kind"] == reason
    returned = desk.post("/register", json=name(row))
    assert returned.json()["event"]["sections"] == ["-".join(row.section.key)]
    first, second = announced(ethos)
    assert first["resource"]["id"] == second["resource"]["id"] == row.guid
    assert first["content"]["status"]["sectionRegistrationStatusReason"] == reason
    assert first["content"]["statusDate"] == "2026-09-18"
    assert second["content"]["status"]["registrationStatus"] == "registered"


def test_leaving_reaches_the_truth(campus: Campus, desk: httpx.Client) -> None:
    row = seated(campus, number=30)
    before = len(campus.truth.real_items())
    desk.post("/drop", json=name(row)).raise_for_status()
    (item,) = campus.truth.real_items()[before:]
    assert (item.kind, item.keys["bannerId"]) == ("enrollment", row.person.banner_id)


def test_r41_a_lab_is_left_together_with_its_lecture(campus: Campus, desk: httpx.Client) -> None:
    row = seated(campus, in_lab=True)
    sections = desk.post("/drop", json=name(row)).json()["event"]["sections"]
    assert set(sections) == {"-".join(row.section.key), "-".join(row.section.primary or ())}


def test_holds_are_placed_and_released_by_category(campus: Campus, desk: httpx.Client, ethos: EthosClient) -> None:
    person = seated(campus).person
    for category in ("financial", "academic"):
        desk.post("/hold", json={"bannerId": person.banner_id, "category": category}).raise_for_status()
    desk.post("/release-hold", json={"bannerId": person.banner_id, "category": "financial"}).raise_for_status()
    holds = ethos.all("person-holds", criteria={"person": {"id": person.guid}})
    standing = {each["type"]["category"] for each in holds if "endOn" not in each}
    assert "academic" in standing
    assert "financial" not in standing
    names = [(each["resource"]["name"], each["operation"]) for each in announced(ethos)]
    assert names[:3] == [("person-holds", "created"), ("person-holds", "created"), ("person-holds", "replaced")]


def test_a_lock_and_the_tenants_practice_can_be_set(campus: Campus, desk: httpx.Client) -> None:
    row = seated(campus)
    assert desk.post("/lock", json=name(row, times=2)).json() == {"locked": 2}
    assert campus.banner.locks[row.guid] == 2
    set_to = desk.put("/practice", json={"refusesWith200": True}).json()
    assert set_to == {"refusesWith200": True, "withdrawalsNeedOwnProcess": False}
    assert campus.banner.refuses_with_200
    desk.put("/practice", json={"refusesWith200": False}).raise_for_status()


def test_calls_that_make_no_sense_are_refused(campus: Campus, desk: httpx.Client) -> None:
    row = seated(campus)
    for path, body in (
        ("/drop", {}),
        ("/drop", name(row, bannerId="A0")),
        ("/drop", name(row, crn="1")),
        ("/drop", name(row, on="soon")),
        ("/register", name(row)),
        ("/hold", {"bannerId": row.person.banner_id, "category": "odd"}),
        ("/lock", name(row, times="many")),
    ):
        assert desk.post(path, json=body).status_code == 400
    assert desk.put("/practice", json={"other": True}).status_code == 400
    desk.post("/drop", json=name(row)).raise_for_status()
    assert desk.post("/drop", json=name(row)).status_code == 400
