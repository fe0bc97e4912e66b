"""The list of resources, as `/admin/available-resources` names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.banner import people_views as people
from simulator.banner import registration_views as registrations
from simulator.banner import schedule_views as schedule
from simulator.banner import standing_views as standing
from simulator.banner.catalogue_grades import GRADE_RESOURCES
from simulator.banner.catalogue_students import STUDENT_RESOURCES
from simulator.banner.code_tables import code_table
from simulator.banner.resources import Offered, Resource, own_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import (
    STATUS_CODES,
    Advising,
    Assignment,
    Course,
    Crosslist,
    Department,
    Hold,
    Person,
    Registration,
    Section,
    StatusCode,
    WaitlistPlace,
)
from simulator.banner.wire import Version
from simulator.world.timetable import CANVAS, INDEPENDENT, LAB, LECTURE, OTHER_LMS

V6, V8, V10 = (Version(6),), (Version(8),), (Version(10),)
V16 = (Version(16), Version(16, 1))
V12 = tuple(Version(12, minor) for minor in range(5))


def _sections_of_unit(state: BannerState, guid: str) -> Iterable[Section]:
    return [row for row in state.sections.values() if row.course.department.guid == guid]


PERSONS: Resource[Person] = Resource(
    name="persons",
    versions=V12,
    rows=lambda state: state.persons.values(),
    show=people.show_person,
    guid=own_guid,
    find=lambda state, guid: state.persons.get(guid),
    by={"credentials.value": people.people_with},
)
ADDRESSES: Resource[Person] = Resource(
    name="addresses",
    versions=(Version(11),),
    rows=lambda state: state.persons.values(),
    show=people.show_address,
    guid=people.address_guid,
)
STUDENTS: Resource[Person] = Resource(
    name="students",
    versions=(Version(16),),
    rows=people.list_students,
    show=people.show_student,
    guid=people.student_guid,
    by={"person.id": standing.one_student},
)
HOLDS: Resource[Hold] = Resource(
    name="person-holds",
    versions=V6,
    rows=lambda state: state.holds.values(),
    show=people.show_hold,
    guid=own_guid,
    find=lambda state, guid: state.holds.get(guid),
)
ADVISORS: Resource[Advising] = Resource(
    name="student-advisor-relationships",
    versions=V10,
    rows=lambda state: state.advising.values(),
    show=people.show_advising,
    guid=own_guid,
    find=lambda state, guid: state.advising.get(guid),
)
PERIODS: Resource[schedule.Period] = Resource(
    name="academic-periods",
    versions=V16,
    rows=schedule.list_periods,
    show=schedule.show_period,
    guid=own_guid,
)
SUBJECTS: Resource[Department] = Resource(
    name="subjects",
    versions=V6,
    rows=lambda state: state.departments.values(),
    show=schedule.show_subject,
    guid=lambda row: row.subject_guid,
)
UNITS: Resource[Department] = Resource(
    name="educational-institution-units",
    versions=(Version(7),),
    rows=lambda state: state.departments.values(),
    show=schedule.show_unit,
    guid=own_guid,
)
COURSES: Resource[Course] = Resource(
    name="courses",
    versions=V16,
    rows=lambda state: state.courses.values(),
    show=schedule.show_course,
    guid=own_guid,
    find=lambda state, guid: state.courses.get(guid),
)
SECTIONS: Resource[Section] = Resource(
    name="sections",
    versions=V16,
    rows=lambda state: state.sections.values(),
    show=schedule.show_section,
    guid=own_guid,
    find=lambda state, guid: state.section_by_guid(guid),
    by={
        "academicPeriod.id": schedule.sections_in,
        "owningInstitutionUnits.institutionUnit.id": _sections_of_unit,
        "subject.id": lambda state, guid: [
            row for row in state.sections.values() if row.course.department.subject_guid == guid
        ],
    },
)
INSTRUCTORS: Resource[Assignment] = Resource(
    name="section-instructors",
    versions=V10,
    rows=schedule.list_instructors,
    show=schedule.show_instructor,
    guid=own_guid,
    find=lambda state, guid: state.assignments.get(guid),
    by={
        "section.id": lambda state, guid: (
            state.assignments_of[state.section_keys[guid]] if guid in state.section_keys else []
        ),
        "academicPeriod.id": lambda state, guid: [
            row for section in schedule.sections_in(state, guid) for row in state.assignments_of[section.key]
        ],
    },
)
CROSSLISTS: Resource[Crosslist] = Resource(
    name="section-crosslists",
    versions=V6,
    rows=lambda state: state.crosslists.values(),
    show=schedule.show_crosslist,
    guid=own_guid,
)
REGISTRATIONS: Resource[Registration] = Resource(
    name="section-registrations",
    versions=V16,
    rows=registrations.list_registrations,
    show=registrations.show_registration,
    guid=own_guid,
    find=registrations.find_registration,
    by={
        "section.id": registrations.registrations_in_section,
        "registrant.id": registrations.registrations_of_person,
        "academicPeriod.id": registrations.registrations_in_period,
    },
)
WAITLISTS: Resource[WaitlistPlace] = Resource(
    name="student-section-waitlists",
    versions=V10,
    rows=lambda state: state.waitlist.values(),
    show=registrations.show_place,
    guid=own_guid,
    find=lambda state, guid: state.waitlist.get(guid),
    by={"section.id": registrations.places_in_section, "person.id": registrations.places_of_person},
)
STATUSES: Resource[StatusCode] = Resource(
    name="section-registration-statuses",
    versions=V8,
    rows=lambda _state: STATUS_CODES.values(),
    show=registrations.show_status_code,
    guid=own_guid,
)

_OFFERED: tuple[Offered, ...] = (
    *(PERSONS, ADDRESSES, STUDENTS, HOLDS, ADVISORS),
    *(PERIODS, SUBJECTS, UNITS, COURSES, SECTIONS, INSTRUCTORS, CROSSLISTS),
    *(REGISTRATIONS, WAITLISTS, STATUSES),
    code_table("instructional-platforms", {CANVAS: "Canvas", OTHER_LMS: "Moodle"}),
    code_table(
        "instructional-methods",
        {LECTURE: "Lecture", LAB: "Laboratory", INDEPENDENT: "Independent Study"},
    ),
    code_table("academic-levels", {"UG": "Undergraduate", "GR": "Graduate"}),
    code_table(
        "section-statuses",
        {"open": "Open", "closed": "Closed", "pending": "Pending", "cancelled": "Cancelled"},
    ),
    *GRADE_RESOURCES,
    *STUDENT_RESOURCES,
)

RESOURCES: Mapping[str, Offered] = {resource.name: resource for resource in _OFFERED}
"""Every resource by name."""
