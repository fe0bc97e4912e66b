"""OneRoster bundles give canonical records, lenient in and strict out."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.findings import Severity
from domain.ids import SisPersonId, TermCode
from domain.records import GradeMode, PersonName, RegistrationStatus, SectionInstructor, SectionStatus
from tests.tools.sis_campus import FILES, LAB, MATH, NOW, TERM, StillClock, make_institution, pack, write_bundle
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.settings import OneRosterSettings


def open_bundle(
    tmp_path: Path, changes: dict[str, str | bytes | None] | None = None, **settings: object
) -> OneRosterReader:
    folder = write_bundle(tmp_path / "bundle", changes)
    return OneRosterReader(folder, make_institution(), settings=OneRosterSettings(**settings), clock=StillClock())


def test_people_are_read_with_names_login_and_guardians_stay_outside(tmp_path: Path) -> None:
    fetch = open_bundle(tmp_path).read_people()
    assert fetch.complete
    assert fetch.read_at == NOW
    assert [person.sis_id for person in fetch.rows] == ["A00000001", "A00000002", "A00000003"]
    zoe, min_lee, _ = fetch.rows
    assert zoe.legal_name == PersonName(first="Zoë", last="Björnsson", full="Zoë Björnsson")
    assert (zoe.login, zoe.email) == ("zbjornsson", "zoe@northfield.example")
    assert (min_lee.login, min_lee.email) == (None, None)
    assert "555-0100" not in fetch.model_dump_json()


def test_sections_carry_course_term_census_and_teachers(tmp_path: Path) -> None:
    fetch = open_bundle(tmp_path).read_sections(TERM)
    assert fetch.complete
    math = fetch.rows[0]
    assert (math.key, math.subject, math.course_number, math.sequence) == (MATH, "MATH", "101", "001")
    assert (math.own_course_id, math.department) == ("MATH101-001-202680", "MATH")
    assert (math.start_on, math.census_on, math.part) == (date(2026, 8, 24), date(2026, 9, 14), "full")
    assert (math.status, math.lms, math.published) == (SectionStatus.OPEN, "canvas", True)
    assert math.instructors == (SectionInstructor(sis_id=SisPersonId("A00000003"), primary=True),)


def test_registrations_of_a_term_are_students_only(tmp_path: Path) -> None:
    fetch = open_bundle(tmp_path).read_registrations(TERM)
    assert fetch.complete
    found = {(row.section, row.person): row for row in fetch.rows}
    assert set(found) == {(MATH, "A00000001"), (MATH, "A00000002"), (LAB, "A00000001")}
    assert found[MATH, "A00000001"].status is RegistrationStatus.REGISTERED
    assert found[MATH, "A00000001"].registered_on == date(2026, 8, 20)
    assert found[MATH, "A00000001"].grade_mode is GradeMode.STANDARD
    dropped = found[LAB, "A00000001"]
    assert (dropped.status, dropped.status_on) == (RegistrationStatus.DROPPED, date(2026, 9, 3))


@pytest.mark.parametrize(
    ("row", "status", "status_on"),
    [
        ("e-9,active,2026-09-01T00:00:00Z,202680-12345,org-1,u-2,student,,,", RegistrationStatus.REGISTERED, None),
        ("e-9,INACTIVE,,202680-12345,org-1,u-2,student,,,", RegistrationStatus.DROPPED, None),
        ("e-9,toBeDeleted,,202680-12345,org-1,u-2,student,,,2026-09-10", RegistrationStatus.DROPPED, date(2026, 9, 10)),
        ("e-9,,,202680-12345,org-1,u-2,student,,,2026-09-10", RegistrationStatus.DROPPED, date(2026, 9, 10)),
        ("e-9,,,202680-12345,org-1,u-2,student,,,2026-12-12", RegistrationStatus.REGISTERED, None),
        ("e-9,,,202680-12345,org-1,u-2,student,,,2026-10-01", RegistrationStatus.REGISTERED, None),
    ],
)
def test_r64_status_words_and_end_dates(
    tmp_path: Path, row: str, status: RegistrationStatus, status_on: date | None
) -> None:
    header = FILES["enrollments.csv"].splitlines()[0]
    fetch = open_bundle(tmp_path, {"enrollments.csv": f"{header}\n{row}\n"}).read_registrations(TERM)
    assert [(found.status, found.status_on) for found in fetch.rows] == [(status, status_on)]


@pytest.mark.parametrize(
    ("row", "status", "last_attended_on"),
    [
        (",,,202680-12345,org-1,u-2,student,,2026-08-24,2026-09-10", RegistrationStatus.DROPPED, date(2026, 9, 9)),
        (",,,202680-12345,org-1,u-2,student,,2026-08-24,2026-08-24", RegistrationStatus.NO_SHOW, None),
        (",tobedeleted,,202680-12345,org-1,u-2,student,,2026-08-24,2026-08-24", RegistrationStatus.NO_SHOW, None),
        (",,,202680-12345,org-1,u-2,student,,2026-08-24,", RegistrationStatus.REGISTERED, None),
    ],
)
def test_r62_r63_an_exit_date_is_the_first_day_not_attended_and_on_the_day_of_entry_a_no_show(
    tmp_path: Path, row: str, status: RegistrationStatus, last_attended_on: date | None
) -> None:
    header = FILES["enrollments.csv"].splitlines()[0]
    fetch = open_bundle(tmp_path, {"enrollments.csv": f"{header}\ne-9{row}\n"}).read_registrations(TERM)
    assert [(found.status, found.last_attended_on) for found in fetch.rows] == [(status, last_attended_on)]


def test_r51_two_rows_of_one_student_are_both_kept_and_numbered(tmp_path: Path) -> None:
    header = FILES["enrollments.csv"].splitlines()[0]
    rows = (
        "e-1,tobedeleted,2026-08-30T12:00:00Z,202680-12345,org-1,u-1,student,,2026-08-20,",
        "e-7,active,2026-09-02T12:00:00Z,202680-12345,org-1,u-1,student,,2026-09-02,",
    )
    fetch = open_bundle(tmp_path, {"enrollments.csv": "\n".join([header, *rows, ""])}).read_registrations(TERM)
    assert [(row.sequence, row.status) for row in fetch.rows] == [
        (1, RegistrationStatus.DROPPED),
        (2, RegistrationStatus.REGISTERED),
    ]
    assert fetch.rows[1].modified_at == datetime(2026, 9, 2, 12, tzinfo=UTC)


def test_version_1_2_brings_roles_and_preferred_names(tmp_path: Path) -> None:
    users = (
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
        "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
        "preferredFamilyName,primaryOrgSourcedId,pronouns\n"
        "u-1,,,true,zb,,Zoë,Björnsson,,A00000001,,,,,,,,Zo,,,org-1,\n"
        "u-4,,,true,pb,,Pia,Björnsson,,P1,,,,,,,,,,,org-1,\n"
    )
    roles = (
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
        "r-1,,,u-1,primary,student,,,org-1,\n"
        "r-2,,,u-4,primary,guardian,,,org-1,\n"
    )
    manifest = FILES["manifest.csv"].replace(",1.1", ",1.2") + "file.roles,bulk\n"
    reader = open_bundle(tmp_path, {"users.csv": users, "roles.csv": roles, "manifest.csv": manifest})
    fetch = reader.read_people()
    assert [person.sis_id for person in fetch.rows] == ["A00000001"]
    assert fetch.rows[0].preferred_name == PersonName(first="Zo", last="Björnsson", full="Zo Björnsson")
    assert "people.preferred_name" in reader.capabilities().reads


def test_a_zip_reads_like_its_folder(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "bundle")
    unpacked = OneRosterReader(folder, make_institution(), clock=StillClock())
    packed = OneRosterReader(pack(folder, tmp_path / "bundle.zip"), make_institution(), clock=StillClock())
    assert packed.read_registrations(TERM) == unpacked.read_registrations(TERM)
    assert packed.read_sections(TERM) == unpacked.read_sections(TERM)
    assert packed.read_people() == unpacked.read_people()


def test_single_lookups_agree_with_the_collections(tmp_path: Path) -> None:
    reader = open_bundle(tmp_path)
    assert reader.read_person(SisPersonId("A00000002")) == reader.read_people().rows[1]
    assert reader.read_person(SisPersonId("A99999999")) is None
    assert reader.read_section(LAB) == reader.read_sections(TERM).rows[1]
    assert {row.person for row in reader.read_section_registrations(MATH).rows} == {"A00000001", "A00000002"}


def test_what_files_cannot_hold_is_incomplete_and_never_empty(tmp_path: Path) -> None:
    reader = open_bundle(tmp_path)
    for fetch in (reader.read_holds(), reader.read_histories()):
        assert not fetch.complete
        assert [finding.code for finding in fetch.findings] == ["PV201"]
    assert not {"holds", "histories"} & reader.capabilities().reads


def test_a_term_the_bundle_does_not_have_stops_and_never_means_that_all_left(tmp_path: Path) -> None:
    fetch = open_bundle(tmp_path).read_registrations(TermCode("202640"))
    assert (fetch.rows, fetch.complete) == ((), False)
    assert [(finding.code, finding.severity) for finding in fetch.findings] == [("PV202", Severity.STOP)]


def test_delta_alone_proves_nothing_by_absence_and_is_laid_over_the_bulk_bundle(tmp_path: Path) -> None:
    bulk = write_bundle(tmp_path / "bulk")
    header = FILES["enrollments.csv"].splitlines()[0]
    manifest = FILES["manifest.csv"].replace("bulk", "absent").replace("enrollments,absent", "enrollments,delta")
    left = f"{header}\ne-2,tobedeleted,2026-09-20T10:00:00Z,202680-12345,org-1,u-2,student,,2026-08-24,\n"
    delta = tmp_path / "delta"
    delta.mkdir()
    (delta / "manifest.csv").write_text(manifest)
    (delta / "enrollments.csv").write_text(left)
    late = f"{header}\ne-2,active,2026-09-01T10:00:00Z,202680-12345,org-1,u-2,student,,2026-08-24,\n"
    older = tmp_path / "older"
    older.mkdir()
    (older / "manifest.csv").write_text(manifest)
    (older / "enrollments.csv").write_text(late)

    alone = OneRosterReader(delta, make_institution(), clock=StillClock()).read_registrations(TERM)
    assert not alone.complete

    together = OneRosterReader((bulk, delta, older), make_institution(), clock=StillClock()).read_registrations(TERM)
    assert together.complete
    status = {row.person: row.status for row in together.rows if row.section == MATH}
    assert status == {"A00000001": RegistrationStatus.REGISTERED, "A00000002": RegistrationStatus.DROPPED}


def test_metadata_columns_carry_what_the_standard_lacks(tmp_path: Path) -> None:
    lines = FILES["classes.csv"].splitlines()
    extra = "metadata.primaryClass,metadata.platform,metadata.crosslist,metadata.crosslistType,metadata.status"
    classes = [
        f"{lines[0]},{extra},metadata.waitlist",
        f'{lines[1]},,Canvas,XA,primary,closed,"u-3, u-2"',
        f"{lines[2]},202680-12345,Moodle,,,cancelled,",
    ]
    reader = open_bundle(tmp_path, {"classes.csv": "\n".join([*classes, ""])})
    sections = reader.read_sections(TERM).rows
    assert [(s.linked_to, s.lms, s.cross_list_group, s.cross_list_primary, s.status) for s in sections] == [
        (None, "canvas", "XA", True, SectionStatus.CLOSED),
        ("12345", "Moodle", None, False, SectionStatus.CANCELLED),
    ]
    waiting = [row for row in reader.read_registrations(TERM).rows if row.status is RegistrationStatus.WAITLISTED]
    assert [(row.section, row.person, row.status_code) for row in waiting] == [
        (MATH, "A00000003", "WL"),
        (MATH, "A00000002", "WL"),
    ]
    assert {"sections.linked_to", "registrations.waitlisted"} <= reader.capabilities().reads
    assert not {"registrations.withdrawn", "people.prior_sis_ids"} & reader.capabilities().reads


def test_registration_columns_tell_withdrawn_from_dropped_and_audit_from_graded(tmp_path: Path) -> None:
    header = FILES["enrollments.csv"].splitlines()[0]
    extra = (
        "metadata.registrationReason,metadata.registrationCode,metadata.statusDate,metadata.gradeMode,metadata.override"
    )
    rows = (
        "e-1,,,202680-12345,org-1,u-1,student,,2026-08-20,2026-09-20,withdrawn,WD,2026-09-19,standard,false",
        "e-2,,,202680-12345,org-1,u-2,student,,2026-08-20,,registered,AU,2026-08-20,audit,true",
        "e-3,,,202680-12346,org-1,u-2,student,,2026-08-20,,purged,ZZ,,credit,",
    )
    fetch = open_bundle(tmp_path, {"enrollments.csv": "\n".join([f"{header},{extra}", *rows, ""])})
    found = fetch.read_registrations(TERM)
    assert [(row.status, row.status_code, row.status_on, row.grade_mode, row.override) for row in found.rows] == [
        (RegistrationStatus.WITHDRAWN, "WD", date(2026, 9, 19), GradeMode.STANDARD, False),
        (RegistrationStatus.REGISTERED, "AU", date(2026, 8, 20), GradeMode.AUDIT, True),
        (RegistrationStatus.UNKNOWN, "ZZ", None, GradeMode.UNKNOWN, False),
    ]
    assert len(found.findings) == 2


def test_r33_half_term_is_a_part_of_its_parent(tmp_path: Path) -> None:
    sessions = (
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear,metadata.code,"
        "metadata.partOfTerm,metadata.censusOn\n"
        "y,,,2026-27,schoolYear,2026-08-01,2027-07-31,,2027,,,\n"
        "s-1,,,Fall 2026,semester,2026-08-24,2026-12-11,y,2027,202680,F,2026-09-14\n"
        "s-2,,,First half,term,2026-08-24,2026-10-14,s-1,2027,202680,1,2026-09-04\n"
    )
    lines = FILES["classes.csv"].replace(",202680,,,", ",s-1,,,").splitlines()
    half = lines[2].replace(",s-1,,,", ',"s-1, s-2",,,')
    reader = open_bundle(tmp_path, {"academicSessions.csv": sessions, "classes.csv": "\n".join([*lines[:2], half, ""])})
    assert [(term.code, term.title) for term in reader.read_terms().rows] == [(TERM, "Fall 2026")]
    full, first = reader.read_sections(TERM).rows
    assert (full.part, full.census_on, first.part, first.census_on, first.end_on) == (
        "full",
        date(2026, 9, 14),
        "1",
        date(2026, 9, 4),
        date(2026, 10, 14),
    )
