"""Student records of Banner through Ethos: schedule, account, progress, flags, attendance and studies."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from domain.drops import ChargeKind
from domain.ids import RecordHandle, SisPersonId
from domain.learning import AttendanceMark
from domain.populations import Population
from simulator.banner.attendance_views import TAKES_ATTENDANCE, attendances_in_section, category_of
from simulator.banner.charge_views import charges_of
from simulator.banner.populations import belongs
from simulator.banner.tables import PastGrade, Person, Registration
from simulator.faults import FaultKind
from tests.contract.sis.grades_campus import GRADING_DAY, GradesCampus, open_grades_campus

CODES = {
    "F1": Population.INTERNATIONAL,
    "ATHL": Population.ATHLETE,
    "VETB": Population.VETERAN,
    "SCHL": Population.SCHOLARSHIP,
}


@pytest.fixture(scope="module")
def shared() -> Iterator[GradesCampus]:
    with open_grades_campus(seed=17) as running:
        hours = {"UG": Decimal(120), "GR": Decimal(36)}
        known = {"populations": CODES, "programme_hours": hours}
        running.institution = running.institution.model_copy(update=known)
        running.campus.clock.set(GRADING_DAY - timedelta(days=50))
        yield running


@pytest.fixture
def campus(shared: GradesCampus) -> Iterator[GradesCampus]:
    yield shared
    shared.campus.faults.clear()


def handle(campus: GradesCampus, person: Person) -> RecordHandle:
    return campus.handles.handle(SisPersonId(person.banner_id))


def name(row: Registration | PastGrade) -> str:
    course = row.course if isinstance(row, PastGrade) else row.section.course
    return f"{course.department.code} {course.number}"


def of_term(campus: GradesCampus, person: Person) -> list[Registration]:
    return [
        row
        for row in campus.campus.banner.registrations_of[person.guid]
        if row.section.key.term == campus.term and row.exported
    ]


# Schedule


def test_r111_a_schedule_has_level_hours_and_the_other_classes_held(campus: GradesCampus) -> None:
    row = next(row for row in campus.rows() if len(of_term(campus, row.person)) > 3 and not row.audit)
    schedule = campus.records().read_schedule(campus.handle_of(row), campus.key_of(row))
    assert schedule is not None
    assert (schedule.level, schedule.hours) == ("UG", Decimal(row.credit_hours))
    held = {campus.key_of(one): one for one in of_term(campus, row.person) if one.status.registered and one is not row}
    assert {one.section for one in schedule.others} == held.keys()
    for one in schedule.others:
        mine = held[one.section]
        assert (one.course, one.part) == (name(mine), {"F": "F"}.get(mine.section.part, mine.section.part))
        assert one.hours == (0 if mine.audit else mine.credit_hours)
    assert schedule.source.system == "banner"


def test_r55_r111_an_audited_class_carries_no_hours(campus: GradesCampus) -> None:
    audit = next(row for row in campus.rows() if row.audit)
    schedule = campus.records().read_schedule(campus.handle_of(audit), campus.key_of(audit))
    assert schedule is not None
    assert schedule.hours == 0
    other = next(row for row in of_term(campus, audit.person) if row is not audit and row.status.registered)
    schedule = campus.records().read_schedule(campus.handle_of(other), campus.key_of(other))
    assert schedule is not None
    assert {one.hours for one in schedule.others if one.section == campus.key_of(audit)} == {Decimal(0)}


def test_a_class_that_was_dropped_keeps_the_hours_it_had(campus: GradesCampus) -> None:
    dropped = next(
        row
        for row in campus.campus.banner.registrations.values()
        if row.section.key.term == campus.term
        and row.status.reason == "dropped"
        and row.exported
        and not row.section.primary
        and not row.audit
    )
    schedule = campus.records().read_schedule(campus.handle_of(dropped), campus.key_of(dropped))
    assert schedule is not None
    assert schedule.hours == dropped.section.course.credits
    assert campus.key_of(dropped) not in {one.section for one in schedule.others}


def test_r70_a_schedule_that_did_not_all_come_is_not_known(campus: GradesCampus) -> None:
    row = campus.rows()[0]
    campus.fault(FaultKind.WRONG_TOTAL, path=r"/api/section-registrations")
    assert campus.records().read_schedule(campus.handle_of(row), campus.key_of(row)) is None


def test_an_unknown_status_leaves_the_load_unknown(campus: GradesCampus) -> None:
    row = next(row for row in campus.rows() if len(of_term(campus, row.person)) > 2)
    stranger = next(one for one in of_term(campus, row.person) if one is not row)
    nobody = campus.handles.handle(SisPersonId("A99999999"))
    assert campus.records().read_schedule(nobody, campus.key_of(row)) is None
    assert campus.records().read_schedule(campus.handle_of(row), campus.key_of(stranger)) is not None


# Account


def test_r110_charges_of_the_class_and_no_other_are_read_exactly(campus: GradesCampus) -> None:
    for row in [row for row in campus.rows() if row.section.course.department.code in {"BIOL", "CHEM", "ART"}][:3]:
        account = campus.records().read_account(campus.handle_of(row), campus.key_of(row))
        assert account is not None
        due = {
            one.kind: one.amount
            for one in charges_of(campus.campus.banner, row.person.guid)
            if one.registration and one.registration.guid == row.guid
        }
        assert {one.kind.value: one.amount for one in account.charges} == due
        assert {one.kind for one in account.charges} == {ChargeKind.TUITION, ChargeKind.FEE}
        assert all(isinstance(one.amount, Decimal) for one in account.charges)


@pytest.mark.parametrize("status", [403, 404, 406])
def test_charges_that_the_tenant_does_not_offer_are_not_known_and_never_empty(
    campus: GradesCampus, status: int
) -> None:
    row = campus.rows()[0]
    campus.fault(FaultKind.HTTP_5XX, path=r"/api/student-charges", status=status)
    with capture_logs() as lines:
        assert campus.records().read_account(campus.handle_of(row), campus.key_of(row)) is None
    (said,) = [line for line in lines if line["event"] == "not_known"]
    assert (said["what"], said["why"]) == ("account", "the tenant does not offer charges")


def test_charges_of_another_version_are_not_known(campus: GradesCampus) -> None:
    row = campus.rows()[0]
    records = campus.records(versions={"student-charges": "6"})
    assert records.read_account(campus.handle_of(row), campus.key_of(row)) is None


def test_r70_charges_of_which_some_are_missing_are_not_known(campus: GradesCampus) -> None:
    row = campus.rows()[0]
    campus.fault(FaultKind.WRONG_TOTAL, path=r"/api/student-charges")
    assert campus.records().read_account(campus.handle_of(row), campus.key_of(row)) is None


# Progress


def with_history(campus: GradesCampus) -> Registration:
    """A student with many earlier lines, a withdrawal among them."""
    transcripts = campus.campus.banner.transcripts
    fits = [
        row
        for row in campus.rows(lambda row: row.person.level == "UG")
        if any(line.grade == "W" for line in transcripts.get(row.person.guid, ()))
    ]
    return max(fits, key=lambda row: len(transcripts[row.person.guid]))


def test_r111_progress_counts_the_transcript_before_this_term(campus: GradesCampus) -> None:
    row = with_history(campus)
    lines = campus.campus.banner.transcripts[row.person.guid]
    progress = campus.records().read_progress(campus.handle_of(row), campus.key_of(row))
    assert progress is not None
    assert progress.attempted == sum(line.course.credits for line in lines)
    passed = [line for line in lines if line.grade not in {"W", "F", "NP", "I", "NR", "AU"}]
    assert progress.completed == sum(line.course.credits for line in passed)
    assert progress.passed == {name(line) for line in passed}
    assert progress.withdrawals == sum(line.grade == "W" for line in lines)
    assert progress.earlier_attempts == sum(name(line) == name(row) for line in lines)
    assert progress.programme_hours == 120


def test_progress_without_the_hours_of_the_programme_is_not_known(campus: GradesCampus) -> None:
    row = with_history(campus)
    full = campus.institution
    try:
        campus.institution = full.model_copy(update={"programme_hours": {"GR": Decimal(36)}})
        assert campus.records().read_progress(campus.handle_of(row), campus.key_of(row)) is None
        code = f"{row.person.department}-{row.person.level}"
        campus.institution = full.model_copy(update={"programme_hours": {code: Decimal(128), "UG": Decimal(120)}})
        progress = campus.records().read_progress(campus.handle_of(row), campus.key_of(row))
    finally:
        campus.institution = full
    assert progress is not None
    assert progress.programme_hours == 128


def test_progress_with_a_letter_that_nobody_explains_is_not_known(campus: GradesCampus) -> None:
    row = with_history(campus)
    records = campus.records(grade_meanings={"A": "passing"})
    assert records.read_progress(campus.handle_of(row), campus.key_of(row)) is None


# Flags


def test_r112_populations_come_from_tags_and_cohorts_by_the_institutions_table(campus: GradesCampus) -> None:
    seen: set[Population] = set()
    people = {row.person.guid: row.person for row in campus.rows()}.values()
    some = [one for one in people if any(belongs(one, code) for code in CODES)][:6]
    for person in [*some, next(one for one in people if not any(belongs(one, code) for code in CODES))]:
        flags = campus.records().read_flags(handle(campus, person), campus.term)
        assert flags is not None
        assert flags.populations == {CODES[code] for code in CODES if belongs(person, code)}
        assert (flags.pending_conduct, flags.federal_aid, flags.intends_return) == (None, None, None)
        seen |= flags.populations
    assert len(seen) > 1


def test_populations_of_which_one_place_cannot_be_read_are_not_known(campus: GradesCampus) -> None:
    person = campus.rows()[0].person
    campus.fault(FaultKind.HTTP_5XX, path=r"/api/student-cohort-assignments", status=403)
    assert campus.records().read_flags(handle(campus, person), campus.term) is None
    assert campus.records(populations_in=["tags"]).read_flags(handle(campus, person), campus.term) is not None


def test_r28_conduct_is_asked_for_only_where_it_is_in_scope(campus: GradesCampus) -> None:
    person = campus.rows()[0].person
    campus.fault(FaultKind.HTTP_5XX, path=r"/api/person-holds", status=500)
    assert campus.records().read_flags(handle(campus, person), campus.term) is not None
    campus.campus.faults.clear()
    flags = campus.records(conduct=True).read_flags(handle(campus, person), campus.term)
    assert flags is not None
    holds = [one for one in campus.campus.banner.holds.values() if one.person is person]
    assert flags.pending_conduct is any(one.category == "disciplinary" and one.ended_on is None for one in holds)


# Attendance


def test_attendance_is_read_by_meeting_and_student(campus: GradesCampus) -> None:
    banner = campus.campus.banner
    row = next(row for row in campus.rows() if row.section.course.department.code in TAKES_ATTENDANCE)
    found = campus.records(page_size=100).read_attendance(campus.key_of(row))
    assert found.complete
    expected: dict[str, int] = defaultdict(int)
    for one in attendances_in_section(banner, row.section.guid):
        expected[category_of(banner, one)] += 1
    words = {
        AttendanceMark.PRESENT: "presentFull",
        AttendanceMark.PARTLY: "presentPartial",
        AttendanceMark.EXCUSED: "absentExcused",
        AttendanceMark.ABSENT: "absentNotExcused",
    }
    counted: dict[str, int] = defaultdict(int)
    for line in found.rows:
        counted[words[line.mark]] += 1
    assert counted == expected
    assert len(counted) > 2


def test_r122_a_class_that_keeps_no_attendance_is_no_absence(campus: GradesCampus) -> None:
    row = next(row for row in campus.rows() if row.section.course.department.code not in TAKES_ATTENDANCE)
    found = campus.records().read_attendance(campus.key_of(row))
    assert (found.rows, found.complete) == ((), True)
    campus.fault(FaultKind.HTTP_5XX, path=r"/api/student-attendances", status=403)
    forbidden = campus.records().read_attendance(campus.key_of(row))
    assert (forbidden.rows, forbidden.complete) == ((), False)
    assert [finding.subject for finding in forbidden.findings] == ["banner student-attendances"]


# Studies


@pytest.mark.parametrize("number", [3, 40])
def test_programmes_of_a_few_and_of_many(campus: GradesCampus, number: int) -> None:
    people = list({row.person.guid: row.person for row in campus.rows()}.values())[:number]
    found = campus.records().read_programmes([handle(campus, one) for one in people])
    assert found.complete
    told = {row.person: (row.code, row.level, row.active) for row in found.rows}
    assert told == {handle(campus, one): (f"{one.department}-{one.level}", one.level, True) for one in people}
    assert all(row.title.startswith(("Bachelor", "Master")) for row in found.rows)


@pytest.mark.parametrize("number", [2, 30])
def test_s91_past_courses_are_the_transcript(campus: GradesCampus, number: int) -> None:
    people = list({row.person.guid: row.person for row in campus.rows()}.values())[:number]
    found = campus.records().read_past_courses([handle(campus, one) for one in people])
    assert found.complete
    told = {(row.person, row.term, row.course, row.letter) for row in found.rows}
    assert told == {
        (handle(campus, one), line.term, name(line), line.grade)
        for one in people
        for line in campus.campus.banner.transcripts.get(one.guid, ())
    }


def test_standings_are_the_newest_by_the_term_in_the_sis_own_words(campus: GradesCampus) -> None:
    people = list({row.person.guid: row.person for row in campus.rows()}.values())
    handles = [handle(campus, one) for one in people]
    found = campus.records(good_standings=["GOOD"], poor_standings=["PROB"]).read_standings(handles, campus.term)
    assert found.complete
    graded = [one for one in people if campus.campus.banner.transcripts.get(one.guid)]
    assert {row.person for row in found.rows} == {handle(campus, one) for one in graded}
    goodness = {row.code: row.good for row in found.rows}
    assert goodness["GOOD"] is True
    assert goodness.get("WARN") is None
    assert goodness.get("PROB", False) is False
    assert all(row.term < campus.term for row in found.rows)


def test_s222_no_student_record_names_anybody(campus: GradesCampus) -> None:
    row = with_history(campus)
    who, key, records = campus.handle_of(row), campus.key_of(row), campus.records()
    told = [records.read_schedule(who, key), records.read_account(who, key), records.read_progress(who, key)]
    told += [records.read_flags(who, campus.term), records.read_programmes([who]), records.read_past_courses([who])]
    told += [records.read_standings([who], campus.term)]
    assert None not in told
    words = " ".join(one.model_dump_json() for one in told if one)
    for person in campus.campus.banner.persons.values():
        assert person.banner_id not in words
        assert person.guid not in words
        assert person.email not in words
