"""Classes as sections, with the course they offer, the term they run in and the people who teach them.

OneRoster knows no cross-lists, linked sections or other LMS; a campus may send them as metadata columns.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import Crn, SectionKey, SisPersonId, TermCode
from domain.institution import Institution
from domain.records import Section, SectionInstructor, SectionStatus
from tools.sis.oneroster.delivery import Delivery, FileReading
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import CLASSES, COURSES, ORGS
from tools.sis.oneroster.terms import Session, Sessions
from tools.sis.oneroster.values import RowStatus, split_list
from tools.sis.parts import find_census, find_part, is_published, name_platform


@dataclass(frozen=True, slots=True)
class Course:
    """What a section takes from its course."""

    subject: str
    number: str
    department: str


@dataclass(slots=True)
class Classes:
    """The sections, the key of every class by sourcedId, and the users who wait for a seat, by section."""

    rows: list[Section]
    keys: dict[str, SectionKey]
    waiting: dict[SectionKey, tuple[str, ...]]


_STATUSES = {"": SectionStatus.OPEN, **{status.value: status for status in SectionStatus}}
Teaching = dict[SectionKey, list[SectionInstructor]]


class ClassReader:
    """Turns class rows into sections."""

    def __init__(self, delivery: Delivery, institution: Institution, reading: FileReading) -> None:
        self.settings: OneRosterSettings = delivery.settings
        self.delivery, self.institution, self.reading = delivery, institution, reading
        self._section_id = re.compile(delivery.settings.section_pattern)

    def read_keys(self) -> dict[str, SectionKey]:
        """Return the section key of every class by sourcedId; a class that names none is noted."""
        keys: dict[str, SectionKey] = {}
        for row in self.delivery.rows(CLASSES, self.reading):
            key = self._key(row)
            if key is not None:
                keys[row.get("sourcedId")] = key
        return keys

    def read(self, sessions: Sessions, teaching: Teaching) -> Classes:
        """Read every class with its course and session."""
        courses = self._read_courses()
        found = Classes([], self.read_keys(), {})
        for row in self.delivery.rows(CLASSES, self.reading):
            key = found.keys.get(row.get("sourcedId"))
            if key is None:
                continue
            found.waiting[key] = split_list(row.get(self.settings.waitlist))
            session, course = _find_session(row, sessions, key.term), courses.get(row.get("courseSourcedId"))
            if session is None or course is None:
                self._note_left_out(row, "termSourcedIds" if session is None else "courseSourcedId")
            else:
                found.rows.append(self._section(row, key, session, course, teaching.get(key, [])))
        self._link(found)
        return found

    def _link(self, found: Classes) -> None:
        """Tell each lab which lecture it goes with, once all classes are known (R41)."""
        column = self.settings.linked_class
        lectures = {
            found.keys.get(row.get("sourcedId")): found.keys.get(row.get(column))
            for row in self.delivery.rows(CLASSES, self.reading)
            if row.get(column) and row.get(column) != row.get("sourcedId")
        }
        for index, section in enumerate(found.rows):
            lecture = lectures.get(section.key)
            if lecture is not None:
                found.rows[index] = section.model_copy(update={"linked_to": lecture.crn})

    def _section(
        self, row: Row, key: SectionKey, session: Session, course: Course, teachers: list[SectionInstructor]
    ) -> Section:
        part = find_part(self.institution, key.term, session.part, session.start_on, session.end_on)
        return Section(
            key=key,
            subject=course.subject,
            course_number=course.number,
            sequence=self._sequence(row),
            title=row.get("title"),
            department=course.department,
            part=part,
            status=self._status(row),
            start_on=session.start_on,
            end_on=session.end_on,
            census_on=session.census_on or find_census(self.institution, key.term, part),
            cross_list_group=row.get(self.settings.cross_list_group) or None,
            cross_list_primary=row.get(self.settings.cross_list_type).lower() == "primary",
            lms=name_platform(self.institution, row.get(self.settings.platform)),
            published=is_published(self.institution, key.term),
            instructors=tuple(teachers),
        )

    def _key(self, row: Row) -> SectionKey | None:
        """Return term and CRN from their own columns, else from an id that follows the pattern (R31)."""
        term, crn = row.get(self.settings.section_term), row.get(self.settings.section_crn)
        if term and crn:
            return SectionKey(TermCode(term), Crn(crn))
        for column in self.settings.section_ids:
            match = self._section_id.match(row.get(column))
            if match:
                return SectionKey(TermCode(match["term"]), Crn(match["crn"]))
        self.reading.lost(row.place)
        fix = "Set section_term and section_crn, or section_pattern, to how this campus names sections."
        self.reading.fields.bad(row, self.settings.section_ids[0], "names no term and CRN; the class was left out", fix)
        return None

    def _sequence(self, row: Row) -> str:
        match = re.search(self.settings.sequence_pattern, row.get("classCode"))
        return row.get(self.settings.sequence) or (match["sequence"] if match else row.get("classCode"))

    def _status(self, row: Row) -> SectionStatus:
        """Return the section's own status word where there is one, else whether the row stands."""
        if self.reading.fields.status(row) is RowStatus.REMOVED:
            return SectionStatus.CANCELLED
        word = row.get(self.settings.section_status).lower()
        if word not in _STATUSES:
            fix = "Use open, closed, pending or cancelled."
            self.reading.fields.bad(row, self.settings.section_status, f"has the unknown status '{word}'", fix)
        return _STATUSES.get(word, SectionStatus.UNKNOWN)

    def _read_courses(self) -> dict[str, Course]:
        units = {row.get("sourcedId"): row for row in self.delivery.rows(ORGS, self.reading, may_be_empty=True)}
        return {row.get("sourcedId"): self._course(row, units) for row in self.delivery.rows(COURSES, self.reading)}

    def _course(self, row: Row, units: dict[str, Row]) -> Course:
        match = re.match(self.settings.course_pattern, row.get("courseCode"))
        if match is None:
            fix = "Set course_pattern to how this campus writes course codes."
            self.reading.fields.bad(row, "courseCode", "does not show subject and number", fix)
        subject, number = (match["subject"], match["number"]) if match else (row.get("courseCode"), "")
        unit = units.get(row.get("orgSourcedId"))
        is_department = unit is not None and unit.get("type").lower() == "department"
        return Course(subject, number, unit.get("identifier") if unit and is_department else subject)

    def _note_left_out(self, row: Row, column: str) -> None:
        self.reading.lost(row.place)
        self.reading.notes.add(
            InvalidRecord,
            f"Column {column} of {row.file} names a record that the bundle does not have; the class was left out.",
            place=row.place,
            fix="Export the files of one bundle at one moment.",
            severity=Severity.STOP,
        )


def gather_teaching(assignments: list[tuple[SectionKey, SisPersonId, bool, bool]]) -> Teaching:
    """Group (section, person, primary, assistant) by section, primary instructors first."""
    teaching: Teaching = defaultdict(list)
    for key, person, primary, assistant in sorted(assignments, key=lambda item: (item[0], not item[2], item[1])):
        teaching[key].append(SectionInstructor(sis_id=person, primary=primary, assistant=assistant))
    return teaching


def _find_session(row: Row, sessions: Sessions, term: TermCode) -> Session | None:
    """Return the class's session in its own term, a part of term rather than the whole term where both are named."""
    named = [sessions.by_id[part] for part in split_list(row.get("termSourcedIds")) if part in sessions.by_id]
    own = [session for session in named if session.term == term]
    return min(own, key=lambda session: session.part is None, default=None)
