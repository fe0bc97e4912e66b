"""Grades and student records as tenants differ: spellings, missing properties, codes nobody explains."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.changes import PostGrade, Tier
from domain.drops import Charge, ChargeKind
from domain.errors import ConfigurationError
from domain.grades import GradeMeaning, GradeOptions, GradeStage
from domain.ids import RecordHandle, RuleId, SisPersonId
from domain.images import Image
from domain.populations import Population
from domain.records import GradeMode
from tests.tools.ethos_tenant import Connected, Json, Tenant, connect, make_tenant, ref, registration
from tests.tools.people import OpenHandles
from tests.tools.sis_campus import MATH, TERM, StillClock, make_institution
from tests.tools.wire_server import Asked, Reply
from tools.sis.banner.read import BannerReader
from tools.sis.banner.records.desk import Desk, open_desk
from tools.sis.banner.records.images import BannerObserver
from tools.sis.banner.records.read import BannerRecords
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.write import BannerGrader

HANDLES = OpenHandles()
ANN = SisPersonId("A00000001")


def with_grades() -> Tenant:
    """The small tenant with grading for the first registration, in the vendor's own properties."""
    tenant = make_tenant()
    tenant.collections["sections"][0] |= {
        "gradeSchemes": [{"gradeScheme": ref("gs-s"), "usage": "default"}, ref("gs-x")],
        "credits": [{"measure": "credit", "minimum": 3}],
    }
    tenant.collections["section-registrations"] = [
        registration("r-1", "g-1", academicLevel=ref("ug"), credit={"registrationCredit": 3.0})
    ]
    tenant.collections |= {
        "academic-levels": [{"id": "ug", "code": "UG"}],
        "grade-schemes": [{"id": "gs-s", "code": "S"}, {"id": "gs-x", "code": "X9"}],
        "grade-definitions": [letter("d-a", "A"), letter("d-f", "F"), letter("d-q", "Q"), letter("d-w", "W")],
        "section-grade-types": [{"id": "ty-m", "code": "MID"}, {"id": "ty-f", "code": "FINAL"}],
        "section-registrations-grade-options": [
            {
                "id": "r-1",
                "section": ref("s-1"),
                "sectionGradability": "gradable",
                "grades": [{"grade": ref("d-a"), "value": "A"}, {"grade": ref("d-f")}, {"grade": ref("d-q")}],
            }
        ],
        "student-unverified-grades": [],
        "student-transcript-grades": [],
    }
    return tenant


def letter(guid: str, value: str) -> Json:
    return {"id": guid, "grade": {"type": "literal", "value": value}}


def entry(**details: Any) -> Json:
    return {"id": "e-1", "sectionRegistration": ref("r-1"), "details": details}


def line(guid: str, course: Json, grade: str = "d-a", hours: float | None = 3, **more: Any) -> Json:
    credit = {"attemptedCredit": hours, "earnedCredit": hours} if hours is not None else {}
    return {"id": guid, "student": ref("g-1"), "course": course, "grade": ref(grade), "credit": credit, **more}


@pytest.fixture
def tenant() -> Tenant:
    return with_grades()


@pytest.fixture
def campus(tenant: Tenant) -> Iterator[Connected]:
    with connect(tenant) as connected:
        yield connected


def desk(campus: Connected, institution: dict[str, object] | None = None, **settings: Any) -> Desk:
    dialect = EthosSettings.model_validate(settings)
    known = make_institution(**(institution or {}))
    reader = BannerReader(campus.client, known, settings=dialect, clock=StillClock())
    return open_desk(reader.finder(), HANDLES)


def records(campus: Connected, institution: dict[str, object] | None = None, **settings: Any) -> BannerRecords:
    return BannerRecords(desk(campus, institution, **settings))


def ann() -> RecordHandle:
    return HANDLES.handle(ANN)


def options(campus: Connected, **settings: Any) -> GradeOptions:
    (one,) = records(campus, **settings).read_grade_options(MATH).rows
    return one


def change(grade: str = "A", grade_type: str = "final", **more: Any) -> PostGrade:
    usual = {"before": Image.absent(), "after": Image(fields={"letter": grade}), "attested_by": ann()}
    return PostGrade(
        target="banner",
        rule=RuleId("R92"),
        tier=Tier.AUTO,
        topic="grades",
        section=MATH,
        person=ann(),
        grade_type=grade_type,  # type: ignore[arg-type]
        grade=grade,
        **{**usual, **more},
    )


def test_letters_are_named_by_their_definition_and_unknown_ones_stay_unknown(campus: Connected) -> None:
    one = options(campus)
    meanings = {grade.letter: grade.meaning for grade in one.grades}
    assert meanings == {"A": GradeMeaning.PASSING, "F": GradeMeaning.FAILING, "Q": GradeMeaning.UNKNOWN}
    assert {grade.needs_engagement for grade in one.grades} == {None}
    assert (one.gradable, one.stage) == (True, GradeStage.NOT_ENTERED)


def test_gradability_that_is_not_said_is_not_known(campus: Connected, tenant: Tenant) -> None:
    del tenant.collections["section-registrations-grade-options"][0]["sectionGradability"]
    assert options(campus).gradable is None
    receipt = BannerGrader(campus.client, desk(campus)).apply([change()])[change().change_id]
    assert not receipt.accepted
    assert receipt.reference == "sectionGradability"


def test_r77_both_shapes_of_a_grade_scheme_are_read_and_unknown_ones_give_no_mode(campus: Connected) -> None:
    grading = records(campus).read_grading(MATH, has_scheme=None)
    assert grading is not None
    assert grading.modes == {GradeMode.STANDARD}
    own = records(campus, scheme_modes={"X9": "pass_fail"}).read_grading(MATH, has_scheme=None)
    assert own is not None
    assert own.modes == {GradeMode.PASS_FAIL}


def test_e2_without_a_grade_status_the_transcript_says_whether_a_grade_was_rolled(
    campus: Connected, tenant: Tenant
) -> None:
    final = {"type": ref("ty-f"), "grade": ref("d-a")}
    tenant.collections["student-unverified-grades"] = [
        entry(grades=[final, {"type": ref("other"), "grade": ref("d-f")}])
    ]
    assert (options(campus).stage, options(campus).final_letter) == (GradeStage.ENTERED, "A")
    tenant.collections["student-transcript-grades"] = [line("l-1", {"section": ref("s-1")}, "d-f")]
    assert (options(campus).stage, options(campus).final_letter) == (GradeStage.ROLLED, "F")
    tenant.collections["student-transcript-grades"][0]["changeReason"] = ref("why")
    assert options(campus).stage is GradeStage.CHANGE_OF_GRADE


def test_r70_a_transcript_that_cannot_be_read_leaves_the_stage_unknown(campus: Connected, tenant: Tenant) -> None:
    tenant.collections["student-unverified-grades"] = [entry(grades=[{"type": ref("ty-f"), "grade": ref("d-a")}])]
    tenant.twists.append(forbid("student-transcript-grades"))
    found = records(campus).read_grade_options(MATH)
    assert not found.complete
    assert [one.stage for one in found.rows] == [GradeStage.UNKNOWN]


def forbid(resource: str, status: int = 403) -> Any:
    def twist(asked: Asked, reply: Reply) -> Reply:
        return replace(reply, status=status, body=b"{}") if asked.path == f"/api/{resource}" else reply

    return twist


def test_a_letter_whose_definition_is_gone_is_never_an_empty_column(campus: Connected, tenant: Tenant) -> None:
    tenant.collections["student-unverified-grades"] = [entry(grades=[{"type": ref("ty-f"), "grade": ref("gone")}])]
    assert not records(campus).read_grade_options(MATH).complete
    assert BannerObserver(desk(campus)).observe([change()]) == {}


def test_grade_options_may_be_a_representation_of_registrations(campus: Connected, tenant: Tenant) -> None:
    kind = "application/vnd.hedtech.integration.section-registrations-grade-options.v1+json"
    offered = tenant.collections.pop("section-registrations-grade-options")
    asked_for: list[str] = []

    def twist(asked: Asked, reply: Reply) -> Reply:
        if asked.path != "/api/section-registrations" or asked.headers["accept"] != kind:
            return reply
        asked_for.append(asked.headers["accept"])
        return replace(reply, body=json.dumps(offered).encode())

    tenant.twists.append(twist)
    places = {"section-registrations-grade-options": "section-registrations"}
    assert options(campus, representations=places).gradable
    assert asked_for == [kind]


def test_r94_a_column_without_its_grade_type_stops_everything(campus: Connected, tenant: Tenant) -> None:
    tenant.collections["section-grade-types"] = [{"id": "ty-f", "code": "FINAL"}]
    with pytest.raises(ConfigurationError, match="0 grade types for the interim column"):
        BannerGrader(campus.client, desk(campus)).apply([change(grade_type="interim")])
    assert {asked.path for asked in campus.server.asked if asked.method != "GET"} == {"/auth"}


def test_a_classmate_who_cannot_be_read_keeps_nobody_elses_grade_back(campus: Connected, tenant: Tenant) -> None:
    tenant.collections["section-registrations"].append(registration("r-9", "g-404"))
    assert not records(campus).read_grade_options(MATH).complete
    image = BannerObserver(desk(campus)).observe([change()])[change().change_id]
    assert image == Image(exists=False, fields={"stage": "not_entered"})


def test_r70_without_the_final_grade_type_no_column_counts_as_empty(campus: Connected, tenant: Tenant) -> None:
    tenant.collections["section-grade-types"] = []
    assert not records(campus).read_grade_options(MATH).complete
    assert BannerObserver(desk(campus)).observe([change()]) == {}


def test_r75_a_lost_answer_that_cannot_be_looked_up_is_uncertain_and_never_refused(
    campus: Connected, tenant: Tenant
) -> None:
    submitted: list[str] = []

    def twist(asked: Asked, reply: Reply) -> Reply:
        if asked.method == "POST" and asked.path == "/api/student-unverified-grades":
            submitted.append(asked.path)
            return replace(reply, status=502, body=b"")
        lost = submitted and asked.path == "/api/student-unverified-grades"
        return replace(reply, status=429, body=b"{}") if lost else reply

    tenant.twists.append(twist)
    receipt = BannerGrader(campus.client, desk(campus)).apply([change()])[change().change_id]
    assert (receipt.accepted, receipt.uncertain, len(submitted)) == (False, True, 1)
    assert receipt.message.startswith("PV502")


# Accounts


def charge(guid: str, amount: Json, **more: Any) -> Json:
    return {"id": guid, "student": ref("g-1"), "academicPeriod": ref("t"), "chargedAmount": amount, **more}


def usd(value: float) -> Json:
    return {"amount": {"value": value, "currency": "USD"}}


CODES = {"tuition_codes": ["TUI"], "fee_codes": ["LAB"]}


@pytest.fixture
def charged(campus: Connected, tenant: Tenant) -> Connected:
    tenant.collections["accounting-codes"] = [{"id": "a-t", "code": "TUI"}, {"id": "a-l", "code": "LAB"}]
    units = {"unitCost": {"quantity": 3, "cost": {"value": 400.25, "currency": "USD"}}}
    tenant.collections["student-charges"] = [
        charge("x-1", units, fundingDestination=ref("a-t"), overrideDescription="Tuition CRN 12345"),
        charge("x-2", usd(60.1), fundingDestination=ref("a-l"), comments=["Lab fee, CRN: 12345"]),
        charge("x-3", usd(-10), fundingDestination=ref("a-l"), comments=["Reversal CRN 12345"]),
        charge("x-4", usd(900), fundingDestination=ref("a-t"), overrideDescription="Tuition CRN 12346"),
        charge("x-5", usd(285), fundingDestination=ref("a-l"), overrideDescription="Student services"),
        {**charge("x-6", usd(1), overrideDescription="CRN 12345"), "academicPeriod": ref("y")},
    ]
    return campus


def test_r110_charges_are_tied_to_the_class_by_its_crn_and_added_up_by_code(charged: Connected) -> None:
    account = records(charged, **CODES).read_account(ann(), MATH)
    assert account is not None
    assert account.charges == (
        Charge(code="LAB", kind=ChargeKind.FEE, amount=Decimal("50.1")),
        Charge(code="TUI", kind=ChargeKind.TUITION, amount=Decimal("1200.75")),
    )


def test_a_charge_whose_kind_nobody_explains_leaves_the_account_unknown(charged: Connected) -> None:
    assert records(charged, tuition_codes=["TUI"]).read_account(ann(), MATH) is None


def test_charges_that_are_tied_to_no_class_leave_the_account_unknown(charged: Connected, tenant: Tenant) -> None:
    tenant.collections["student-charges"] = [charge("x-5", usd(285), fundingDestination=ref("a-l"))]
    assert records(charged, **CODES).read_account(ann(), MATH) is None


def test_no_charges_at_all_is_an_empty_account(charged: Connected, tenant: Tenant) -> None:
    tenant.collections["student-charges"] = []
    account = records(charged, **CODES).read_account(ann(), MATH)
    assert account is not None
    assert account.charges == ()


def test_an_amount_that_is_missing_leaves_the_account_unknown(charged: Connected, tenant: Tenant) -> None:
    tenant.collections["student-charges"][0]["chargedAmount"] = {"amount": {"currency": "USD"}}
    assert records(charged, **CODES).read_account(ann(), MATH) is None


# Progress and studies


@pytest.fixture
def studied(campus: Connected, tenant: Tenant) -> Connected:
    tenant.collections |= {
        "academic-programs": [{"id": "pr", "code": "BS-MATH", "title": "Mathematics"}],
        "student-academic-programs": [
            {"id": "o", "student": ref("g-1"), "program": ref("pr"), "enrollmentStatus": {"status": "complete"}},
            {
                "id": "n",
                "student": ref("g-1"),
                "program": ref("pr"),
                "academicLevel": ref("ug"),
                "enrollmentStatus": {"status": "active"},
            },
        ],
        "student-transcript-grades": [
            line("l-1", {"section": ref("old")}, "d-f"),
            line("l-2", {"name": "TRAN 100"}),
            line("l-3", {"section": ref("s-1")}),
        ],
    }
    old = {**tenant.collections["sections"][0], "id": "old", "academicPeriod": ref("spring")}
    old |= {"reportingAcademicPeriod": ref("spring"), "code": "20001"}
    tenant.collections["sections"].append(old)
    spring = {"id": "spring", "code": "202610", "startOn": "2026-01-12", "endOn": "2026-05-08"}
    tenant.collections["academic-periods"].append({**spring, "title": "Spring", "category": {"type": "term"}})
    tenant.collections["student-transcript-grades"][0]["credit"]["earnedCredit"] = 0
    return campus


HOURS = {"programme_hours": {"UG": "120"}}


def test_r111_lines_without_a_term_are_dated_by_their_class(studied: Connected) -> None:
    progress = records(studied, HOURS).read_progress(ann(), MATH)
    assert progress is not None
    assert (progress.attempted, progress.completed, progress.earlier_attempts) == (6, 3, 1)
    assert (progress.withdrawals, progress.passed, progress.programme_hours) == (0, {"TRAN 100"}, 120)
    past = records(studied).read_past_courses([ann()])
    assert {(one.term, one.course, one.letter) for one in past.rows} == {
        ("202610", "MATH 101", "F"),
        ("", "TRAN 100", "A"),
        ("202680", "MATH 101", "A"),
    }


def test_r122_hours_that_are_missing_leave_progress_unknown(studied: Connected, tenant: Tenant) -> None:
    tenant.collections["student-transcript-grades"][1]["credit"] = {}
    assert records(studied, HOURS).read_progress(ann(), MATH) is None
    assert records(studied).read_past_courses([ann()]).complete


@pytest.mark.parametrize("resource", ["student-transcript-grades", "student-academic-programs"])
def test_r70_studies_that_the_tenant_does_not_offer_are_not_known(
    studied: Connected, tenant: Tenant, resource: str
) -> None:
    tenant.twists.append(forbid(resource))
    assert records(studied, HOURS).read_progress(ann(), MATH) is None
    read = records(studied)
    found = read.read_past_courses([ann()]) if "grades" in resource else read.read_programmes([ann()])
    assert (found.rows, found.complete) == ((), False)
    assert found.findings[0].message.startswith("Ethos does not let this application read")


def test_a_programme_that_is_over_is_not_active(studied: Connected) -> None:
    found = records(studied).read_programmes([ann()])
    assert {(one.code, one.level, one.active) for one in found.rows} == {
        ("BS-MATH", "", False),
        ("BS-MATH", "UG", True),
    }


# Flags and schedule


def test_r112_tags_that_are_over_and_codes_that_mean_none_are_left_out(campus: Connected, tenant: Tenant) -> None:
    table = {"populations": {"VET": Population.VETERAN, "ATH": Population.ATHLETE}}
    tenant.collections |= {
        "student-tags": [{"id": "v", "code": "VET"}, {"id": "h", "code": "HOUSING"}],
        "student-cohorts": [{"id": "a", "code": "ATH"}],
        "student-tag-assignments": [
            {"id": "1", "person": ref("g-1"), "tag": ref("v"), "startOn": "2024-01-01"},
            {"id": "2", "person": ref("g-1"), "tag": ref("h"), "startOn": "2024-01-01"},
        ],
        "student-cohort-assignments": [
            {"id": "3", "person": ref("g-1"), "cohort": ref("a"), "startOn": "2024-01-01", "endOn": "2026-05-01"}
        ],
    }
    flags = records(campus, table).read_flags(ann(), TERM)
    assert flags is not None
    assert flags.populations == {Population.VETERAN}
    assert records(campus).read_flags(ann(), TERM) is None


def test_r111_hours_that_a_class_offers_a_choice_of_are_not_guessed(campus: Connected, tenant: Tenant) -> None:
    row = tenant.collections["section-registrations"][0]
    assert (found := records(campus).read_schedule(ann(), MATH)) is not None
    assert (found.level, found.hours, found.others) == ("UG", 3, ())
    tenant.collections["section-registrations"] = [{**row, "credit": {}}]
    assert (found := records(campus).read_schedule(ann(), MATH)) is not None
    assert found.hours == 3
    tenant.collections["sections"][0]["credits"] = [{"minimum": 1, "maximum": 4}]
    assert records(campus).read_schedule(ann(), MATH) is None
