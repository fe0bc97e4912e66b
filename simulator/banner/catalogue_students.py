"""The resources about students: charges, attendance, program, standing, load, eligibility and populations.

Versions are the vendor's where the catalogue of its resources names one; those of the code tables `student-tags`,
`student-cohorts`, `academic-standings` and `academic-programs` are unconfirmed.
"""

from __future__ import annotations

from simulator.banner import attendance_views as attendance
from simulator.banner import charge_views as charges
from simulator.banner import populations
from simulator.banner import standing_views as standing
from simulator.banner.code_tables import Code, code_table
from simulator.banner.people_views import list_students
from simulator.banner.resources import Offered, Resource, own_guid
from simulator.banner.tables import Person, Section, guid_of
from simulator.banner.wire import Version

V1, V8, V9, V10, V11, V15 = ((Version(major),) for major in (1, 8, 9, 10, 11, 15))

CHARGES: Resource[charges.Charge] = Resource(
    name="student-charges",
    made=True,
    versions=(Version(16),),
    rows=charges.list_charges,
    show=charges.show_charge,
    guid=own_guid,
    by={
        "person.id": charges.charges_of,
        "student.id": charges.charges_of,
        "academicPeriod.id": charges.charges_in_period,
    },
)
EVENTS: Resource[Section] = Resource(
    name="instructional-events",
    versions=V11,
    rows=attendance.list_events,
    show=attendance.show_event,
    guid=attendance.event_guid,
    by={"section.id": attendance.events_in_section},
)
ATTENDANCES: Resource[attendance.Attendance] = Resource(
    name="student-attendances",
    made=True,
    versions=V10,
    rows=attendance.list_attendances,
    show=attendance.show_attendance,
    guid=own_guid,
    by={
        "student.id": attendance.attendances_of,
        "section.id": attendance.attendances_in_section,
        "instructionalEvent.id": attendance.attendances_at_event,
    },
)
ENROLLED_PROGRAMS: Resource[Person] = Resource(
    name="student-academic-programs",
    versions=(Version(17),),
    rows=list_students,
    show=standing.show_program,
    guid=standing.student_program_guid,
    by={"student.id": standing.one_student},
)
PROGRAMS: Resource[Code] = Resource(
    name="academic-programs",
    versions=V15,
    rows=lambda state: [
        Code(guid_of("academic-programs", code), code, title) for code, title in standing.program_titles(state).items()
    ],
    show=lambda _state, row: {"id": row.guid, "code": row.code, "title": row.title},
    guid=own_guid,
)
STANDINGS: Resource[standing.Standing] = Resource(
    name="student-academic-standings",
    made=True,
    versions=V8,
    rows=standing.list_standings,
    show=standing.show_standing,
    guid=own_guid,
    by={"student.id": standing.standings_of},
)
STUDENT_TERMS: Resource[standing.StudentTerm] = Resource(
    name="student-academic-periods",
    made=True,
    versions=V1,
    rows=standing.list_student_terms,
    show=standing.show_student_term,
    guid=own_guid,
    by={
        "person.id": standing.terms_of,
        "student.id": standing.terms_of,
        "academicPeriod.id": lambda state, guid: standing.in_period(state, standing.list_student_terms(state), guid),
    },
)
ELIGIBILITIES: Resource[standing.StudentTerm] = Resource(
    name="student-registration-eligibilities",
    made=True,
    versions=V9,
    rows=standing.list_eligibilities,
    show=standing.show_eligibility,
    guid=own_guid,
    find=lambda _state, _guid: None,
    by={
        "student.id": standing.eligibilities_of,
        "academicPeriod.id": lambda state, guid: standing.in_period(state, standing.list_eligibilities(state), guid),
    },
)
TAGS: Resource[populations.Membership] = Resource(
    name="student-tag-assignments",
    made=True,
    versions=V1,
    rows=populations.list_tags,
    show=populations.show_tag,
    guid=own_guid,
    by={"person.id": populations.tags_of},
)
COHORTS: Resource[populations.Membership] = Resource(
    name="student-cohort-assignments",
    made=True,
    versions=V1,
    rows=populations.list_cohorts,
    show=populations.show_cohort,
    guid=own_guid,
    by={"person.id": populations.cohorts_of},
)
STUDENT_RESOURCES: tuple[Offered, ...] = (
    *(CHARGES, EVENTS, ATTENDANCES, ENROLLED_PROGRAMS, PROGRAMS, STANDINGS, STUDENT_TERMS, ELIGIBILITIES),
    *(TAGS, COHORTS),
    code_table("academic-standings", standing.STANDINGS, V8),
    code_table("student-tags", populations.titles(populations.TAG)),
    code_table("student-cohorts", populations.titles(populations.COHORT)),
)
