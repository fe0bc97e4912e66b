"""Reading Banner through Ethos on a real socket: tokens, versions, pages, filters and what records say."""

import ssl
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from simulator.banner.tables import SectionKey
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.simulator.banner_campus import REGISTRATIONS, EthosClient


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=150, seed=3) as campus:
        yield campus


@pytest.fixture(scope="module")
def ethos(campus: Campus) -> Iterator[EthosClient]:
    client = EthosClient(campus, minutes=60)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def healthy(campus: Campus) -> Iterator[None]:
    yield
    campus.faults.clear()


def by_id(records: list[dict]) -> dict[str, dict]:
    return {record["id"]: record for record in records}


def test_token_is_plain_text_and_lives_five_minutes(ethos: EthosClient) -> None:
    answer = ethos.http.post("/auth", headers={"Authorization": f"Bearer {ethos.key}"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.count(".") == 2


def test_unknown_key_is_refused(ethos: EthosClient) -> None:
    answer = ethos.http.post("/auth", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("minutes", ["0", "121", "soon"])
def test_life_time_outside_the_limits_is_refused(ethos: EthosClient, minutes: str) -> None:
    answer = ethos.http.post(
        "/auth", params={"expirationMinutes": minutes}, headers={"Authorization": f"Bearer {ethos.key}"}
    )
    assert answer.status_code == 400


def test_expired_token_is_refused_until_renewed() -> None:
    with Campus.build(students=5, seed=1, token_seconds=1, longest_token_seconds=1) as campus:
        client = EthosClient(campus)
        assert client.page("subjects").status_code == 200
        time.sleep(1.1)
        assert client.page("subjects").status_code == 401
        client.sign_in(60)
        assert client.page("subjects").status_code == 200
        client.close()


def test_no_token_and_a_forged_one_are_refused(ethos: EthosClient) -> None:
    for value in ("", "Bearer x.y.z", f"Bearer {ethos.key}"):
        assert ethos.http.get("/api/subjects", headers={"Authorization": value}).status_code == 401


def test_face_speaks_tls_1_3_only(campus: Campus) -> None:
    context = ssl.create_default_context(cafile=str(campus.ca_file))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx.ConnectError):
        httpx.get(str(campus.handle["ethos"]["url"]), verify=context, trust_env=False)


@pytest.mark.parametrize(
    ("accept", "status", "version"),
    [
        ("application/vnd.hedtech.integration.v16.1.0+json", 200, "v16.1.0"),
        ("application/vnd.hedtech.integration.v16.0.0+json", 200, "v16.0.0"),
        ("application/vnd.hedtech.integration.v16+json", 200, "v16.1.0"),
        ("application/json", 200, "v16.1.0"),
        ("*/*", 200, "v16.1.0"),
        ("application/vnd.hedtech.integration.v7+json", 406, None),
        ("application/vnd.hedtech.integration.v16.9.0+json", 406, None),
        ("text/html", 406, None),
    ],
)
def test_version_is_negotiated_and_echoed(ethos: EthosClient, accept: str, status: int, version: str | None) -> None:
    answer = ethos.http.get("/api/section-registrations", params={"limit": 1}, headers={"Accept": accept})
    assert answer.status_code == status
    if version:
        assert version in answer.headers["x-media-type"]
        assert answer.headers["content-type"] == answer.headers["x-media-type"]


def test_pages_cover_everything_once(campus: Campus, ethos: EthosClient) -> None:
    records = ethos.all("section-registrations")
    exported = [row for row in campus.banner.registrations.values() if row.exported]
    assert len(records) == len(exported)
    assert len(by_id(records)) == len(exported)


def test_page_is_capped_at_five_hundred(ethos: EthosClient) -> None:
    answer = ethos.page("section-registrations", limit=5_000)
    assert answer.headers["x-max-page-size"] == "500"
    assert len(answer.json()) == 500


def test_page_past_the_end_is_empty(ethos: EthosClient) -> None:
    answer = ethos.page("section-registrations", offset=1_000_000)
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("query", [{"limit": "many"}, {"offset": "-1"}, {"criteria": "{"}, {"unknownQuery": "{}"}])
def test_nonsense_in_the_query_is_refused(ethos: EthosClient, query: dict[str, str]) -> None:
    answer = ethos.http.get("/api/sections", params=query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/vnd.hedtech.integration.errors.v2+json"
    assert set(answer.json()["errors"][0]) == {"code", "description", "message"}


def test_unknown_resource_and_record_are_not_found(ethos: EthosClient) -> None:
    assert ethos.page("nothing").status_code == 404
    assert ethos.http.get("/api/persons/none").status_code == 404


def test_section_filter_by_term_includes_its_halves(campus: Campus, ethos: EthosClient) -> None:
    periods = {each["code"]: each for each in ethos.all("academic-periods")}
    fall, half = periods["202680"], periods["202680-1"]
    assert half["category"] == {"type": "subterm", "parent": {"id": fall["id"]}}
    assert (fall["censusDates"], half["censusDates"]) == (["2026-09-14"], ["2026-09-04"])
    of_term = ethos.all("sections", criteria={"academicPeriod": {"id": fall["id"]}})
    of_half = ethos.all("sections", criteria={"academicPeriod": {"id": half["id"]}})
    assert len(of_term) == sum(key.term == "202680" for key in campus.banner.sections)
    assert 0 < len(of_half) < len(of_term)
    assert {each["reportingAcademicPeriod"]["id"] for each in of_half} == {fall["id"]}
    assert {each["censusDates"][0] for each in of_half} == {"2026-09-04"}


def test_r31_crn_and_sequence_are_code_and_number(campus: Campus, ethos: EthosClient) -> None:
    section = next(iter(campus.banner.sections.values()))
    record = ethos.http.get(f"/api/sections/{section.guid}").json()
    assert (record["code"], record["number"]) == (section.key.crn, section.sequence)
    found = ethos.all("sections", criteria={"code": section.key.crn})
    assert {each["code"] for each in found} == {section.key.crn}
    assert len(found) > 1


def test_filter_on_any_property_matches_inside_arrays(ethos: EthosClient) -> None:
    person = ethos.page("persons", limit=1).json()[0]
    login = next(each["value"] for each in person["credentials"] if each["type"] == "bannerUserName")
    found = ethos.all("persons", criteria={"credentials": [{"value": login}]})
    assert [each["id"] for each in found] == [person["id"]]


def test_registrations_by_section_by_person_and_by_qapi_agree(campus: Campus, ethos: EthosClient) -> None:
    row = next(row for row in campus.banner.registrations.values() if row.exported)
    by_section = ethos.all("section-registrations", criteria={"section": {"id": row.section.guid}})
    by_person = ethos.all("section-registrations", criteria={"registrant": {"id": row.person.guid}})
    both = {"section": {"id": row.section.guid}, "registrant": {"id": row.person.guid}}
    asked = ethos.http.post("/qapi/section-registrations", json=both).json()
    assert [each["id"] for each in asked] == [row.guid]
    assert set(by_id(by_section)) & set(by_id(by_person)) == {row.guid}


def test_named_query_by_term_and_status(campus: Campus, ethos: EthosClient) -> None:
    codes = {each["code"]: each for each in ethos.all("section-registration-statuses")}
    fall = next(each for each in ethos.all("academic-periods") if each["code"] == "202680")
    query = {"academicPeriod": {"id": fall["id"]}, "statuses": [{"detail": {"id": codes["AU"]["id"]}}]}
    found = ethos.all("section-registrations", registrationStatusesByAcademicPeriod=query)
    wanted = [
        row for row in campus.banner.registrations.values() if row.code == "AU" and row.section.key.term == "202680"
    ]
    assert set(by_id(found)) == {row.guid for row in wanted}
    assert found


def test_registration_carries_what_a_roster_needs(ethos: EthosClient) -> None:
    records = ethos.all("section-registrations")
    reasons = Counter(each["status"]["sectionRegistrationStatusReason"] for each in records)
    assert {"registered", "dropped", "withdrawn", "canceled"} >= set(reasons)
    assert reasons["registered"] > reasons["dropped"] > 0
    for record in records:
        assert set(record["status"]) == {"registrationStatus", "sectionRegistrationStatusReason", "detail"}
        assert record["originallyRegisteredOn"] <= record["statusDate"]
    assert {each["gradingOption"]["mode"] for each in records} == {"standard", "passFail", "audit"}
    assert {each["approvals"][0]["approvalEntity"] for each in records} == {"user", "system"}


def test_r54_waiting_people_are_in_the_waitlist_only(ethos: EthosClient) -> None:
    places = ethos.all("student-section-waitlists")
    assert places
    seats = {
        (each["registrant"]["id"], each["section"]["id"])
        for each in ethos.all("section-registrations")
        if each["status"]["registrationStatus"] == "registered"
    }
    assert not seats & {(each["person"]["id"], each["section"]["id"]) for each in places}


def test_persons_show_names_ids_and_privacy(campus: Campus, ethos: EthosClient) -> None:
    records = by_id(ethos.all("persons"))
    for person in campus.banner.persons.values():
        record = records[person.guid]
        categories = {name["type"]["category"]: name for name in record["names"]}
        assert categories["legal"]["lastName"] == person.last
        assert ("favored" in categories) == (person.preferred is not None)
        present = [
            each["value"] for each in record["credentials"] if each["type"] == "bannerId" and "endOn" not in each
        ]
        assert present == [person.banner_id]
        logins = [each["value"] for each in record["credentials"] if each["type"] == "bannerUserName"]
        assert logins == ([person.login] if person.login else [])
        restricted = record["privacyStatus"]["privacyCategory"] == "restricted"
        assert restricted == person.confidential


def test_r3_former_ids_carry_their_last_day(campus: Campus, ethos: EthosClient) -> None:
    person = next(each for each in campus.banner.persons.values() if each.prior_ids)
    record = ethos.http.get(f"/api/persons/{person.guid}").json()
    former = [each for each in record["credentials"] if "endOn" in each]
    assert [(each["type"], each["value"]) for each in former] == [("bannerId", person.prior_ids[0][0])]


def test_r41_linkage_names_the_lecture(campus: Campus, ethos: EthosClient) -> None:
    lab = next(each for each in campus.banner.sections.values() if each.primary)
    record = ethos.http.get(f"/api/sections/{lab.guid}").json()
    lecture = ethos.http.get(f"/api/sections/{record['linkage']['primarySection']['id']}").json()
    assert (record["linkage"]["type"], lecture["linkage"]["type"]) == ("secondary", "primary")
    assert SectionKey(lab.key.term, lecture["code"]) == lab.primary
    assert record["linkage"]["group"] == lecture["linkage"]["group"]


def test_r43_platform_tells_the_lms(campus: Campus, ethos: EthosClient) -> None:
    platforms = {each["id"]: each["code"] for each in ethos.all("instructional-platforms")}
    for record in ethos.all("sections"):
        section = campus.banner.section_by_guid(record["id"])
        assert section
        assert platforms[record["instructionalPlatform"]["id"]] == section.platform


def test_r35_sections_of_an_unpublished_term_are_pending(ethos: EthosClient) -> None:
    spring = next(each for each in ethos.all("academic-periods") if each["code"] == "202710")
    sections = ethos.all("sections", criteria={"academicPeriod": {"id": spring["id"]}})
    assert {each["status"]["category"] for each in sections} == {"pending"}
    assert spring["registration"] == "closed"


def test_cancelled_sections_say_so(campus: Campus, ethos: EthosClient) -> None:
    cancelled = {each.guid for each in campus.banner.sections.values() if each.status == "cancelled"}
    said = {each["id"] for each in ethos.all("sections") if each["status"]["category"] == "cancelled"}
    assert said == cancelled


def test_crosslists_name_one_primary_section(ethos: EthosClient) -> None:
    groups = ethos.all("section-crosslists")
    assert groups
    for group in groups:
        assert [each["type"] for each in group["sections"]].count("primary") == 1


def test_instructors_have_roles_and_ended_assignments_stay(campus: Campus, ethos: EthosClient) -> None:
    records = ethos.all("section-instructors")
    assert len(records) == len(campus.banner.assignments)
    assert {"primary"} <= {each["instructorRole"] for each in records}
    ended = {each["id"] for each in records if "endOn" in each}
    assert ended == {row.guid for row in campus.banner.assignments.values() if row.ended_on}


def test_gpa_is_the_weighted_mean_of_the_transcript(campus: Campus, ethos: EthosClient) -> None:
    person, lines = next(iter(campus.banner.transcripts.items()))
    points = {"A": 4.0, "A-": 3.7, "B+": 3.3, "B": 3.0, "B-": 2.7, "C+": 2.3, "C": 2.0, "D": 1.0, "F": 0.0}
    graded = [(points[each.grade], each.course.credits) for each in lines if each.grade != "W"]
    expected = sum(value * weight for value, weight in graded) / sum(weight for _, weight in graded)
    (record,) = ethos.all("student-grade-point-averages", criteria={"student": {"id": person}})
    assert float(record["cumulative"][0]["value"]) == pytest.approx(expected, abs=0.006)
    grades = ethos.all("student-transcript-grades", criteria={"student": {"id": person}})
    assert len(grades) == len(lines)


def test_remaining_resources_answer(campus: Campus, ethos: EthosClient) -> None:
    counts = {
        "courses": len(campus.banner.courses),
        "subjects": len(campus.banner.departments),
        "educational-institution-units": len(campus.banner.departments),
        "person-holds": len(campus.banner.holds),
        "student-advisor-relationships": len(campus.banner.advising),
        "students": 150,
        "grade-schemes": 3,
        "academic-levels": 2,
        "instructional-methods": 3,
        "grade-definitions": 21,
        "section-statuses": 4,
    }
    assert {name: len(ethos.all(name)) for name in counts} == counts


def test_configuration_lists_what_the_application_may_see(ethos: EthosClient) -> None:
    names = {each["resourceName"] for each in ethos.http.get("/appconfig").json()["subscriptions"]}
    resources = ethos.http.get("/admin/available-resources").json()[0]["resources"]
    assert {each["name"] for each in resources} == names
    offered = {each["name"]: each["representations"] for each in resources}
    assert {"X-Media-Type": REGISTRATIONS} in offered["section-registrations"]


def test_fault_expired_token_in_the_middle_of_paging(campus: Campus, ethos: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.EXPIRE_TOKEN, face="ethos", path="/api/", after=1, count=1))
    statuses = [ethos.page("section-registrations", offset=offset).status_code for offset in (0, 500, 500)]
    assert statuses == [200, 401, 200]


def test_fault_errors_inside_200(campus: Campus, ethos: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.ERRORS_IN_200, face="ethos", count=1))
    answer = ethos.page("sections")
    assert answer.status_code == 200
    assert answer.json()["errors"]


def test_fault_partial_person(campus: Campus, ethos: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.PARTIAL_PERSON, face="ethos", count=1))
    answer = ethos.page("persons", limit=3)
    assert answer.headers["x-content-restricted"] == "partial"
    assert all("credentials" not in record for record in answer.json())


def test_fault_total_that_lies(campus: Campus, ethos: EthosClient) -> None:
    campus.faults.add(FaultRule(kind=FaultKind.WRONG_TOTAL, face="ethos", count=1))
    answer = ethos.page("subjects")
    assert len(answer.json()) < int(answer.headers["x-total-count"])
