"""Sections of Banner: course, part of term, teachers, cross-list group, linked lecture and LMS (R31 to R43)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import Crn, SectionKey
from domain.institution import Institution
from domain.records import Section, SectionInstructor, SectionStatus
from tools.sis.banner.dates import read_day
from tools.sis.banner.lookups import Catalog, PersonIds
from tools.sis.banner.periods import Period
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.wire import CrosslistWire, InstructorWire, Ref, SectionWire
from tools.sis.parts import find_census, find_part, is_published, name_platform
from tools.sis.reading import Reading

_STATUSES = {status.value: status for status in SectionStatus}


@dataclass(slots=True)
class Neighbours:
    """What stands beside sections in collections of its own, by section GUID."""

    instructors: dict[str, list[InstructorWire]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def add_instructors(self, rows: Iterable[InstructorWire]) -> None:
        """Sort assignments by section."""
        for row in rows:
            self.instructors[row.section.id].append(row)

    def add_crosslists(self, rows: Iterable[CrosslistWire]) -> None:
        """Remember the group of each member and whether it is the primary one (R39)."""
        for row in rows:
            for member in row.sections:
                self.groups[member.section.id] = (row.code or row.id, member.type == "primary")


@dataclass(frozen=True, slots=True)
class SectionReader:
    """Turns wire sections into sections."""

    institution: Institution
    settings: EthosSettings
    catalog: Catalog
    people: PersonIds
    periods: Mapping[str, Period]
    reading: Reading
    today: date

    def read(self, row: SectionWire, neighbours: Neighbours) -> Section | None:
        """Return the section; None, with a note, where its term, CRN, course or dates cannot be told."""
        key, period = self.read_key(row), self._period(row)
        course = self.catalog.courses.get(_guid(row.course), self.reading)
        subject = self.catalog.subjects.get(_guid(course.subject), self.reading) if course else None
        if key is None or period is None or course is None or subject is None:
            self._note_left_out(row, "term or CRN" if key is None else "course or subject")
            return None
        start = read_day(row.start_on, self.institution.zone) or period.start_on
        end = read_day(row.end_on, self.institution.zone) or period.end_on
        part = find_part(self.institution, key.term, period.part, start, end)
        group, primary = neighbours.groups.get(row.id, (None, False))
        return Section(
            key=key,
            subject=subject.name,
            course_number=course.number,
            sequence=row.number,
            title=row.titles[0].value if row.titles else "",
            department=self._department(row) or subject.name,
            part=part,
            status=self._status(row),
            start_on=start,
            end_on=end,
            census_on=self._census(row, key, period, part),
            cross_list_group=group,
            cross_list_primary=primary,
            linked_to=self._lecture(row, key),
            lms=self._platform(row),
            published=is_published(self.institution, key.term),
            independent_study=self._is_independent(row),
            instructors=self._instructors(neighbours.instructors.get(row.id, ()), end),
        )

    def read_key(self, row: SectionWire) -> SectionKey | None:
        """Return term and CRN (R31); None where either is unknown."""
        period = self._period(row)
        crn = self._alternate(row, self.settings.crn_title) if self.settings.crn_title else row.code
        return SectionKey(period.term, Crn(crn)) if period and crn else None

    def _period(self, row: SectionWire) -> Period | None:
        """Return the part of term where the section names one, else the term."""
        named = (_guid(row.academic_period), _guid(row.reporting_academic_period))
        return next((self.periods[guid] for guid in named if guid and guid in self.periods), None)

    def _alternate(self, row: SectionWire, title: str) -> str:
        return next((other.value for other in row.alternate_ids or () if other.title == title), "")

    def _lecture(self, row: SectionWire, key: SectionKey) -> Crn | None:
        """Return the CRN of the lecture a lab goes with; None for the lecture itself and for others."""
        match = re.match(self.settings.linked_pattern, self._alternate(row, self.settings.linked_title))
        return Crn(match["crn"]) if match and match["crn"] != key.crn else None

    def _department(self, row: SectionWire) -> str:
        """Return the code of the first owning unit, where units are asked for."""
        owners = row.owning_institution_units or ()
        if self.settings.department == "subject" or not owners:
            return ""
        unit = self.catalog.units.get(_guid(owners[0].institution_unit), self.reading)
        return unit.name if unit else ""

    def _status(self, row: SectionWire) -> SectionStatus:
        word = row.status.category if row.status else ""
        if word not in _STATUSES:
            self._note(row, f"has the unknown status '{word}'", "Add the status to the connector.")
        return _STATUSES.get(word, SectionStatus.UNKNOWN)

    def _census(self, row: SectionWire, key: SectionKey, period: Period, part: str) -> date | None:
        """Return the section's own census date, else its part's in the calendar, else the period's (R33)."""
        own = [day for day in (read_day(text, self.institution.zone) for text in row.census_dates or ()) if day]
        return own[0] if own else find_census(self.institution, key.term, part) or period.census_on

    def _platform(self, row: SectionWire) -> str:
        platform = self.catalog.platforms.get(_guid(row.instructional_platform), self.reading)
        if platform is None and row.instructional_platform:
            self._note(row, "names an instructional platform nobody knows", "Add the platform to Banner's table.")
            return "unknown"
        return name_platform(self.institution, *(platform.name, platform.title or "") if platform else ())

    def _is_independent(self, row: SectionWire) -> bool:
        if not self.settings.independent_methods:
            return False
        found = (self.catalog.methods.get(_guid(method), self.reading) for method in row.instructional_methods or ())
        return any(method.name in self.settings.independent_methods for method in found if method)

    def _instructors(self, rows: Iterable[InstructorWire], section_ends: date) -> tuple[SectionInstructor, ...]:
        """Return those who teach now, primary first; one whose work ended before the section is left out (R46)."""
        found: dict[str, SectionInstructor] = {}
        for row in rows:
            person = self.people.get(row.instructor.id)
            if person is None:
                self._note_unknown_teacher(row)
            elif not self._has_ended(row, section_ends):
                role = row.instructor_role or ""
                one = SectionInstructor(
                    sis_id=person, primary=role == "primary", assistant=role in self.settings.assistant_roles
                )
                found[person] = max(one, found.get(person, one), key=lambda each: each.primary)
        return tuple(sorted(found.values(), key=lambda one: (not one.primary, one.sis_id)))

    def _has_ended(self, row: InstructorWire, section_ends: date) -> bool:
        ends = read_day(row.work_end_on or row.end_on, self.institution.zone)
        return ends is not None and ends < self.today and ends < section_ends

    def _note_unknown_teacher(self, row: InstructorWire) -> None:
        self.reading.lost(f"section-instructors {row.id}")
        self.reading.notes.add(
            InvalidRecord,
            "An instructor's person record cannot be read; the assignment was left out.",
            place=f"section-instructors {row.id}",
            fix="Check the person in Banner and the rights of the Ethos application.",
            severity=Severity.STOP,
        )

    def _note_left_out(self, row: SectionWire, what: str) -> None:
        self.reading.lost(f"sections {row.id}")
        self._note(row, f"names no {what} that can be read and was left out", "Correct it in Banner.", Severity.STOP)

    def _note(self, row: SectionWire, what: str, fix: str, severity: Severity = Severity.WARNING) -> None:
        self.reading.notes.add(
            InvalidRecord, f"A section {what}.", place=f"sections {row.id}", fix=fix, severity=severity
        )


def _guid(ref: Ref | None) -> str | None:
    return ref.id or None if ref else None
