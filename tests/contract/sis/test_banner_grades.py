"""Grades in Banner through Ethos: what may be given and is held, and carrying attested grades there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.findings import Severity
from domain.grades import GradeMeaning
from domain.ids import Crn, SectionKey
from domain.records import GradeMode, RegistrationStatus
from simulator.banner.tables import Registration
from simulator.faults import FaultKind
from tests.contract.sis.grades_campus import GradesCampus, open_grades_campus
from tests.governance.conftest import database, empty_url, folder, keyring, ledger, migrated, url
from tests.governance.house import House

__all__ = ["database", "empty_url", "folder", "keyring", "ledger", "migrated", "url"]


@pytest.fixture(scope="module")
def shared() -> Iterator[GradesCampus]:
    with open_grades_campus() as running:
        yield running


@pytest.fixture
def campus(shared: GradesCampus) -> Iterator[GradesCampus]:
    yield shared
    shared.campus.faults.clear()
    shared.campus.banner.refuses_with_200 = False
    shared.campus.banner.locks.clear()


@pytest.fixture
def house(campus: GradesCampus, database: object, ledger: object, tmp_path: Path) -> House:
    """The gate with Banner behind it."""
    house = House(database, ledger, tmp_path / "state")  # type: ignore[arg-type]
    house.observers = {"banner": campus.observer()}
    house.writers = {"banner": campus.grader()}
    return house.rebuild()


def standard(campus: GradesCampus) -> list[Registration]:
    return campus.rows(lambda row: row.mode == "standard" and row.section.course.number < "500")


# Reading


def test_r76_every_student_has_the_letters_of_their_own_mode(campus: GradesCampus) -> None:
    for key in sorted({campus.key_of(row) for row in campus.rows()})[:12]:
        found = campus.records().read_grade_options(key)
        assert found.complete
        for one in (one for one in found.rows if one.status is RegistrationStatus.REGISTERED):
            letters = {grade.letter for grade in one.grades}
            assert one.gradable
            if one.mode is GradeMode.PASS_FAIL:
                assert letters == {"P", "NP", "I", "NR"}
            elif one.mode is GradeMode.AUDIT:
                assert letters == {"AU", "NR"}
            else:
                assert {"A", "F", "I"} <= letters


def test_r84_the_sis_says_which_letters_need_engagement(campus: GradesCampus) -> None:
    key = campus.key_of(standard(campus)[0])
    one = next(row for row in campus.records().read_grade_options(key).rows if row.find("F"))
    failing, passing, incomplete = one.find("F"), one.find("B"), one.find("I")
    assert failing is not None
    assert (failing.meaning, failing.needs_engagement) == (GradeMeaning.FAILING, True)
    assert passing is not None
    assert (passing.meaning, passing.needs_engagement) == (GradeMeaning.PASSING, False)
    assert incomplete is not None
    assert incomplete.meaning is GradeMeaning.INCOMPLETE


def test_a_letter_that_nobody_explains_is_unknown_and_said(campus: GradesCampus) -> None:
    key = campus.key_of(standard(campus)[0])
    found = campus.records(grade_meanings={}).read_grade_options(key)
    meanings = {grade.letter: grade.meaning for row in found.rows for grade in row.grades}
    assert meanings["I"] is GradeMeaning.INCOMPLETE
    assert {meanings[letter] for letter in ("A", "F", "NR")} == {GradeMeaning.UNKNOWN}
    assert any("grade_meanings" in finding.fix for finding in found.findings)


def test_s222_readings_name_handles_only(campus: GradesCampus) -> None:
    key = campus.key_of(standard(campus)[0])
    told = campus.records().read_grade_options(key).model_dump_json()
    told += str(campus.records().read_grading(key, has_scheme=True))
    people = campus.campus.banner.persons.values()
    assert "per_" in told
    for person in people:
        assert person.banner_id not in told
        assert person.guid not in told
        assert person.last not in told.replace("unknown", "")


def test_r92_grading_names_modes_dates_and_instructors_of_record(campus: GradesCampus) -> None:
    row = standard(campus)[0]
    grading = campus.records().read_grading(campus.key_of(row), has_scheme=True)
    assert grading is not None
    assert grading.modes == {GradeMode.STANDARD, GradeMode.PASS_FAIL, GradeMode.AUDIT}
    part = campus.campus.banner.calendar.terms[campus.term].part("F")
    assert (grading.start_on, grading.end_on, grading.part) == (part.start_on, part.end_on, "F")
    teachers = campus.campus.banner.teachers_of(row.section.key)
    of_record = {campus.handles.handle(one.person.banner_id) for one in teachers if "ssist" not in one.role}  # type: ignore[arg-type]
    assert grading.instructors == of_record
    assert (grading.has_scheme, grading.delegates) == (True, frozenset())


def test_a_scheme_that_nobody_explains_gives_no_mode(campus: GradesCampus) -> None:
    key = campus.key_of(standard(campus)[0])
    grading = campus.records(scheme_modes={"S": "standard"}).read_grading(key, has_scheme=None)
    assert grading is not None
    assert grading.modes == {GradeMode.STANDARD}


def test_a_section_that_banner_does_not_have_is_no_empty_roster(campus: GradesCampus) -> None:
    nowhere = SectionKey(campus.term, Crn("99999"))
    assert campus.records().read_grading(nowhere, has_scheme=None) is None
    found = campus.records().read_grade_options(nowhere)
    assert (found.rows, found.complete) == ((), False)


def test_r80_a_student_who_withdrew_has_the_w_of_the_registrar(campus: GradesCampus) -> None:
    withdrawn = next(
        row
        for row in campus.campus.banner.registrations.values()
        if row.section.key.term == campus.term
        and row.status.reason == "withdrawn"
        and row.exported
        and not row.section.primary
    )
    found = campus.records().read_grade_options(campus.key_of(withdrawn))
    one = next(row for row in found.rows if row.person == campus.handle_of(withdrawn))
    assert (one.status, one.final_letter) == (RegistrationStatus.WITHDRAWN, "W")


def test_options_come_by_registration_where_the_tenant_has_no_query(campus: GradesCampus) -> None:
    key = campus.key_of(standard(campus)[0])
    by_query = campus.records().read_grade_options(key)
    one_by_one = campus.records(grade_options_of_section=None, grades_of_section=None).read_grade_options(key)
    unknown = {"name": "noSuchQuery", "body": '{"section":{"id":"$id"}}'}
    refused = campus.records(grade_options_of_section=unknown, grades_of_section=unknown).read_grade_options(key)
    assert set(by_query.rows) == set(one_by_one.rows) == set(refused.rows)
    assert refused.complete


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED_PAGE, FaultKind.HTTP_5XX, FaultKind.EXPIRE_TOKEN])
def test_paging_in_small_pages_survives_passing_trouble(campus: GradesCampus, kind: FaultKind) -> None:
    key = campus.key_of(standard(campus)[0])
    calm = campus.records().read_grade_options(key)
    campus.fault(kind, path=r"/api/section-registrations-grade-options", count=1, after=1)
    stormy = campus.records(page_size=2).read_grade_options(key)
    assert stormy.complete
    assert set(stormy.rows) == set(calm.rows)


def test_r70_options_that_did_not_all_come_are_incomplete_and_nothing_is_written(campus: GradesCampus) -> None:
    row = standard(campus)[0]
    campus.fault(FaultKind.WRONG_TOTAL, path=r"/api/section-registrations-grade-options")
    found = campus.records().read_grade_options(campus.key_of(row))
    assert not found.complete
    assert any(finding.severity is Severity.STOP for finding in found.findings)
    change = campus.change(row, "B")
    assert campus.observer().observe([change]) == {}
    receipt = campus.grader().apply([change])[change.change_id]
    assert (receipt.accepted, receipt.uncertain) == (False, False)
