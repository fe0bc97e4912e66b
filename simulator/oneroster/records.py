"""Banner's records as OneRoster rows: sessions, organisations, courses, classes, people and enrolments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from simulator.banner.schedule_views import Period, list_periods, period_guid, section_category
from simulator.banner.state import BannerState
from simulator.banner.tables import Person, Registration, Section, guid_of
from simulator.world.addresses import Guardian, guardians_of
from simulator.world.calendar import CLOSED
from simulator.world.people import ADVISOR, INSTRUCTOR, STUDENT

Row = Mapping[str, str]
SCHOOL = guid_of("orgs", "school")
PARENT = "parent"
ROLE_NAMES = {STUDENT: "student", INSTRUCTOR: "teacher", ADVISOR: "aide"}


class RosterRows:
    """The rows of every file, for the terms that are not closed."""

    def __init__(self, banner: BannerState) -> None:
        self._banner = banner
        self._today = banner.calendar.local_day(banner.clock.now())
        self._sections = [
            section
            for section in banner.sections.values()
            if banner.calendar.standing(section.key.term, self._today) != CLOSED
        ]
        self._queues: dict[str, list[tuple[int, str]]] = {}
        for place in banner.waitlist.values():
            self._queues.setdefault(place.section.guid, []).append((place.priority, place.person.guid))
        self._holds: dict[str, set[str]] = {}
        for hold in banner.holds.values():
            if hold.ended_on is None:
                self._holds.setdefault(hold.person.guid, set()).add(hold.category)

    def of(self, file: str) -> Iterator[Row]:
        """The rows of one file."""
        return WRITERS[file](self)

    def sessions(self) -> Iterator[Row]:
        """Terms as semesters, halves as terms within them."""
        for period in list_periods(self._banner):
            if self._banner.calendar.standing(period.term.code, self._today) != CLOSED:
                yield self._session(period)

    def _session(self, period: Period) -> Row:
        published = self._banner.calendar.is_published(period.term.code, self._today)
        return {
            "sourcedId": period.guid,
            "title": period.term.title if period.is_term else f"{period.term.title}, {period.part.title}",
            "type": "semester" if period.is_term else "term",
            "startDate": period.part.start_on.isoformat(),
            "endDate": period.part.end_on.isoformat(),
            "parentSourcedId": "" if period.is_term else period_guid(period.term.code),
            "schoolYear": str(period.term.start_on.year + period.term.code.endswith("80")),
            "metadata.code": period.term.code,
            "metadata.partOfTerm": period.part.code,
            "metadata.censusOn": period.part.census_on.isoformat(),
            "metadata.schedulePublished": _flag(published),
        }

    def orgs(self) -> Iterator[Row]:
        """The college and its departments."""
        yield {"sourcedId": SCHOOL, "name": "Northfield College", "type": "school", "identifier": "COLLEGE"}
        for department in self._banner.departments.values():
            yield {
                "sourcedId": department.guid,
                "name": department.title,
                "type": "department",
                "identifier": department.code,
                "parentSourcedId": SCHOOL,
            }

    def courses(self) -> Iterator[Row]:
        """Catalogue courses that are taught."""
        taught = {section.course.guid: section.course for section in self._sections}
        for course in taught.values():
            yield {
                "sourcedId": course.guid,
                "title": course.title,
                "courseCode": course.code,
                "orgSourcedId": course.department.guid,
                "subjects": course.department.title,
                "subjectCodes": course.department.code,
            }

    def classes(self) -> Iterator[Row]:
        """Sections, whatever their state."""
        for section in self._sections:
            yield {
                "sourcedId": section.guid,
                "title": section.title,
                "courseSourcedId": section.course.guid,
                "classCode": "-".join(section.key),
                "classType": "scheduled",
                "schoolSourcedId": SCHOOL,
                "termSourcedIds": period_guid(section.key.term, section.part),
                "subjects": section.course.department.title,
                "subjectCodes": section.course.department.code,
                **self._class_metadata(section),
            }

    def _class_metadata(self, section: Section) -> Row:
        group = self._banner.crosslist_of(section)
        primary = self._banner.sections[section.primary].guid if section.primary else ""
        queue = [guid for _, guid in sorted(self._queues.get(section.guid, []))]
        values = {
            "term": section.key.term,
            "crn": section.key.crn,
            "sequence": section.sequence,
            "partOfTerm": section.part,
            "status": section_category(self._banner, section),
            "platform": section.platform,
            "method": section.method,
            "linkage": "secondary" if section.primary else "primary" if section.has_labs else "",
            "primaryClass": primary,
            "crosslist": section.crosslist or "",
            "crosslistType": _rank(group.sections[0] == section.key) if group else "",
            "waitlist": ",".join(queue),
        }
        return {f"metadata.{name}": value for name, value in values.items()}

    def users(self) -> Iterator[Row]:
        """Everyone, with the columns of both versions; the writer keeps those of its own."""
        for person in self._banner.persons.values():
            guardians = _guardians(person)
            prior = [banner_id for banner_id, _ in person.prior_ids]
            ids = [f"{{BannerId:{person.banner_id}}}", *(f"{{PriorBannerId:{each}}}" for each in prior)]
            yield {
                "sourcedId": person.guid,
                "enabledUser": _flag(person.login is not None),
                "orgSourcedIds": SCHOOL,
                "primaryOrgSourcedId": SCHOOL,
                "role": ROLE_NAMES[_main_role(person)],
                "username": person.login or "",
                "userIds": ",".join(ids),
                "givenName": person.first,
                "familyName": person.last,
                "middleName": person.middle,
                "identifier": person.banner_id,
                "userMasterIdentifier": person.banner_id,
                "email": person.email,
                "phone": person.phone,
                "agentSourcedIds": ",".join(each.guid for each in guardians),
                "preferredGivenName": person.preferred or "",
                "metadata.priorBannerIds": ",".join(prior),
                "metadata.preferredGivenName": person.preferred or "",
                "metadata.formerFamilyName": person.former_last or "",
                "metadata.privacy": "restricted" if person.confidential else "unrestricted",
                "metadata.holds": ",".join(sorted(self._holds.get(person.guid, ()))),
            }
            yield from (_show_guardian(each, person) for each in guardians)

    def roles(self) -> Iterator[Row]:
        """Roles of version 1.2, the main one first."""
        for person in self._banner.persons.values():
            main = _main_role(person)
            for role in sorted(person.roles, key=lambda each: each != main):
                yield {
                    "sourcedId": guid_of("roles", person.guid, role),
                    "userSourcedId": person.guid,
                    "roleType": "primary" if role == main else "secondary",
                    "role": ROLE_NAMES[role],
                    "orgSourcedId": SCHOOL,
                }
            for guardian in _guardians(person):
                yield {
                    "sourcedId": guid_of("roles", guardian.guid, PARENT),
                    "userSourcedId": guardian.guid,
                    "roleType": "primary",
                    "role": PARENT,
                    "orgSourcedId": SCHOOL,
                }

    def enrollments(self) -> Iterator[Row]:
        """Instructors and everyone who ever registered, those who left with their last day."""
        for section in self._sections:
            for assignment in self._banner.assignments_of[section.key]:
                yield {
                    **_place(assignment.guid, section, assignment.person),
                    "role": "teacher",
                    "primary": _flag(assignment.role == "primary"),
                    "beginDate": assignment.started_on.isoformat(),
                    "endDate": _day(assignment.ended_on),
                    "metadata.instructorRole": assignment.role,
                }
            for registration in self._banner.rosters[section.key]:
                if registration.exported:
                    yield self._student(section, registration)

    def _student(self, section: Section, row: Registration) -> Row:
        return {
            **_place(row.guid, section, row.person),
            "role": "student",
            "beginDate": _day(row.registered_on),
            "endDate": "" if row.status.registered else _day(row.status_on),
            "metadata.registrationCode": row.code,
            "metadata.registrationReason": row.status.reason,
            "metadata.statusDate": _day(row.status_on),
            "metadata.originallyRegisteredOn": _day(row.registered_on),
            "metadata.gradeMode": row.mode,
            "metadata.override": _flag(row.override),
        }


def _guardians(person: Person) -> tuple[Guardian, ...]:
    return guardians_of(person) if STUDENT in person.roles else ()


def _show_guardian(guardian: Guardian, student: Person) -> Row:
    """A parent as a user without login or id of their own, tied to the student."""
    return {
        "sourcedId": guardian.guid,
        "enabledUser": "false",
        "orgSourcedIds": SCHOOL,
        "primaryOrgSourcedId": SCHOOL,
        "role": PARENT,
        "username": "",
        "givenName": guardian.first,
        "familyName": guardian.last,
        "email": guardian.email,
        "phone": guardian.phone,
        "agentSourcedIds": student.guid,
    }


def _place(guid: str, section: Section, person: Person) -> dict[str, str]:
    return {
        "sourcedId": guid,
        "classSourcedId": section.guid,
        "schoolSourcedId": SCHOOL,
        "userSourcedId": person.guid,
    }


def _main_role(person: Person) -> str:
    return next(role for role in (STUDENT, INSTRUCTOR, ADVISOR) if role in person.roles)


def _rank(is_primary: bool) -> str:
    return "primary" if is_primary else "secondary"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


WRITERS: Mapping[str, Callable[[RosterRows], Iterator[Row]]] = {
    "academicSessions": RosterRows.sessions,
    "orgs": RosterRows.orgs,
    "courses": RosterRows.courses,
    "classes": RosterRows.classes,
    "users": RosterRows.users,
    "roles": RosterRows.roles,
    "enrollments": RosterRows.enrollments,
}
"""The writer of each file."""
