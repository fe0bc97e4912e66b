"""What Ethos says of students beyond their classes: charges, load, standing, eligibility, populations, attendance."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from simulator.banner.forms import apply_operation
from simulator.banner.tables import Person, Registration
from simulator.campus import Campus
from simulator.world.operations import Kind, Operation
from tests.simulator.banner_campus import EthosClient

FALL = "202680"


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=150, seed=3) as campus:
        yield campus


@pytest.fixture(scope="module")
def ethos(campus: Campus) -> Iterator[EthosClient]:
    client = EthosClient(campus, minutes=60)
    yield client
    client.close()


@pytest.fixture(scope="module")
def fall(ethos: EthosClient) -> str:
    return next(each["id"] for each in ethos.all("academic-periods") if each["code"] == FALL)


def seats(campus: Campus, person: Person) -> list[Registration]:
    rows = campus.banner.registrations_of[person.guid]
    return [row for row in rows if row.section.key.term == FALL and row.status.registered]


def students(campus: Campus) -> list[Person]:
    return [person for person in campus.banner.persons.values() if "student" in person.roles]


def amount(record: dict) -> Decimal:
    return Decimal(str(record["chargedAmount"]["amount"]["value"]))


def test_tuition_is_charged_by_the_hour_and_per_class(campus: Campus, ethos: EthosClient, fall: str) -> None:
    person = next(each for each in students(campus) if each.level == "UG" and len(seats(campus, each)) > 3)
    criteria = {"person": {"id": person.guid}, "academicPeriod": {"id": fall}}
    charges = ethos.all("student-charges", criteria=criteria)
    assert charges == ethos.all("student-charges", criteria={"student": {"id": person.guid}, **criteria})
    tuition = {each["section"]["id"]: amount(each) for each in charges if each["chargeType"] == "tuition"}
    for row in seats(campus, person):
        rate = Decimal("590.00") if row.section.course.number >= "500" else Decimal("412.50")
        if row.credit_hours:
            assert tuition[row.section.guid] == rate * row.credit_hours
    services = [each for each in charges if "section" not in each and each["chargeType"] == "fee"]
    assert [amount(each) for each in services] == [Decimal("285")]
    assert {each["chargedAmount"]["amount"]["currency"] for each in charges} == {"USD"}
    assert len({each["id"] for each in charges}) == len(charges)


def test_a_drop_takes_its_charges_away_and_a_withdrawal_leaves_them(campus: Campus, ethos: EthosClient) -> None:
    person = next(each for each in students(campus) if len(seats(campus, each)) > 4)

    def charged(row: Registration) -> list[str]:
        records = ethos.all("student-charges", criteria={"person": {"id": person.guid}})
        return [each["chargeType"] for each in records if each.get("section") == {"id": row.section.guid}]

    dropped, withdrawn = [row for row in seats(campus, person) if row.credit_hours][:2]
    before = charged(withdrawn)
    for kind, row in ((Kind.DROPPED, dropped), (Kind.WITHDRAWN, withdrawn)):
        apply_operation(campus.banner, Operation(campus.clock.now(), kind, person.guid, (row.section.key,)))
    assert charged(dropped) == []
    assert charged(withdrawn) == before != []


def test_charges_of_a_term_are_those_of_its_students(campus: Campus, ethos: EthosClient, fall: str) -> None:
    of_term = ethos.all("student-charges", criteria={"academicPeriod": {"id": fall}})
    every = ethos.all("student-charges")
    assert {each["id"] for each in of_term} == {each["id"] for each in every if each["academicPeriod"]["id"] == fall}
    kinds = Counter(each["chargeType"] for each in of_term)
    assert set(kinds) == {"tuition", "fee", "housing", "meal"}
    record = of_term[0]
    assert ethos.http.get(f"/api/student-charges/{record['id']}").json() == record


def test_r111_load_follows_the_hours_registered_now(campus: Campus, ethos: EthosClient, fall: str) -> None:
    loads = set()
    for person in students(campus)[:40]:
        hours = sum(row.credit_hours for row in seats(campus, person) if not row.audit)
        full_time = 12 if person.level == "UG" else 9
        expected = "overload" if hours > 18 else "fullTime" if hours >= full_time else "partTime"
        criteria = {"person": {"id": person.guid}, "academicPeriod": {"id": fall}}
        for record in ethos.all("student-academic-periods", criteria=criteria):
            assert record["academicLoads"] == [{"basis": "overall", "academicLoad": expected}]
            assert (record["academicLoad"], record["student"]) == (expected, record["person"])
            loads.add(expected)
    assert loads >= {"fullTime", "overload"}


def test_standing_follows_the_average(ethos: EthosClient) -> None:
    codes = {each["id"]: each["code"] for each in ethos.all("academic-standings")}
    averages = {
        each["student"]["id"]: Decimal(each["cumulative"][0].get("value", "2.30"))
        for each in ethos.all("student-grade-point-averages")
    }
    standings = ethos.all("student-academic-standings")
    assert {each["student"]["id"] for each in standings} == set(averages)
    for record in standings:
        value, code = averages[record["student"]["id"]], codes[record["standing"]["id"]]
        assert code == ("PROB" if value < 2 else "WARN" if value < Decimal("2.30") else "GOOD")
        assert record["type"] == "academicPeriod"


def test_every_student_has_one_program_of_the_catalogue(campus: Campus, ethos: EthosClient) -> None:
    programs = {each["id"]: each["code"] for each in ethos.all("academic-programs")}
    person = students(campus)[0]
    (record,) = ethos.all("student-academic-programs", criteria={"student": {"id": person.guid}})
    assert programs[record["program"]["id"]] == f"{person.department}-{person.level}"
    assert len(ethos.all("student-academic-programs")) == len(students(campus))


def test_a_hold_makes_a_student_ineligible_until_released(campus: Campus, ethos: EthosClient, fall: str) -> None:
    held = {hold.person.guid for hold in campus.banner.holds.values()}
    person = next(each for each in students(campus) if each.guid not in held)
    criteria = {"student": {"id": person.guid}, "academicPeriod": {"id": fall}}

    def reasons() -> list[str]:
        (record,) = ethos.all("student-registration-eligibilities", criteria=criteria)
        assert (record["eligibilityStatus"] == "ineligible") == bool(record.get("ineligibilityReasons"))
        return record.get("ineligibilityReasons", [])

    before = reasons()
    now = campus.clock.now()
    apply_operation(campus.banner, Operation(now, Kind.HOLD_PLACED, person.guid, detail={"category": "financial"}))
    assert reasons() == ["A hold of category financial prevents registration.", *before]
    apply_operation(campus.banner, Operation(now, Kind.HOLD_RELEASED, person.guid))
    assert reasons() == before


def test_r112_special_populations_are_small_shares(campus: Campus, ethos: EthosClient) -> None:
    shares: dict[str, float] = {}
    for kept_as in ("tag", "cohort"):
        codes = {each["id"]: each["code"] for each in ethos.all(f"student-{kept_as}s")}
        found = Counter(codes[each[kept_as]["id"]] for each in ethos.all(f"student-{kept_as}-assignments"))
        assert set(found) == set(codes.values())
        shares |= {code: found[code] / len(students(campus)) for code in codes.values()}
    assert set(shares) == {"ATHL", "SCHL", "F1", "VETB", "HOUS", "FGEN", "ACCM"}
    assert all(share < 0.16 for code, share in shares.items() if code not in ("HOUS", "FGEN"))


def test_populations_of_one_person(ethos: EthosClient) -> None:
    record = ethos.all("student-cohort-assignments")[0]
    found = ethos.all("student-cohort-assignments", criteria={"person": record["person"]})
    assert record in found
    assert {each["person"]["id"] for each in found} == {record["person"]["id"]}


def test_r122_only_some_departments_take_attendance(campus: Campus, ethos: EthosClient) -> None:
    events = {each["id"]: each["section"]["id"] for each in ethos.all("instructional-events")}
    taken = Counter(events[each["instructionalEvent"]["id"]] for each in ethos.all("student-attendances"))
    departments = set()
    for guid in taken:
        section = campus.banner.section_by_guid(guid)
        assert section
        departments.add(section.course.department.code)
    assert departments
    assert departments <= {"BIOL", "CHEM", "EDUC", "MUS", "NURS", "THEA"}
    assert len(taken) < len(events) / 2


def test_attendance_lies_within_the_students_time_in_the_section(campus: Campus, ethos: EthosClient) -> None:
    today = campus.world.calendar.local_day(campus.clock.now())
    (event, *_) = [each["instructionalEvent"]["id"] for each in ethos.all("student-attendances")]
    (pattern,) = [each for each in ethos.all("instructional-events") if each["id"] == event]
    records = ethos.all("student-attendances", criteria={"instructionalEvent": {"id": event}})
    assert records == ethos.all("student-attendances", criteria={"section": pattern["section"]})
    days = {date.fromisoformat(each["attendanceTaken"][:10]) for each in records}
    assert {day.strftime("%A").lower() for day in days} <= set(pattern["recurrence"]["repeatRule"]["daysOfWeek"])
    assert max(days) < today
    assert len({each["id"] for each in records}) == len(records)


def test_attendance_grows_as_time_passes(campus: Campus, ethos: EthosClient) -> None:
    event = ethos.page("student-attendances", limit=1).json()[0]["instructionalEvent"]["id"]
    before = ethos.all("student-attendances", criteria={"instructionalEvent": {"id": event}})
    every = len(ethos.all("student-attendances"))
    campus.clock.advance(24 * 7)
    after = ethos.all("student-attendances", criteria={"instructionalEvent": {"id": event}})
    assert {each["id"] for each in before} < {each["id"] for each in after}
    assert len(ethos.all("student-attendances")) > every


def test_most_come_and_a_few_do_not(ethos: EthosClient) -> None:
    categories = Counter(each["attendance"]["category"] for each in ethos.all("student-attendances"))
    assert set(categories) == {"presentFull", "presentPartial", "absentExcused", "absentNotExcused"}
    assert categories["presentFull"] / categories.total() > 0.8


@pytest.mark.parametrize(
    "name",
    [
        *("student-charges", "student-attendances", "instructional-events", "student-academic-programs"),
        *("student-academic-standings", "student-academic-periods", "student-tag-assignments"),
    ],
)
def test_resources_page_and_refuse_writing(ethos: EthosClient, name: str) -> None:
    page = ethos.page(name, offset=1, limit=2)
    assert len(page.json()) == 2
    assert int(page.headers["x-total-count"]) > 2
    assert ethos.http.get(f"/api/{name}/{page.json()[0]['id']}").json() == page.json()[0]
    assert ethos.http.post(f"/api/{name}", json={}).status_code == 405
