"""Small hand-made worlds: a few sections and people, said twice, once as the SIS has them and once as the LMS does."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from agents.roster import Detection, RosterSnapshots, detect
from domain.findings import Discrepancy, DiscrepancyType
from domain.ids import (
    Crn,
    LmsCourseId,
    LmsEnrollmentId,
    LmsSectionId,
    LmsUserId,
    SectionKey,
    SisCourseId,
    SisPersonId,
    TermCode,
)
from domain.institution import DepartmentTemplate, Institution, PartOfTerm, TermCalendar
from domain.lms import CourseState, LmsCourse, LmsEnrollment, LmsRole, LmsSection, LmsState, LmsUser
from domain.ports import Fetch
from domain.records import (
    Person,
    PersonName,
    Registration,
    RegistrationStatus,
    Section,
    SectionInstructor,
    SectionStatus,
)
from domain.rules.bulk import BulkLimits
from tests.agents.simulated import Directory

NOW = datetime(2026, 9, 21, 13, tzinfo=UTC)
TERM = TermCode("202680")
CENSUS = date(2026, 9, 14)
LIMITS = BulkLimits(
    shrunk_share=Decimal("0.5"),
    run_difference_share=Decimal("0.25"),
    run_difference_minimum=50,
    section_removal_share=Decimal("0.5"),
    section_removal_minimum=10,
)


def part(code: str = "full", **changed: date) -> PartOfTerm:
    days = {
        "start_on": date(2026, 8, 24),
        "end_on": date(2026, 12, 11),
        "census_on": CENSUS,
        "add_drop_end_on": date(2026, 9, 4),
        "withdraw_end_on": date(2026, 10, 30),
        "grades_open_on": date(2026, 12, 7),
        "grades_close_on": date(2026, 12, 18),
    }
    return PartOfTerm(code=code, **{**days, **changed})


def institution(**changed: Any) -> Institution:
    values: dict[str, Any] = {
        "name": "Northfield",
        "time_zone": "America/New_York",
        "calendars": (TermCalendar(term=TERM, parts=(part(),)),),
        "departments": (
            DepartmentTemplate(department="MATH", account="dept:MATH", template_course="TEMPLATE-MATH", publish=True),
        ),
    }
    return Institution(**{**values, **changed})


def key(crn: str, term: TermCode = TERM) -> SectionKey:
    return SectionKey(term, Crn(crn))


@dataclass
class World:
    """Rows of both systems; every method adds some and returns what identifies them."""

    people: list[Person] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    users: list[LmsUser] = field(default_factory=list)
    courses: list[LmsCourse] = field(default_factory=list)
    lms_sections: list[LmsSection] = field(default_factory=list)
    rows: list[LmsEnrollment] = field(default_factory=list)
    directory: Directory = field(default_factory=Directory)
    incomplete: dict[str, dict[str, Any]] = field(default_factory=dict)

    def person(self, number: int = 1, *, account: bool = True, **changed: Any) -> SisPersonId:
        sis_id = SisPersonId(f"A{number:08d}")
        values: dict[str, Any] = {
            "sis_id": sis_id,
            "legal_name": PersonName(first="Zoë", last=f"Muñoz {number}"),
            "login": f"zm{number}",
            "email": f"zm{number}@northfield.example",
        }
        person = Person(**{**values, **changed})
        self.people.append(person)
        if account:
            name = person.display_name
            self.account(sis_id, name=f"{name.first} {name.last}", login=person.login)
        return sis_id

    def account(self, sis_id: SisPersonId | None, **changed: Any) -> LmsUser:
        values: dict[str, Any] = {"id": LmsUserId(len(self.users) + 1), "name": "Somebody", "sis_id": sis_id}
        user = LmsUser(**{**values, **changed})
        self.users.append(user)
        return user

    def section(self, crn: str = "10001", *, in_lms: bool = True, taught: bool = True, **changed: Any) -> SectionKey:
        values: dict[str, Any] = {
            "key": key(crn),
            "subject": "MATH",
            "course_number": "101",
            "sequence": crn[-3:],
            "title": "Calculus I",
            "department": "MATH",
            "status": SectionStatus.OPEN,
            "start_on": date(2026, 8, 24),
            "end_on": date(2026, 12, 11),
        }
        section = Section(**{**values, **changed})
        self.sections.append(section)
        if in_lms:
            self.place(section.key, self.course(section.own_course_id))
        return section.key

    def course(self, sis_id: str, state: CourseState = CourseState.AVAILABLE, **changed: Any) -> LmsCourseId:
        number = LmsCourseId(len(self.courses) + 1)
        course = LmsCourse(id=number, sis_course_id=SisCourseId(sis_id), name=sis_id, state=state, **changed)
        self.courses.append(course)
        return number

    def place(self, section: SectionKey, course: LmsCourseId, **changed: Any) -> None:
        number = LmsSectionId(len(self.lms_sections) + 1)
        self.lms_sections.append(LmsSection(id=number, key=section, name=str(section), course=course, **changed))

    def registers(
        self,
        person: SisPersonId,
        section: SectionKey,
        status: RegistrationStatus = RegistrationStatus.REGISTERED,
        on: date | None = date(2026, 8, 1),
        **changed: Any,
    ) -> None:
        values: dict[str, Any] = {"registered_on": date(2026, 8, 1), "status_on": on}
        self.registrations.append(Registration(section=section, person=person, status=status, **{**values, **changed}))

    def enrolled(
        self,
        person: SisPersonId | None,
        section: SectionKey,
        state: LmsState = LmsState.ACTIVE,
        role: LmsRole = LmsRole.STUDENT,
        *,
        by_hand: bool = False,
        **changed: Any,
    ) -> None:
        place = next(each for each in self.lms_sections if each.key == section)
        values: dict[str, Any] = {
            "id": LmsEnrollmentId(len(self.rows) + 1),
            "section": place.id,
            "section_key": section,
            "course": place.course,
            "user": LmsUserId(1),
            "person": person,
            "role": role,
            "state": state,
            "sis_import_id": None if by_hand else 7,
        }
        self.rows.append(LmsEnrollment(**{**values, **changed}))

    def snapshots(self) -> RosterSnapshots:
        return RosterSnapshots(
            term=TERM,
            people=self._fetch("people", "banner", self.people),
            sections=self._fetch("sections", "banner", self.sections),
            registrations=self._fetch("registrations", "banner", self.registrations),
            users=self._fetch("users", "canvas", self.users),
            courses=self._fetch("courses", "canvas", self.courses),
            lms_sections=self._fetch("lms_sections", "canvas", self.lms_sections),
            enrollments=self._fetch("enrollments", "canvas", self.rows),
        )

    def _fetch(self, name: str, source: str, rows: list[Any]) -> Fetch[Any]:
        values = {"complete": True, **self.incomplete.get(name, {})}
        return Fetch(source=source, rows=tuple(rows), read_at=NOW, **values)

    def detect(self, settings: Institution | None = None, **options: Any) -> Detection:
        given = {"limits": LIMITS, **options}
        return detect(self.snapshots(), settings or institution(), NOW, resolver=self.directory, **given)

    def busy(self) -> None:
        """Add a section in which all is well, so that no source is empty."""
        person, section = self.person(999), self.section("19999", course_number="499")
        self.registers(person, section)
        self.enrolled(person, section)

    def found(self, settings: Institution | None = None) -> list[Discrepancy]:
        detection = self.detect(settings)
        assert not detection.stopped
        return list(detection.discrepancies)

    def types(self, settings: Institution | None = None) -> list[DiscrepancyType]:
        return [each.type for each in self.found(settings)]


def taught_by(person: SisPersonId, *, primary: bool = True, assistant: bool = False) -> tuple[SectionInstructor, ...]:
    return (SectionInstructor(sis_id=person, primary=primary, assistant=assistant),)
