"""The campus's own feed to Canvas: the registrar's practice, operation by operation, as SIS import rows.

Only published sections that live in Canvas are provisioned; people on a waiting list are not enrolled; students
of a lecture with labs sit in the lab only while its primary instructor teaches every lab; cross-listed sections
share the course of the primary section; nobody without a login is provisioned; a cancelled section is emptied.
Applied to every operation this feed leaves Canvas as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta

from simulator.banner.state import BannerState
from simulator.banner.tables import Registration, Section, SectionKey
from simulator.world.operations import Kind, Operation
from simulator.world.practice import (
    ROLES,
    FeedRow,
    Message,
    course_row,
    registration_cells,
    sis_course_id,
    sis_section_id,
    user_row,
)
from simulator.world.timetable import CANVAS


class Feed:
    """Words operations as rows, right after Banner has applied them."""

    def __init__(self, banner: BannerState) -> None:
        self._banner = banner
        self._calendar = banner.calendar

    def opening_rows(self) -> Iterator[FeedRow]:
        """Sub-accounts per department and the terms, before anything else."""
        for department in self._banner.departments.values():
            yield FeedRow("accounts", (f"dept:{department.code}", "", department.title, "active"))
        for term in self._calendar.terms.values():
            opens = self._calendar.at(term.start_on, time(0)) - timedelta(days=14)
            closes = self._calendar.at(term.end_on, time(23, 59)) + timedelta(days=14)
            cells = (term.code, term.title, "active", opens.isoformat(), closes.isoformat())
            yield FeedRow("terms", cells)

    def message(self, operation: Operation) -> Message:
        """The rows for an operation that Banner has just applied; often none."""
        wording = WORDINGS.get(operation.kind)
        return Message(operation, tuple(wording(self, operation)) if wording else ())

    def is_provisioned(self, section: Section, on: date) -> bool:
        """Whether a section belongs in Canvas on a day (R35, R43)."""
        return section.platform == CANVAS and self._calendar.is_published(section.key.term, on)

    def seats_students(self, section: Section, on: date) -> bool:
        """Whether students sit in this section in Canvas: not in a lecture that has labs (R41)."""
        return self.is_provisioned(section, on) and not section.has_labs

    def word_person(self, operation: Operation) -> Iterator[FeedRow]:
        """The account of a person as it should be shown."""
        person = self._banner.persons[str(operation.person)]
        if person.login is not None:
            yield user_row(person, person.login)

    def word_login(self, operation: Operation) -> Iterator[FeedRow]:
        """A first login: the account, and every registration and assignment that waited for it (R7)."""
        yield from self.word_person(operation)
        on = self._calendar.local_day(operation.at)
        for row in self._banner.registrations_of[str(operation.person)]:
            if self.seats_students(row.section, on):
                yield from self._registration_rows(row)
        for assignment in self._banner.assignments.values():
            if assignment.person.guid == operation.person and assignment.ended_on is None:
                yield from self._teacher_rows(
                    assignment.person.guid, assignment.section, operation, assignment.role, "active"
                )

    def word_new_id(self, operation: Operation) -> Iterator[FeedRow]:
        """The id first, the account after it (R3)."""
        person = self._banner.persons[str(operation.person)]
        if person.login is not None:
            yield FeedRow("change_sis_id", (person.prior_ids[-1][0], person.banner_id, "user"))
            yield user_row(person, person.login)

    def word_opening(self, operation: Operation) -> Iterator[FeedRow]:
        """A course of its own, except for a lab, whose section lives in the lecture's course."""
        on = self._published_by(operation)
        for key in operation.sections:
            section = self._banner.sections[key]
            if not self.is_provisioned(section, on):
                continue
            home = self._banner.sections[section.primary] if section.primary else section
            if section.primary is None:
                yield course_row(self._calendar, section)
            name = f"{section.course.code}-{section.sequence} {section.title}"
            yield FeedRow("sections", (sis_section_id(key), sis_course_id(home), name, "active"))
            if section.primary is not None:
                yield from self._primary_rows(section.primary, key, "active")

    def word_cancellation(self, operation: Operation) -> Iterator[FeedRow]:
        """Everyone leaves a cancelled section; section and course stay (R36)."""
        for key in operation.sections:
            if not self.is_provisioned(self._banner.sections[key], self._published_by(operation)):
                continue
            for row in self._banner.rosters[key]:
                yield from self._registration_rows(row)
            for assignment in self._banner.teachers_of(key):
                cells = (assignment.person.banner_id, ROLES[assignment.role], "deleted")
                yield FeedRow("enrollments", (sis_section_id(key), *cells))

    def word_crosslist(self, operation: Operation) -> Iterator[FeedRow]:
        """Secondary sections move into the primary section's course (R39)."""
        if not operation.sections:
            return
        primary, *others = (self._banner.sections[key] for key in operation.sections)
        for section in others:
            if self.is_provisioned(section, self._published_by(operation)):
                cells = (sis_course_id(primary), sis_section_id(section.key), "active")
                yield FeedRow("xlists", cells)

    def word_assignment(self, operation: Operation) -> Iterator[FeedRow]:
        """An instructor in the section, and in every linked lab for a lecture's primary (R41)."""
        for key in operation.sections:
            yield from self._teacher_rows(str(operation.person), key, operation, operation.detail["role"], "active")

    def word_replacement(self, operation: Operation) -> Iterator[FeedRow]:
        """The newcomer first, so that the course is never without a teacher (R46)."""
        yield from self.word_assignment(operation)
        for key in operation.sections:
            yield from self._teacher_rows(
                operation.detail["leaving"], key, operation, operation.detail["role"], "deleted"
            )

    def word_registration(self, operation: Operation) -> Iterator[FeedRow]:
        """The student's standing in each section concerned, those left behind first (R52)."""
        on = self._published_by(operation)
        for key in (*operation.leaves, *operation.sections):
            row = self._banner.registration(str(operation.person), key)
            if row is not None and self.seats_students(row.section, on):
                yield from self._registration_rows(row)

    def word_audit(self, operation: Operation) -> Iterator[FeedRow]:
        """The auditor's role replaces the student's (R55)."""
        for row in self.word_registration(operation):
            section, user, _, _ = row.cells
            yield row
            yield FeedRow("enrollments", (section, user, "student", "deleted"))

    def _published_by(self, operation: Operation) -> date:
        return self._calendar.local_day(operation.at)

    def _registration_rows(self, row: Registration) -> Iterator[FeedRow]:
        if row.person.login is not None:
            yield FeedRow("enrollments", registration_cells(self._calendar, row))

    def _teacher_rows(
        self, person: str, key: SectionKey, operation: Operation, role: str, status: str
    ) -> Iterator[FeedRow]:
        section, teacher = self._banner.sections[key], self._banner.persons[person]
        if section.status == "cancelled":
            return
        if not self.is_provisioned(section, self._published_by(operation)) or teacher.login is None:
            return
        places = [key, *self._banner.labs[key]] if role == "primary" else [key]
        for place in places:
            if status == "deleted" and self._teaches(person, place):
                continue
            cells = (sis_section_id(place), teacher.banner_id, ROLES[role], status)
            yield FeedRow("enrollments", cells)

    def _teaches(self, person: str, key: SectionKey) -> bool:
        return any(row.person.guid == person for row in self._banner.teachers_of(key))

    def _primary_rows(self, lecture: SectionKey, lab: SectionKey, status: str) -> Iterator[FeedRow]:
        for assignment in self._banner.teachers_of(lecture):
            if assignment.role == "primary" and assignment.person.login is not None:
                cells = (sis_section_id(lab), assignment.person.banner_id, "teacher", status)
                yield FeedRow("enrollments", cells)


WORDINGS: Mapping[Kind, Callable[[Feed, Operation], Iterator[FeedRow]]] = {
    Kind.ADMITTED: Feed.word_person,
    Kind.LOGIN_ISSUED: Feed.word_login,
    Kind.FAMILY_NAME_CHANGED: Feed.word_person,
    Kind.PREFERRED_NAME_CHOSEN: Feed.word_person,
    Kind.ID_REISSUED: Feed.word_new_id,
    Kind.SECTION_OPENED: Feed.word_opening,
    Kind.SECTION_CANCELLED: Feed.word_cancellation,
    Kind.CROSSLISTED: Feed.word_crosslist,
    Kind.INSTRUCTOR_ASSIGNED: Feed.word_assignment,
    Kind.INSTRUCTOR_REPLACED: Feed.word_replacement,
    Kind.REGISTERED: Feed.word_registration,
    Kind.PROMOTED: Feed.word_registration,
    Kind.AUDIT_CHOSEN: Feed.word_audit,
    Kind.DROPPED: Feed.word_registration,
    Kind.WITHDRAWN: Feed.word_registration,
    Kind.UNPAID: Feed.word_registration,
    Kind.SWAPPED: Feed.word_registration,
}
"""How each kind of operation is worded; holds, waiting lists and rolls say nothing to Canvas."""
