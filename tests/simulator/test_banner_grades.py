"""Submitting grades through Ethos: options per registration, submissions and their merge, and every refusal."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.simulator.banner_campus import NIL, NOTIFICATIONS, EthosClient
from tests.simulator.grade_campus import (
    GRADING_DAY,
    SUBMISSION,
    SUBMISSIONS,
    Grader,
    enrolled,
    first,
    refusal,
)

ATTENDED = {"date": "2026-10-02"}


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=150, seed=3) as campus:
        campus.clock.set(GRADING_DAY)
        yield campus


@pytest.fixture(autouse=True)
def as_before(campus: Campus) -> Iterator[None]:
    yield
    campus.faults.clear()
    campus.banner.refuses_with_200 = False
    campus.clock.set(GRADING_DAY)


@pytest.fixture(scope="module")
def writer(campus: Campus) -> Iterator[EthosClient]:
    client = EthosClient(campus, write=True, minutes=60)
    yield client
    client.close()


@pytest.fixture(scope="module")
def grader(campus: Campus, writer: EthosClient) -> Grader:
    return Grader(campus, writer)


def test_r76_every_registration_has_the_letters_of_its_own_mode(campus: Campus, writer: EthosClient) -> None:
    records = writer.all("section-registrations-grade-options")
    rows = {row.guid: row for row in campus.banner.registrations.values() if row.exported}
    assert {each["id"] for each in records} == set(rows)
    letters: dict[str, set[str]] = {}
    for record in records:
        row = rows[record["id"]]
        values = {each["value"] for each in record["grades"]}
        if row.section.primary or row.section.status == "cancelled":
            assert record["sectionGradability"] == "notGradable"
        if record["sectionGradability"] == "notGradable" or not row.status.registered:
            assert not values
        else:
            letters.setdefault(row.mode, set()).update(values)
    assert letters["passFail"] == {"P", "NP", "I", "NR"}
    assert letters["audit"] == {"AU", "NR"}
    assert {"A", "B-", "D+", "F", "I", "NR"} < letters["standard"]
    assert not letters["standard"] & {"W", "P", "AU", "A+"}


def test_options_by_section_and_by_student(campus: Campus, writer: EthosClient) -> None:
    row = enrolled(campus)
    of_section = writer.all("section-registrations-grade-options", criteria={"section": {"id": row.section.guid}})
    of_student = writer.all("section-registrations-grade-options", criteria={"student": {"id": row.person.guid}})
    assert len(of_section) == len([each for each in campus.banner.rosters[row.section.key] if each.exported])
    assert {each["id"] for each in of_section} & {each["id"] for each in of_student} == {row.guid}


def test_r84_options_say_which_letters_need_a_last_date_of_attendance(campus: Campus, grader: Grader) -> None:
    standard, pass_fail = grader.options(enrolled(campus)), grader.options(enrolled(campus, "passFail"))
    needing = [
        value
        for value, each in (standard | pass_fail).items()
        if each["lastDateOfAttendanceRequiredness"] == "required"
    ]
    assert needing == ["F", "NP"]


def test_r81_an_incomplete_states_its_default(campus: Campus, writer: EthosClient, grader: Grader) -> None:
    letters = {each["id"]: each["grade"]["value"] for each in writer.all("grade-definitions")}
    for mode, lapses_to in (("standard", "F"), ("passFail", "NP")):
        details = grader.options(enrolled(campus, mode))["I"]["incompleteGradeDetails"]
        assert letters[details["finalGradeDefault"]["id"]] == lapses_to
        assert details["extensionDateDefault"] > "2027-01-01"


def test_grade_mode_and_scheme_of_a_registration_agree(campus: Campus, writer: EthosClient) -> None:
    schemes = {each["id"]: each["code"] for each in writer.all("grade-schemes")}
    expected = {"standard": "S", "passFail": "P", "audit": "A"}
    modes = {}
    for record in writer.all("section-registrations"):
        option = record["gradingOption"]
        assert schemes[option["gradeScheme"]["id"]] == expected[option["mode"]]
        modes[record["id"]] = option["mode"]
    assert set(modes.values()) == set(expected)
    for record in writer.all("section-registrations-grade-options"):
        assert schemes[record["studentGradeScheme"]["id"]] == expected[modes[record["id"]]]
    share = list(modes.values()).count("passFail") / len(modes)
    assert 0.01 < share < 0.12


def test_submission_is_answered_with_the_base_record_and_read_back(
    campus: Campus, writer: EthosClient, grader: Grader
) -> None:
    row = enrolled(campus)
    answer = grader.submit(row, "B+")
    assert answer.status_code == 200
    assert answer.headers["x-media-type"] == "application/vnd.hedtech.integration.v1.0.0+json"
    record = answer.json()
    assert record["sectionRegistration"] == {"id": row.guid}
    assert record["student"] == {"id": row.person.guid}
    (grade,) = record["details"]["grades"]
    assert grade == {
        "type": {"id": grader.types["FINAL"]},
        "grade": {"id": grader.letter(row, "B+")},
        "submittedOn": "2026-12-10",
    }
    for criteria in ({"sectionRegistration": {"id": row.guid}}, {"student": {"id": row.person.guid}}):
        assert record in writer.all("student-unverified-grades", criteria=criteria)
    assert record in writer.all("student-unverified-grades", section={"section": {"id": row.section.guid}})
    assert writer.http.get(f"/api/student-unverified-grades/{record['id']}").json() == record
    options = writer.http.get(f"/api/section-registrations-grade-options/{row.guid}").json()
    assert options["gradeStatus"] == "unverified"


def test_submission_may_go_to_the_base_path_with_its_media_type(campus: Campus, grader: Grader) -> None:
    row, http = enrolled(campus), grader.client.http
    body = grader.body(row, "A-")
    plain = {"Content-Type": "application/vnd.hedtech.integration.v1+json"}
    assert http.post("/api/student-unverified-grades", json=body, headers=plain).status_code == 405
    answer = http.post("/api/student-unverified-grades", json=body, headers={"Content-Type": SUBMISSION})
    assert answer.json()["sectionRegistration"] == {"id": row.guid}
    guid = answer.json()["id"]
    changed = http.put(
        f"/api/student-unverified-grades/{guid}",
        json={**grader.body(row, "A"), "id": guid},
        headers={"Content-Type": SUBMISSION},
    )
    assert changed.json()["details"]["grades"][0]["grade"] == {"id": grader.letter(row, "A")}
    other = enrolled(campus)
    assert http.post(SUBMISSIONS, json=grader.body(other, "A"), headers=plain).status_code == 200


def test_r94_midterm_and_final_are_columns_of_one_record(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    campus.clock.set(GRADING_DAY - timedelta(days=60))
    midterm = grader.submit(row, "C", "MID").json()
    assert refusal(grader.submit(row, "C")) == (400, "Grade.WindowClosed")
    campus.clock.set(GRADING_DAY)
    assert refusal(grader.submit(row, "B", "MID")) == (400, "Grade.AlreadyEntered")
    final = grader.submit(row, "B").json()
    assert final["id"] == midterm["id"]
    types = {code: guid for guid, code in grader.types.items()}
    assert [types[each["type"]["id"]] for each in final["details"]["grades"]] == ["MID", "FINAL"]


def test_r94_midterm_grades_are_frozen_when_final_grading_opens(campus: Campus, grader: Grader) -> None:
    assert refusal(grader.submit(enrolled(campus), "B", "MID")) == (400, "Grade.WindowClosed")


def test_put_merges_and_last_attendance_displaces_never_attended(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    record = grader.submit(row, "F", lastAttendance={"status": "neverAttended"}).json()
    assert record["details"]["lastAttendance"] == {"status": "neverAttended"}
    dated = grader.resubmit(record["id"], {"lastAttendance": ATTENDED}).json()
    assert dated["details"]["lastAttendance"] == ATTENDED
    assert dated["details"]["grades"] == record["details"]["grades"]
    never = grader.resubmit(record["id"], {"lastAttendance": {"status": "neverAttended"}}).json()
    assert never["details"]["lastAttendance"] == {"status": "neverAttended"}


def test_r81_an_incomplete_keeps_its_terms_until_replaced(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    terms = {"extensionDate": "2027-04-01", "finalGrade": {"id": grader.letter(row, "D")}}
    record = grader.submit(row, "I", incompleteGrade=terms).json()
    assert record["incompleteGrade"] == terms
    replaced = grader.resubmit(record["id"], {"grade": grader.body(row, "B")["grade"]}).json()
    assert "incompleteGrade" not in replaced
    plain = grader.submit(enrolled(campus), "I", incompleteGrade={"extensionDate": "2027-04-01"}).json()
    assert plain["incompleteGrade"]["finalGrade"] == {"id": grader.letter(row, "F")}


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (None, "Grade.ExtensionRequired"),
        ({"extensionDate": "2026-12-01"}, "Grade.IncompleteInvalid"),
        ({"extensionDate": "2027-04-01", "finalGrade": "NR"}, "Grade.IncompleteInvalid"),
        ({"extensionDate": "2027-04-01", "finalGrade": "P"}, "Grade.IncompleteInvalid"),
    ],
)
def test_r81_incomplete_without_proper_terms_is_refused(
    campus: Campus, grader: Grader, terms: dict | None, code: str
) -> None:
    row = enrolled(campus)
    more = {"incompleteGrade": dict(terms)} if terms else {}
    if terms and "finalGrade" in terms:
        more["incompleteGrade"]["finalGrade"] = {"id": grader.letter(row, terms["finalGrade"])}
    assert refusal(grader.submit(row, "I", **more)) == (400, code)


def test_other_grades_have_no_incomplete_terms(campus: Campus, grader: Grader) -> None:
    answer = grader.submit(enrolled(campus), "B", incompleteGrade={"extensionDate": "2027-04-01"})
    assert refusal(answer) == (400, "Grade.IncompleteInvalid")


def test_r80_a_withdrawn_student_has_a_w_that_nobody_replaces(
    campus: Campus, writer: EthosClient, grader: Grader
) -> None:
    row = first(campus, lambda row: row.status.reason == "withdrawn")
    (record,) = writer.all("student-unverified-grades", criteria={"sectionRegistration": {"id": row.guid}})
    assert record["details"]["grades"][0]["grade"] == {"id": grader.letter(row, "W")}
    assert refusal(grader.submit(row, "B")) == (400, "Grade.StudentWithdrawn")
    assert refusal(grader.resubmit(record["id"], {"lastAttendance": ATTENDED})) == (400, "Grade.StudentWithdrawn")


def test_a_student_who_dropped_gets_no_grade(campus: Campus, grader: Grader) -> None:
    row = first(campus, lambda row: row.status.reason == "dropped")
    assert refusal(grader.submit(row, "B")) == (400, "Grade.NotRegistered")


def test_labs_take_no_grades(campus: Campus, grader: Grader) -> None:
    row = next(
        row for row in campus.banner.registrations.values() if row.section.primary and row.exported and not row.audit
    )
    body = grader.body(campus.banner.registration(row.person.guid, row.section.primary), "B")
    body["sectionRegistration"] = {"id": row.guid}
    answer = grader.client.http.post(SUBMISSIONS, json=body, headers={"Content-Type": SUBMISSION})
    expected = "Grade.NotGradable" if row.status.registered else "Grade.NotRegistered"
    assert refusal(answer) == (400, expected)


def test_r79_an_auditor_gets_au_only(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus, "audit")
    assert refusal(grader.submit(row, "B")) == (400, "Grade.AuditMode")
    assert grader.submit(row, "AU").status_code == 200


def test_r76_a_letter_of_another_scheme_is_refused(campus: Campus, grader: Grader) -> None:
    assert refusal(grader.submit(enrolled(campus), "P")) == (400, "Grade.NotInScheme")
    assert refusal(grader.submit(enrolled(campus, "passFail"), "B")) == (400, "Grade.NotInScheme")
    assert refusal(grader.submit(enrolled(campus), "W")) == (400, "Grade.NotInScheme")


def test_r83_no_grade_now_replaces_no_grade(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    record = grader.submit(row, "NR").json()
    assert grader.resubmit(record["id"], {"grade": grader.body(row, "B")["grade"]}).status_code == 200
    back = grader.resubmit(record["id"], {"grade": grader.body(row, "NR")["grade"]})
    assert refusal(back) == (400, "Grade.NotInScheme")


@pytest.mark.parametrize("mode", ["standard", "passFail"])
def test_r84_a_failing_grade_needs_a_last_date_of_attendance(campus: Campus, grader: Grader, mode: str) -> None:
    row, letter = enrolled(campus, mode), {"standard": "F", "passFail": "NP"}[mode]
    assert refusal(grader.submit(row, letter)) == (400, "Grade.LastAttendanceRequired")
    future = grader.submit(row, letter, lastAttendance={"date": "2026-12-24"})
    assert refusal(future) == (400, "Grade.LastAttendanceInvalid")
    both = grader.submit(row, letter, lastAttendance={**ATTENDED, "status": "neverAttended"})
    assert refusal(both) == (400, "Validation.Exception")
    assert grader.submit(row, letter, lastAttendance=ATTENDED).status_code == 200


def test_r92_the_submitter_must_be_an_instructor_of_record(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    stranger = next(each for each in campus.banner.persons.values() if each.roles == {"advisor"})
    answer = grader.submit(row, "B", submittedBy={"id": stranger.guid})
    assert refusal(answer) == (400, "Grade.SubmitterNotInstructor")


def test_r92_an_assistant_is_no_instructor_of_record(campus: Campus, grader: Grader) -> None:
    assistant = next(
        each
        for each in campus.banner.assignments.values()
        if each.role == "teachingAssistant"
        and each.section.term == "202680"
        and campus.banner.sections[each.section].primary is None
        and any(row.status.registered and not row.audit for row in campus.banner.rosters[each.section])
    )
    row = next(row for row in campus.banner.rosters[assistant.section] if row.status.registered and not row.audit)
    value = "B" if row.mode == "standard" else "P"
    answer = grader.submit(row, value, submittedBy={"id": assistant.person.guid})
    assert refusal(answer) == (400, "Grade.SubmitterNotInstructor")


def test_r93_r114_the_window_closes_at_the_end_of_the_local_day(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    due = campus.world.calendar.terms["202680"].part("F").grades_due_on
    late = GRADING_DAY.replace(day=due.day, hour=23, minute=59)
    campus.clock.set(late + timedelta(minutes=1))
    assert refusal(grader.submit(row, "B")) == (400, "Grade.WindowClosed")
    campus.clock.set(late)
    assert grader.submit(row, "B").status_code == 200


def test_a_second_post_of_the_same_column_is_refused(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    assert grader.submit(row, "B").status_code == 200
    assert refusal(grader.submit(row, "B")) == (400, "Grade.AlreadyEntered")


def test_refusals_may_arrive_with_200(campus: Campus, grader: Grader) -> None:
    campus.banner.refuses_with_200 = True
    row = enrolled(campus)
    assert refusal(grader.submit(row, "F")) == (200, "Grade.LastAttendanceRequired")
    campus.faults.add(FaultRule(kind=FaultKind.ERRORS_IN_200, face="ethos", method="POST", count=1))
    assert refusal(grader.submit(row, "B")) == (200, "studentUnverifiedGrades")
    assert not grader.client.all("student-unverified-grades", criteria={"sectionRegistration": {"id": row.guid}})


def test_a_locked_record_can_be_written_later(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    campus.banner.locks[row.guid] = 2
    for _ in range(2):
        locked = grader.submit(row, "B")
        assert (locked.status_code, "locked" in locked.json()["errors"][0]["message"]) == (400, True)
    assert grader.submit(row, "B").status_code == 200
    campus.faults.add(FaultRule(kind=FaultKind.RECORD_LOCK, face="ethos", method="PUT", count=1))
    guid = grader.client.all("student-unverified-grades", criteria={"sectionRegistration": {"id": row.guid}})[0]["id"]
    assert refusal(grader.resubmit(guid, {"lastAttendance": ATTENDED}))[0] == 400
    assert grader.resubmit(guid, {"lastAttendance": ATTENDED}).status_code == 200


def test_a_silent_submission_enters_nothing(campus: Campus, grader: Grader) -> None:
    row = enrolled(campus)
    campus.faults.add(FaultRule(kind=FaultKind.SILENT_NO_OP_WRITE, face="ethos", method="POST", count=1))
    assert grader.submit(row, "B").status_code == 200
    assert not grader.client.all("student-unverified-grades", criteria={"sectionRegistration": {"id": row.guid}})


def test_submissions_can_only_be_written(campus: Campus, grader: Grader) -> None:
    http = grader.client.http
    assert http.get(SUBMISSIONS).status_code == 405
    assert http.get(f"{SUBMISSIONS}/x").status_code == 405
    assert http.delete(f"{SUBMISSIONS}/x").status_code == 405
    assert http.post("/qapi/student-unverified-grades-submissions", json={}).status_code == 405


def test_malformed_submissions_are_refused(campus: Campus, grader: Grader) -> None:
    row, http = enrolled(campus), grader.client.http
    good = grader.body(row, "B")
    unknown = {"id": "11111111-1111-1111-1111-111111111111"}
    for wrong in (
        {"id": unknown["id"]},
        {"sectionRegistration": unknown},
        {"sectionRegistration": "x"},
        {"grade": {}},
        {"grade": {**good["grade"], "type": unknown}},
        {"grade": {**good["grade"], "grade": unknown}},
        {"lastAttendance": {"date": "yesterday"}},
    ):
        answer = http.post(SUBMISSIONS, json={**good, **wrong}, headers={"Content-Type": SUBMISSION})
        assert answer.status_code == 400
        assert set(answer.json()["errors"][0]) == {"code", "description", "message"}
    guid = grader.submit(row, "B").json()["id"]
    assert grader.resubmit(unknown["id"], {"lastAttendance": ATTENDED}).status_code == 404
    for other in (NIL, unknown["id"]):
        assert grader.resubmit(guid, {"id": other, "lastAttendance": ATTENDED}).status_code == 400


def test_reading_application_may_not_submit(campus: Campus, grader: Grader) -> None:
    reader = EthosClient(campus)
    body = grader.body(enrolled(campus), "B")
    answer = reader.http.post(SUBMISSIONS, json=body, headers={"Content-Type": SUBMISSION})
    reader.close()
    assert answer.status_code == 403


def test_submissions_are_announced(campus: Campus, grader: Grader) -> None:
    http = grader.client.http
    http.get("/consume", params={"limit": 1000})
    row = enrolled(campus)
    record = grader.submit(row, "C-").json()
    grader.resubmit(record["id"], {"grade": grader.body(row, "C")["grade"]})
    messages = http.get("/consume", headers={"Accept": NOTIFICATIONS}).json()
    assert [(each["resource"]["name"], each["operation"]) for each in messages] == [
        ("student-unverified-grades", "created"),
        ("student-unverified-grades", "replaced"),
    ]
    assert messages[1]["content"]["details"]["grades"][0]["grade"] == {"id": grader.letter(row, "C")}


def test_grade_mode_is_changed_by_a_put_of_the_registration(campus: Campus, grader: Grader) -> None:
    row, http = enrolled(campus), grader.client.http
    for mode in ("passFail", "standard"):
        body = {"id": row.guid, "gradingOption": {"mode": mode}}
        answer = http.put(f"/api/section-registrations/{row.guid}", json=body)
        assert answer.json()["gradingOption"]["mode"] == mode
        assert ("P" in grader.options(row)) == (mode == "passFail")
