"""Banner's records arrive as canonical ones, joined from GUIDs, statuses by their flags."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import Crn, SectionKey, SisPersonId
from domain.records import GradeMode, HoldCategory, PersonName, RegistrationStatus, SectionInstructor, SectionStatus
from tests.tools.ethos_tenant import Tenant, connect, make_section, make_tenant, person, ref, registration
from tests.tools.sis_campus import LAB, MATH, TERM
from tests.tools.wire_server import Asked, Reply

PERSON = SisPersonId("A00000001")


def read_registrations(tenant: Tenant, **settings: Any) -> Any:
    with connect(tenant) as campus:
        return campus.reader(**settings).read_registrations(TERM)


def test_terms_are_read_and_years_and_parts_are_not_terms() -> None:
    with connect(make_tenant()) as campus:
        fetch = campus.reader().read_terms()
    assert fetch.complete
    assert [(term.code, term.title, term.start_on, term.registration_open) for term in fetch.rows] == [
        (TERM, "Fall 2026", date(2026, 8, 24), True)
    ]


def test_sections_carry_course_dates_teachers_and_lms() -> None:
    with connect(make_tenant()) as campus:
        fetch = campus.reader().read_sections(TERM)
    assert (fetch.complete, fetch.expected) == (True, 2)
    math = fetch.rows[0]
    assert (math.key, math.own_course_id, math.department) == (MATH, "MATH101-001-202680", "MATH")
    assert (math.status, math.lms, math.published, math.part) == (SectionStatus.OPEN, "canvas", True, "full")
    assert (math.start_on, math.end_on, math.census_on) == (date(2026, 8, 24), date(2026, 12, 11), date(2026, 9, 14))
    assert math.instructors == (SectionInstructor(sis_id=SisPersonId("A00000003"), primary=True),)


def test_r33_r39_r41_r43_part_cross_list_linked_lecture_and_other_lms() -> None:
    tenant = make_tenant()
    tenant.collections["sections"] = [
        make_section(
            "s-1",
            "12345",
            "001",
            academicPeriod=ref("t-1"),
            reportingAcademicPeriod=ref("t"),
            endOn="2026-10-14",
            instructionalPlatform=ref("p-2"),
            alternateIds=[{"title": "CRN", "value": "12345"}, {"title": "Link Identifier", "value": "L12399"}],
            status={"category": "cancelled"},
        ),
        make_section(
            "s-2",
            "12346",
            "L01",
            instructionalPlatform=None,
            censusDates=["2026-09-10"],
            alternateIds=[{"title": "Link Identifier", "value": "L12346"}],
        ),
    ]
    tenant.collections["section-crosslists"] = [
        {
            "id": "x",
            "code": "XA",
            "sections": [{"section": ref("s-2"), "type": "primary"}, {"section": ref("s-1"), "type": "secondary"}],
        }
    ]
    with connect(tenant) as campus:
        fetch = campus.reader().read_sections(TERM)
        single = campus.reader().read_section(SectionKey(TERM, Crn("12345")))
    half, full = fetch.rows
    assert (half.part, half.census_on, half.linked_to, half.lms) == ("1", date(2026, 9, 4), "12399", "MOODLE")
    assert (half.cross_list_group, half.cross_list_primary, half.status) == ("XA", False, SectionStatus.CANCELLED)
    assert (full.lms, full.census_on, full.cross_list_primary) == ("canvas", date(2026, 9, 10), True)
    assert full.linked_to is None
    assert single == half


def test_r46_instructor_whose_work_ended_early_no_longer_teaches() -> None:
    tenant = make_tenant()
    tenant.collections["section-instructors"] = [
        {"id": "i-1", "section": ref("s-1"), "instructor": ref("g-3"), "workEndOn": "2026-09-01"},
        {"id": "i-2", "section": ref("s-1"), "instructor": ref("g-2"), "instructorRole": "assistant"},
        {"id": "i-3", "section": ref("s-2"), "instructor": ref("g-3"), "workEndOn": "2026-12-11"},
    ]
    with connect(tenant) as campus:
        first, second = campus.reader().read_sections(TERM).rows
    assert first.instructors == (SectionInstructor(sis_id=SisPersonId("A00000002"), assistant=True),)
    assert [teacher.sis_id for teacher in second.instructors] == ["A00000003"]


def test_r3_r7_r14_r17_people_with_former_ids_preferred_names_no_login_and_opt_out() -> None:
    tenant = make_tenant()
    credentials = [
        {"type": "bannerId", "value": "A00000009"},
        {"type": "bannerId", "value": "E00000001", "endOn": "2026-01-01"},
    ]
    names = [
        {"type": {"category": "favored"}, "firstName": "Zo"},
        {"type": {"category": "legal"}, "firstName": "Zoë", "lastName": "Björnsson", "fullName": "Zoë A. Björnsson"},
    ]
    emails = [
        {"address": "z@home.example", "type": {"emailType": "personal"}},
        {"address": "z@northfield.example", "type": {"emailType": "school"}},
    ]
    tenant.collections["persons"] = [
        {
            "id": "g-1",
            "names": names,
            "credentials": credentials,
            "emails": emails,
            "privacyStatus": {"privacyCategory": "restricted"},
        }
    ]
    with connect(tenant) as campus:
        fetch = campus.reader().read_people()
        by_former = campus.reader().read_person(SisPersonId("E00000001"))
    found = fetch.rows[0]
    assert fetch.complete
    assert (found.sis_id, found.prior_sis_ids, found.login, found.confidential) == (
        "A00000009",
        ("E00000001",),
        None,
        True,
    )
    assert found.legal_name.full == "Zoë A. Björnsson"
    assert found.preferred_name == PersonName(first="Zo", last="Björnsson", full="Zo Björnsson")
    assert found.email == "z@northfield.example"
    assert by_former == found


def test_s220_properties_outside_the_scope_never_enter() -> None:
    tenant = make_tenant()
    tenant.collections["persons"][0] |= {
        "dateOfBirth": "2004-02-29",
        "ethnicity": {"id": "e"},
        "phones": [{"number": "555-0100"}],
        "credentials": [*tenant.collections["persons"][0]["credentials"], {"type": "ssn", "value": "078-05-1120"}],
    }
    with connect(tenant) as campus:
        text = campus.reader().read_people().model_dump_json()
    assert "zbjornsson" in text
    assert not any(secret in text for secret in ("2004-02-29", "555-0100", "078-05-1120"))


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        (registration("r-1", "g-1"), RegistrationStatus.REGISTERED, "RE"),
        (registration("r-1", "g-1", code="dd"), RegistrationStatus.DROPPED, "DD"),
        (registration("r-1", "g-1", code="wd"), RegistrationStatus.WITHDRAWN, "WD"),
        (registration("r-1", "g-1", code="dc"), RegistrationStatus.CANCELED, "DC"),
        (registration("r-1", "g-1", status={"detail": ref("xx")}), RegistrationStatus.CANCELED, "XX"),
        (registration("r-1", "g-1", status={"detail": ref("re")}), RegistrationStatus.REGISTERED, "RE"),
        (
            registration(
                "r-1",
                "g-1",
                status={"registrationStatus": "notRegistered", "sectionRegistrationStatusReason": "pending"},
            ),
            RegistrationStatus.WAITLISTED,
            "",
        ),
    ],
)
def test_statuses_follow_flags_and_then_the_institutions_table(
    row: dict[str, Any], status: RegistrationStatus, code: str
) -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] = [row]
    fetch = read_registrations(tenant)
    assert fetch.complete
    assert [(found.status, found.status_code) for found in fetch.rows] == [(status, code)]
    assert fetch.findings == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (registration("r-1", "g-1", status={"detail": ref("nowhere")}), "is unknown"),
        (registration("r-1", "g-1", status=None), "is unknown"),
        (
            registration(
                "r-1",
                "g-1",
                status={
                    "registrationStatus": "registered",
                    "sectionRegistrationStatusReason": "registered",
                    "detail": ref("dd"),
                },
            ),
            "contradict",
        ),
    ],
)
def test_unknown_or_contradicting_status_arrives_as_unknown_with_a_finding(row: dict[str, Any], said: str) -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] = [row]
    fetch = read_registrations(tenant)
    assert fetch.complete
    assert [found.status for found in fetch.rows] == [RegistrationStatus.UNKNOWN]
    assert [(finding.code, finding.severity) for finding in fetch.findings] == [("PV205", Severity.WARNING)]
    assert said in fetch.findings[0].message
    assert "registration_codes" in fetch.findings[0].fix


def test_r50_r55_r56_missing_date_audit_and_override() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] = [
        registration("r-1", "g-1", code="dd", statusDate=None),
        registration("r-2", "g-2", gradingOption={"mode": "audit"}, approvals=[{"approvalEntity": "user"}]),
        registration("r-3", "g-3", gradingOption={"mode": "passFail"}, approvals=[{"approvalEntity": "system"}]),
    ]
    dropped, auditor, passing = read_registrations(tenant).rows
    assert (dropped.status_on, dropped.registered_on) == (None, date(2026, 4, 1))
    assert (auditor.grade_mode, auditor.override) == (GradeMode.AUDIT, True)
    assert (passing.grade_mode, passing.override) == (GradeMode.PASS_FAIL, False)


def test_r51_r52_rows_of_one_person_are_kept_and_numbered_with_their_moment() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] = [
        registration(
            "r-2", "g-1", originallyRegisteredOn="2026-09-01", metadata={"modifiedOn": "2026-09-01T12:00:00Z"}
        ),
        registration("r-1", "g-1", code="dd"),
    ]
    again, before = read_registrations(tenant).rows
    assert (before.sequence, before.status) == (1, RegistrationStatus.DROPPED)
    assert (again.sequence, again.status) == (2, RegistrationStatus.REGISTERED)
    assert again.modified_at == datetime(2026, 9, 1, 12, tzinfo=UTC)


def test_r54_waitlist_entries_are_registrations_that_wait_and_yield_to_a_seat() -> None:
    tenant = make_tenant()
    tenant.collections["student-section-waitlists"] = [
        {"id": "w-1", "person": ref("g-3"), "section": ref("s-2"), "priority": 1},
        {"id": "w-2", "person": ref("g-1"), "section": ref("s-1")},
        {"id": "w-3", "person": ref("g-1"), "section": ref("elsewhere")},
    ]
    fetch = read_registrations(tenant)
    waiting = {(row.section, row.person): row for row in fetch.rows if row.status is RegistrationStatus.WAITLISTED}
    assert set(waiting) == {(LAB, "A00000003"), (MATH, "A00000001")}
    seated = next(row for row in fetch.rows if row.source_guid == "r-1")
    assert (waiting[MATH, PERSON].sequence, seated.sequence) == (1, 2)


def test_the_term_reads_alike_by_named_query_and_section_by_section() -> None:
    with connect(make_tenant()) as campus:
        named = campus.reader().read_registrations(TERM)
        single = campus.reader(registrations_of_period=None).read_registrations(TERM)
        one = campus.reader().read_section_registrations(MATH)
        queries = [asked.query for asked in campus.asked("/api/section-registrations")]
    assert named.rows == single.rows == one.rows
    assert queries[0]["academicPeriod"] == '{"academicPeriod":{"id":"t"}}'


def test_a_tenant_that_knows_no_query_by_period_is_read_section_by_section() -> None:
    tenant = make_tenant()

    def refuse(asked: Asked, reply: Reply) -> Reply:
        known = "academicPeriod" not in asked.query
        return reply if known else Reply(400, b'{"errors":[{"code":"Global.Filter.Invalid"}]}')

    tenant.twists.append(refuse)
    with connect(tenant) as campus:
        fetch = campus.reader().read_registrations(TERM)
    assert (len(fetch.rows), fetch.complete, fetch.findings) == (2, True, ())


def test_waitlist_entries_alone_do_not_hide_that_no_registration_came() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] = []
    tenant.collections["student-section-waitlists"] = [{"id": "w", "person": ref("g-1"), "section": ref("s-1")}]
    fetch = read_registrations(tenant)
    assert (len(fetch.rows), fetch.complete) == (1, False)
    assert [finding.code for finding in fetch.findings] == ["PV202"]


def test_single_reads_find_by_id_and_crn_and_say_none_for_strangers() -> None:
    with connect(make_tenant()) as campus:
        reader = campus.reader()
        assert reader.read_person(PERSON) == reader.read_people().rows[0]
        assert reader.read_person(SisPersonId("A99999999")) is None
        assert reader.read_section(MATH) == reader.read_sections(TERM).rows[0]
        assert reader.read_section(SectionKey(TERM, Crn("99999"))) is None
        assert not reader.read_section_registrations(SectionKey(TERM, Crn("99999"))).complete


def test_events_ask_for_single_people_and_not_for_everybody() -> None:
    with connect(make_tenant()) as campus:
        assert len(campus.reader().read_section_registrations(MATH).rows) == 2
        assert campus.asked("/api/persons") == []


def test_service_that_ignores_filters_misleads_nobody() -> None:
    tenant = make_tenant()
    tenant.collections["persons"].append(person("g-4", "A00000004", "Ann", "Other", "aother"))
    with connect(tenant) as campus:
        reader = campus.reader(
            person_by_id={"name": "nobodyKnows", "body": "{}"}, section_by_code={"name": "nobodyKnows", "body": "{}"}
        )
        found = reader.read_person(SisPersonId("A00000004"))
        assert found is not None
        assert found.login == "aother"
        assert reader.read_person(SisPersonId("A99999999")) is None
        assert (section := reader.read_section(LAB)) is not None
        assert section.key == LAB


def test_s128_holds_by_category_and_an_unknown_one_is_said() -> None:
    tenant = make_tenant()
    tenant.collections["person-holds"] = [
        {"id": "h-1", "person": ref("g-1"), "type": {"category": "financial"}, "startOn": "2026-09-01"},
        {"id": "h-2", "person": ref("g-2"), "type": {"category": "library"}, "startOn": "2026-09-01T04:00:00Z"},
    ]
    with connect(tenant) as campus:
        fetch = campus.reader().read_holds()
    assert [(hold.person, hold.category, hold.start_on) for hold in fetch.rows] == [
        ("A00000001", HoldCategory.FINANCIAL, date(2026, 9, 1)),
        ("A00000002", HoldCategory.UNKNOWN, date(2026, 9, 1)),
    ]
    assert "'library'" in fetch.findings[0].message


def test_s132_s133_histories_join_gpa_withdrawals_and_advisor() -> None:
    tenant = make_tenant()
    tenant.collections["student-grade-point-averages"] = [
        {
            "id": "a-1",
            "student": ref("g-1"),
            "cumulative": [
                {"academicSource": "all", "value": 3.1},
                {"academicSource": "institution", "value": 1.95, "attemptedCredits": 30},
            ],
        },
        {"id": "a-2", "student": ref("g-2"), "cumulative": []},
    ]
    tenant.collections["grade-definitions"] = [
        {"id": "w", "grade": {"value": "W"}},
        {"id": "b", "grade": {"value": "B"}},
    ]
    tenant.collections["student-transcript-grades"] = [
        {"id": f"tg-{n}", "student": ref("g-1"), "grade": ref(grade)} for n, grade in enumerate(["w", "b", "w"])
    ]
    tenant.collections["student-advisor-relationships"] = [
        {"id": "d-1", "student": ref("g-1"), "advisor": ref("g-2"), "endOn": "2026-05-01"},
        {"id": "d-2", "student": ref("g-1"), "advisor": ref("g-3")},
    ]
    with connect(tenant) as campus:
        found = {row.person: row for row in campus.reader().read_histories().rows}
    assert (found[PERSON].gpa, found[PERSON].prior_withdrawals) == (Decimal("1.95"), 2)
    assert found[PERSON].advisor == "A00000003"
    other = found[SisPersonId("A00000002")]
    assert (other.gpa, other.prior_withdrawals, other.advisor) == (None, 0, None)


def test_withdrawals_that_could_not_all_be_counted_are_unknown_and_not_zero() -> None:
    tenant = make_tenant()
    tenant.collections["student-grade-point-averages"] = [
        {"id": "a-1", "student": ref("g-1"), "cumulative": [{"value": 3}]}
    ]
    with connect(tenant) as campus:
        found = campus.reader().read_histories().rows[0]
    assert (found.gpa, found.prior_withdrawals) == (Decimal(3), None)


def test_withheld_record_is_never_an_unknown_person() -> None:
    tenant = make_tenant()
    del tenant.collections["persons"][0]["names"]
    with connect(tenant) as campus, pytest.raises(InvalidRecord, match="not whole") as caught:
        campus.reader().read_person(PERSON)
    assert caught.value.field == "person"
