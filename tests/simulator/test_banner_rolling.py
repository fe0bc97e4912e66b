"""A final grade's three states in Banner: entered, rolled to academic history, changed by an adjustment (E2)."""

import ssl
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from simulator.banner.tables import Registration
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.simulator.banner_campus import EthosClient
from tests.simulator.grade_campus import GRADING_DAY, Grader, first, refusal

ADJUSTMENT = "application/vnd.hedtech.integration.student-transcript-grades-adjustments.v1+json"


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=150, seed=3) as campus:
        campus.clock.set(GRADING_DAY)
        yield campus


@pytest.fixture(scope="module")
def grader(campus: Campus) -> Iterator[Grader]:
    client = EthosClient(campus, write=True, minutes=60)
    yield Grader(campus, client)
    client.close()


def roll(campus: Campus, row: Registration) -> dict:
    control = campus.handle["control"]
    assert isinstance(control, dict)
    answer = httpx.post(
        f"{control['url']}/banner/roll",
        json={"term": row.section.key.term, "crn": row.section.key.crn},
        headers={"Authorization": f"Bearer {control['token']}"},
        verify=ssl.create_default_context(cafile=str(campus.ca_file)),
        trust_env=False,
    )
    answer.raise_for_status()
    return answer.json()


def waiting(campus: Campus) -> Registration:
    """A registration for a letter grade in a section of which nothing was rolled."""
    begun = {entry.registration.section.guid for entry in campus.banner.grades.values()}
    return first(
        campus,
        lambda row: (
            row.status.registered and row.mode == "standard" and row.section.guid not in begun and row.credit_hours > 0
        ),
    )


@pytest.fixture
def rolled(campus: Campus, grader: Grader) -> tuple[Registration, dict]:
    """A registration rolled with a C+, and its transcript line."""
    row = waiting(campus)
    grader.submit(row, "C+").raise_for_status()
    roll(campus, row)
    return row, line_of(grader, row)


def lines_of(grader: Grader, row: Registration) -> list[dict]:
    return grader.client.all("student-transcript-grades", criteria={"student": {"id": row.person.guid}})


def line_of(grader: Grader, row: Registration) -> dict:
    (line,) = [each for each in lines_of(grader, row) if each["course"].get("section") == {"id": row.section.guid}]
    return line


def adjust(grader: Grader, line: dict, media_type: str = ADJUSTMENT, **detail: object) -> httpx.Response:
    return grader.client.http.put(
        f"/api/student-transcript-grades/{line['id']}",
        json={"id": line["id"], "detail": detail},
        headers={"Content-Type": media_type, "Accept": "application/vnd.hedtech.integration.v1+json"},
    )


def reason(grader: Grader, code: str = "CE") -> dict[str, str]:
    return {"id": next(each["id"] for each in grader.client.all("grade-change-reasons") if each["code"] == code)}


def test_e2_rolling_moves_final_grades_to_history_and_leaves_the_rest(campus: Campus, grader: Grader) -> None:
    row = waiting(campus)
    others = [each for each in campus.banner.rosters[row.section.key] if each.status.registered and each is not row]
    withdrawn = [each for each in campus.banner.rosters[row.section.key] if each.status.reason == "withdrawn"]
    record = grader.submit(row, "B-").json()
    before = len(lines_of(grader, row))
    done = roll(campus, row)
    assert (done["rolled"], done["waiting"]) == (1 + len(withdrawn), len(others))
    assert len(lines_of(grader, row)) == before + 1
    line = line_of(grader, row)
    hours = row.section.course.credits
    assert line["grade"] == {"id": grader.letter(row, "B-")}
    assert line["unverifiedGrade"] == {"id": record["id"]}
    assert line["recordedOn"] == "2026-12-10"
    assert (line["credit"]["attemptedCredit"], line["credit"]["earnedCredit"]) == (hours, hours)
    assert Decimal(line["credit"]["qualityPoint"]["value"]) == Decimal("2.7") * hours
    options = grader.client.http.get(f"/api/section-registrations-grade-options/{row.guid}").json()
    assert options["gradeStatus"] == "verified"


def test_r93_a_rolled_grade_takes_no_submission(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, line = rolled
    assert refusal(grader.submit(row, "B")) == (400, "Grade.AlreadyRolled")
    answer = grader.resubmit(line["unverifiedGrade"]["id"], {"grade": grader.body(row, "B")["grade"]})
    assert refusal(answer) == (400, "Grade.AlreadyRolled")


def test_rolling_again_rolls_nothing_twice(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, _ = rolled
    before = len(lines_of(grader, row))
    assert roll(campus, row)["rolled"] == 0
    assert len(lines_of(grader, row)) == before


def test_rolling_is_announced(campus: Campus, grader: Grader) -> None:
    http, row = grader.client.http, waiting(campus)
    grader.submit(row, "A").raise_for_status()
    http.get("/consume", params={"limit": 1000})
    roll(campus, row)
    messages = http.get("/consume", params={"limit": 100}).json()
    found = [each for each in messages if each["content"]["student"] == {"id": row.person.guid}]
    assert [(each["resource"]["name"], each["operation"]) for each in found] == [
        ("student-transcript-grades", "created")
    ]


def test_the_average_counts_a_rolled_grade(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, _ = rolled
    (record,) = grader.client.all("student-grade-point-averages", criteria={"student": {"id": row.person.guid}})
    fall = next(each["id"] for each in grader.client.all("academic-periods") if each["code"] == "202680")
    (term,) = [each for each in record["periodBased"] if each["academicPeriod"]["id"] == fall]
    assert Decimal(term["value"]) == Decimal("2.3")


def test_e2_an_adjustment_changes_a_rolled_grade_with_its_reason(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, line = rolled
    answer = adjust(grader, line, grade={"id": grader.letter(row, "A-")}, changeReason=reason(grader))
    assert answer.status_code == 200
    changed = answer.json()
    assert changed == line_of(grader, row)
    assert changed["grade"] == {"id": grader.letter(row, "A-")}
    assert changed["changeReason"] == reason(grader)
    first_step, second_step = changed["changeDetails"]
    assert (first_step["sequenceNumber"], "changeReason" in first_step) == (1, False)
    assert first_step["grade"] == line["grade"]
    assert (second_step["grade"], second_step["changeReason"]) == (changed["grade"], reason(grader))


def test_a_grade_of_an_earlier_term_is_adjusted_too(campus: Campus, grader: Grader) -> None:
    options = next(each for each in grader.client.all("student-transcript-grades-options") if each["grades"])
    line = grader.client.http.get(f"/api/student-transcript-grades/{options['id']}").json()
    assert "changeDetails" not in line
    letter = next(each for each in options["grades"] if each["value"] == "D")
    answer = adjust(grader, line, grade=letter["grade"], changeReason=reason(grader, "AP"))
    assert answer.json()["grade"] == letter["grade"]
    assert [each["grade"] for each in answer.json()["changeDetails"]] == [line["grade"], letter["grade"]]


def test_adjustments_are_refused_for_their_reasons(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, line = rolled
    better, why = {"id": grader.letter(row, "B")}, reason(grader)
    incomplete = {"id": grader.letter(row, "I")}
    assert refusal(adjust(grader, line, grade=better)) == (400, "Grade.ChangeReasonRequired")
    assert refusal(adjust(grader, line, grade=line["grade"], changeReason=why)) == (400, "Grade.Unchanged")
    foreign = {"id": grader.letter(row, "P")}
    assert refusal(adjust(grader, line, grade=foreign, changeReason=why)) == (400, "Grade.NotInScheme")
    assert refusal(adjust(grader, line, grade=incomplete, changeReason=why)) == (400, "Grade.ExtensionRequired")
    assert refusal(adjust(grader, line, grade=better, changeReason={"id": "x"})) == (400, "Validation.Exception")
    assert refusal(adjust(grader, line, changeReason=why)) == (400, "Validation.Exception")
    plain = "application/vnd.hedtech.integration.v1+json"
    assert adjust(grader, line, plain, grade=better, changeReason=why).status_code == 405
    assert adjust(grader, {"id": "none"}, grade=better, changeReason=why).status_code == 404
    assert line_of(grader, row) == line


def test_an_incomplete_is_given_and_completed_by_adjustment(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, line = rolled
    terms = {"extensionDate": "2027-04-01", "finalGrade": {"id": grader.letter(row, "F")}}
    incomplete = {"id": grader.letter(row, "I")}
    given = adjust(grader, line, grade=incomplete, changeReason=reason(grader), incompleteGrade=terms).json()
    assert given["incompleteGrade"] == terms
    assert given["credit"]["earnedCredit"] == 0
    done = adjust(grader, line, grade={"id": grader.letter(row, "B")}, changeReason=reason(grader, "IC")).json()
    assert "incompleteGrade" not in done
    assert len(done["changeDetails"]) == 3


def test_r80_a_rolled_w_cannot_be_adjusted(campus: Campus, grader: Grader) -> None:
    row = first(campus, lambda row: row.status.reason == "withdrawn")
    roll(campus, row)
    line = line_of(grader, row)
    assert (line["credit"]["attemptedCredit"], line["credit"]["earnedCredit"]) == (row.section.course.credits, 0)
    b = next(each["id"] for each in grader.client.all("grade-definitions") if each["grade"]["value"] == "B")
    answer = adjust(grader, line, grade={"id": b}, changeReason=reason(grader))
    assert refusal(answer) == (400, "Grade.StudentWithdrawn")


def test_a_locked_line_can_be_adjusted_later(campus: Campus, grader: Grader, rolled: tuple) -> None:
    row, line = rolled
    campus.faults.add(FaultRule(kind=FaultKind.RECORD_LOCK, face="ethos", method="PUT", count=1))
    better = {"id": grader.letter(row, "B+")}
    assert refusal(adjust(grader, line, grade=better, changeReason=reason(grader)))[0] == 400
    assert adjust(grader, line, grade=better, changeReason=reason(grader)).status_code == 200
    campus.faults.clear()


def test_attempted_and_earned_hours_of_every_line(campus: Campus, grader: Grader) -> None:
    letters = {each["id"]: each["grade"]["value"] for each in grader.client.all("grade-definitions")}
    for line in grader.client.all("student-transcript-grades"):
        value, credit = letters[line["grade"]["id"]], line["credit"]
        assert credit["attemptedCredit"] in (3, 4)
        assert credit["earnedCredit"] == (0 if value in ("W", "F", "I", "NR") else credit["attemptedCredit"])
