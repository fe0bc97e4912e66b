"""The simulated campus as snapshots, taken from its state in memory: what faultless connectors would have read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from agents.roster import RosterSnapshots
from domain.ids import (
    Crn,
    LmsCourseId,
    LmsEnrollmentId,
    LmsSectionId,
    LmsUserId,
    RecordHandle,
    SectionKey,
    SisCourseId,
    SisPersonId,
    TermCode,
)
from domain.institution import DepartmentTemplate, Institution, PartOfTerm, TermCalendar
from domain.lms import CourseState, LmsCourse, LmsEnrollment, LmsRole, LmsSection, LmsState, LmsUser
from domain.ports import Fetch
from domain.records import (
    GradeMode,
    Person,
    PersonName,
    Registration,
    RegistrationStatus,
    Section,
    SectionInstructor,
    SectionStatus,
)
from simulator.campus import Campus

T = TypeVar("T")
REASONS = {
    "registered": RegistrationStatus.REGISTERED,
    "dropped": RegistrationStatus.DROPPED,
    "withdrawn": RegistrationStatus.WITHDRAWN,
    "canceled": RegistrationStatus.CANCELED,
}
COURSE_STATES = {
    "claimed": CourseState.UNPUBLISHED,
    "available": CourseState.AVAILABLE,
    "completed": CourseState.COMPLETED,
}


def institution_of(campus: Campus) -> Institution:
    """The institution's settings, from the calendar that the registrar publishes."""
    calendar = campus.world.calendar
    today = calendar.local_day(campus.clock.now())
    terms = tuple(
        TermCalendar(
            term=TermCode(term.code),
            published=calendar.is_published(term.code, today),
            parts=tuple(
                PartOfTerm(
                    code=part.code,
                    start_on=part.start_on,
                    end_on=part.end_on,
                    census_on=part.census_on,
                    add_drop_end_on=part.add_drop_end_on,
                    withdraw_end_on=part.withdraw_deadline_on,
                    grades_open_on=part.grades_open_on,
                    grades_close_on=part.grades_due_on,
                )
                for part in term.parts
            ),
        )
        for term in calendar.terms.values()
    )
    departments = tuple(
        DepartmentTemplate(department=code, account=f"dept:{code}", publish=True) for code in campus.banner.departments
    )
    return Institution(name="Northfield", time_zone=calendar.zone.key, calendars=terms, departments=departments)


def snapshots_of(campus: Campus) -> RosterSnapshots:
    """Everything a complete read of both systems gives for the running term."""
    sis, lms = _Sis(campus), _Lms(campus)
    return RosterSnapshots(
        term=TermCode(campus.world.term),
        people=_fetch(campus, "banner", sis.people()),
        sections=_fetch(campus, "banner", sis.sections()),
        registrations=_fetch(campus, "banner", sis.registrations()),
        users=_fetch(campus, "canvas", lms.users()),
        courses=_fetch(campus, "canvas", lms.courses()),
        lms_sections=_fetch(campus, "canvas", lms.sections()),
        enrollments=_fetch(campus, "canvas", lms.enrollments()),
    )


def _fetch(campus: Campus, source: str, rows: Iterable[T]) -> Fetch[T]:
    found = tuple(rows)
    return Fetch(source=source, rows=found, complete=True, read_at=campus.clock.now(), expected=len(found))


class _Sis:
    def __init__(self, campus: Campus) -> None:
        self.banner, self.term = campus.banner, campus.world.term
        self.calendar, self.now = campus.world.calendar, campus.clock.now()

    def people(self) -> Iterable[Person]:
        for row in self.banner.persons.values():
            preferred = PersonName(first=row.preferred, last=row.last) if row.preferred else None
            yield Person(
                sis_id=SisPersonId(row.banner_id),
                legal_name=PersonName(first=row.first, last=row.last),
                preferred_name=preferred,
                login=row.login,
                email=row.email,
                prior_sis_ids=tuple(SisPersonId(prior) for prior, _ in row.prior_ids),
                confidential=row.confidential,
            )

    def sections(self) -> Iterable[Section]:
        today = self.calendar.local_day(self.now)
        leaders = {group.sections[0] for group in self.banner.crosslists.values()}
        for row in self.banner.sections.values():
            if row.key.term != self.term:
                continue
            part = self.calendar.terms[row.key.term].part(row.part)
            yield Section(
                key=_key(row.key),
                subject=row.course.department.code,
                course_number=row.course.number,
                sequence=row.sequence,
                title=row.title,
                department=row.course.department.code,
                part=row.part,
                status=SectionStatus(row.status),
                start_on=part.start_on,
                end_on=part.end_on,
                cross_list_group=row.crosslist,
                cross_list_primary=row.key in leaders,
                linked_to=Crn(row.primary.crn) if row.primary else None,
                lms=row.platform,
                published=self.calendar.is_published(row.key.term, today),
                instructors=tuple(
                    SectionInstructor(
                        sis_id=SisPersonId(each.person.banner_id),
                        primary=each.role == "primary",
                        assistant=each.role == "teachingAssistant",
                    )
                    for each in self.banner.teachers_of(row.key)
                ),
            )

    def registrations(self) -> Iterable[Registration]:
        for row in self.banner.registrations.values():
            if row.section.key.term == self.term and row.exported:
                yield Registration(
                    section=_key(row.section.key),
                    person=SisPersonId(row.person.banner_id),
                    status=REASONS[row.status.reason],
                    status_code=row.code,
                    grade_mode=GradeMode.AUDIT if row.audit else GradeMode.STANDARD,
                    registered_on=row.registered_on,
                    status_on=row.status_on,
                    override=row.override,
                )
        for place in self.banner.waitlist.values():
            if place.section.key.term == self.term:
                yield Registration(
                    section=_key(place.section.key),
                    person=SisPersonId(place.person.banner_id),
                    status=RegistrationStatus.WAITLISTED,
                )


class _Lms:
    def __init__(self, campus: Campus) -> None:
        self.canvas, self.term = campus.canvas, campus.world.term

    def users(self) -> Iterable[LmsUser]:
        for row in self.canvas.users.values():
            gone = self.canvas.deleted_login_of(row)
            if row.id == self.canvas.service_user or (row.workflow_state == "deleted" and gone is None):
                continue
            login = gone or self.canvas.login_of(row)
            yield LmsUser(
                id=LmsUserId(row.id),
                name=row.name,
                sortable_name=row.sortable_name,
                sis_id=SisPersonId(login.sis_user_id) if login and login.sis_user_id else None,
                login=login.unique_id if login else None,
                email=row.email,
                sis_import_id=row.sis_import_id,
                deleted=gone is not None,
            )

    def _of_term(self) -> set[int]:
        terms = {row.id for row in self.canvas.terms.values() if row.sis_term_id == self.term}
        return {row.id for row in self.canvas.courses.values() if row.term_id in terms}

    def courses(self) -> Iterable[LmsCourse]:
        for number in sorted(self._of_term()):
            row = self.canvas.courses[number]
            if row.workflow_state != "deleted":
                yield LmsCourse(
                    id=LmsCourseId(row.id),
                    sis_course_id=SisCourseId(row.sis_course_id) if row.sis_course_id else None,
                    name=row.name,
                    code=row.course_code,
                    state=COURSE_STATES[row.workflow_state],
                    term_sis_id=self.term,
                    start_at=row.start_at,
                    end_at=row.end_at,
                )

    def sections(self) -> Iterable[LmsSection]:
        courses = self._of_term()
        for row in self.canvas.sections.values():
            if row.course_id in courses and row.workflow_state != "deleted":
                yield LmsSection(
                    id=LmsSectionId(row.id),
                    key=SectionKey.parse(row.sis_section_id) if row.sis_section_id else None,
                    name=row.name,
                    course=LmsCourseId(row.course_id),
                    home_course=LmsCourseId(row.nonxlist_course_id) if row.nonxlist_course_id else None,
                    start_at=row.start_at,
                    end_at=row.end_at,
                )

    def enrollments(self) -> Iterable[LmsEnrollment]:
        courses, canvas = self._of_term(), self.canvas
        roles = {role.value: role for role in LmsRole}
        names = {row.id: row.name for row in canvas.roles.values()}
        people = {row.id: canvas.login_of(row) for row in canvas.users.values()}
        for row in canvas.enrollments.values():
            if row.course_id in courses:
                section, login = canvas.sections[row.section_id], people[row.user_id]
                yield LmsEnrollment(
                    id=LmsEnrollmentId(row.id),
                    section=LmsSectionId(row.section_id),
                    section_key=SectionKey.parse(section.sis_section_id) if section.sis_section_id else None,
                    course=LmsCourseId(row.course_id),
                    user=LmsUserId(row.user_id),
                    person=SisPersonId(login.sis_user_id) if login and login.sis_user_id else None,
                    role=roles.get(names[row.role_id], LmsRole.OTHER),
                    state=LmsState(row.workflow_state),
                    sis_import_id=row.sis_import_id,
                    limited_to_section=row.limit_privileges,
                    created_at=row.created_at,
                    updated_at=row.updated_at,
                )


def _key(key: tuple[str, str]) -> SectionKey:
    return SectionKey(TermCode(key[0]), Crn(key[1]))


class Directory:
    """Record handles and digests that a test can read back."""

    def __init__(self) -> None:
        self.known: dict[SisPersonId, RecordHandle] = {}

    def handles(self, people: Sequence[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]:
        return {person: self.known.setdefault(person, RecordHandle(f"per_{len(self.known):016d}")) for person in people}

    def person(self, handle: RecordHandle) -> SisPersonId:
        return next(person for person, known in self.known.items() if known == handle)

    def seal(self, value: str) -> str:
        return f"sealed:{abs(hash(value)):x}"
