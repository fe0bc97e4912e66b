"""R21: relationships asked of Ethos for one person are those of the whole collections, and those of the campus."""

from datetime import date

from domain.ids import SisPersonId
from domain.records import RegistrationStatus
from tests.contract.sis.campus import SisCampus
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.relationships import SisRelationships

LONG_AGO = date(2026, 1, 1)


def test_advisors_and_advisees(campus: SisCampus) -> None:
    reader = campus.banner()
    asked, whole = reader.relationships(), SisRelationships(reader, campus)
    rows = list(campus.campus.banner.advising.values())
    for advisor in sorted({row.advisor.banner_id for row in rows})[:3]:
        truth = {row.student.banner_id for row in rows if row.advisor.banner_id == advisor}
        found = asked.read_advisees(SisPersonId(advisor))
        assert (found.complete, set(found.rows)) == (True, truth)
        assert set(whole.read_advisees(SisPersonId(advisor)).rows) <= truth
    student = SisPersonId(rows[0].student.banner_id)
    truth = {row.advisor.banner_id for row in rows if row.student.banner_id == student}
    assert set(asked.read_advisors(student).rows) == truth
    assert set(whole.read_advisors(student).rows) <= truth


def test_teaching_and_departments(campus: SisCampus) -> None:
    reader = campus.banner()
    asked, whole = reader.relationships(), SisRelationships(reader, campus)
    sections = reader.read_sections(campus.term).rows
    teachers = sorted({one.sis_id for section in sections for one in section.instructors})[:4]
    for teacher in teachers:
        truth = {section.key for section in sections if teacher in {one.sis_id for one in section.instructors}}
        assert truth <= {row.key for row in asked.read_taught(teacher, LONG_AGO).rows}
        assert {row.key for row in whole.read_taught(teacher, LONG_AGO).rows if row.key.term == campus.term} == truth
        assert (
            asked.read_taught(teacher, date(2030, 1, 1)).rows == whole.read_taught(teacher, date(2030, 1, 1)).rows == ()
        )
    department = sections[0].department
    found = whole.read_department(department, LONG_AGO)
    keys = {section.key for section in sections if section.department == department}
    in_term = [row for row in found.rows if row.section.term == campus.term]
    assert {row.section for row in in_term} <= keys
    assert any(row.status is RegistrationStatus.REGISTERED for row in in_term)
    assert asked.read_roster(sections[0].key).rows == reader.read_section_registrations(sections[0].key).rows


def test_r17_opt_outs_are_those_of_the_campus(campus: SisCampus) -> None:
    people = list(campus.campus.banner.persons.values())
    for some in (people[:5], people):
        found = campus.banner().relationships().read_confidential([SisPersonId(one.banner_id) for one in some])
        assert set(found.rows) == {one.banner_id for one in some if one.confidential}


def test_onerosters_files_know_teachers_and_no_advisors(tmp_path, campus: SisCampus) -> None:
    from tests.tools.sis_campus import StillClock, make_institution, write_bundle

    reader = OneRosterReader(write_bundle(tmp_path / "bundle"), make_institution(), clock=StillClock())
    known = SisRelationships(reader, StillClock())
    assert [row.key.crn for row in known.read_taught(SisPersonId("A00000003"), LONG_AGO).rows] == ["12345"]
    assert not known.read_advisees(SisPersonId("A00000003")).complete
    assert not known.read_confidential([SisPersonId("A00000001")]).complete
