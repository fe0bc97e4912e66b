"""Reads what both systems show of a class for the attendance report; what is missing is a gap, never an absence."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from agents.attendance.judging import THERE
from agents.attendance.seats import Gap, Seat, Sight
from domain.calendar import census_on, local_day, part_of_term
from domain.engagement import EngagementEvent, EngagementKind
from domain.errors import ProvostError
from domain.findings import Finding, Severity
from domain.grades import GradeMeaning, GradeOptions
from domain.ids import AssignmentId, RecordHandle, SectionKey, SisPersonId, TermCode
from domain.institution import Institution
from domain.learning import Attendance, Contribution, Submission, WorkKind
from domain.learning_ports import Classroom, StudentRecords
from domain.ports import Fetch, IdentityResolver, SisReader, T
from domain.records import GradeMode, RegistrationStatus, Section, SectionStatus
from domain.rules.drop.engagement import is_academic

_WORK = {WorkKind.QUIZ: EngagementKind.ASSESSMENT, WorkKind.DISCUSSION: EngagementKind.DISCUSSION}
_TAUGHT = frozenset({SectionStatus.OPEN, SectionStatus.CLOSED})


class ClassList(NamedTuple):
    """The classes of a term with who sits in each; ``complete`` is False where somebody may be missing."""

    seats: tuple[tuple[Section, tuple[Seat, ...]], ...]
    complete: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class AttendanceReading:
    """The two systems as the report reads them; either of the last two is None where its system cannot tell."""

    sis: SisReader
    identities: IdentityResolver
    institution: Institution
    classroom: Classroom | None
    records: StudentRecords | None

    def read_seats(self, term: TermCode) -> ClassList:
        """Read who is registered for credit in the classes that are taught (R55, R102)."""
        sections, registrations = self.sis.read_sections(term), self.sis.read_registrations(term)
        wanted = [
            row
            for row in registrations.rows
            if row.status is RegistrationStatus.REGISTERED and row.grade_mode is not GradeMode.AUDIT
        ]
        handles = self.identities.handles(sorted({row.person for row in wanted}))
        people: dict[SectionKey, set[SisPersonId]] = defaultdict(set)
        for row in wanted:
            people[row.section].add(row.person)
        classes = [
            (section, tuple(self._seat(section, handles[person]) for person in sorted(people[section.key])))
            for section in sorted(sections.rows, key=lambda section: section.key)
            if section.status in _TAUGHT and people.get(section.key)
        ]
        findings = (*sections.findings, *registrations.findings)
        return ClassList(tuple(classes), sections.complete and registrations.complete, findings)

    def _seat(self, section: Section, person: RecordHandle) -> Seat:
        return Seat(
            section=section.key,
            person=person,
            course=f"{section.subject} {section.course_number}",
            department=section.department,
            start_on=section.start_on,
            end_on=section.end_on,
            census_on=census_on(section, self.institution),
        )

    def read_class(self, section: Section, seats: Sequence[Seat], today: date) -> tuple[list[Sight], list[Finding]]:
        """Return what the systems show of every seat of a class, engagement as far as work and discussion tell."""
        seen = _Class(section, self.institution, [])
        attendance = self._attendance(seen)
        graded = self._letters(seen, today)
        if section.lms.casefold() != self.institution.lms_platform.casefold():
            sights = [_elsewhere(seat) for seat in seats]
        else:
            sights = self._in_lms(seen, seats)
        used = 2 * sum(_engaged_by(sight, seen) for sight in sights) >= len(sights)
        return [_with_sis(sight, attendance, graded, used=used) for sight in sights], seen.findings

    def look_closer(self, sight: Sight) -> Sight:
        """Read every event of one student in a class; only this can prove that there is none (R99, R122)."""
        if self.classroom is None or Gap.OTHER_LMS in sight.gaps:
            return sight
        try:
            read = self.classroom.read_engagement(sight.seat.section, sight.seat.person)
        except ProvostError:
            return sight.model_copy(update={"gaps": sight.gaps | {Gap.ENGAGEMENT}})
        kept = {(event.at, event.record): event for event in (*sight.events, *read.events)}
        gaps = sight.gaps - {Gap.ENGAGEMENT} if read.complete else sight.gaps | {Gap.ENGAGEMENT}
        events = tuple(kept[key] for key in sorted(kept))
        return sight.model_copy(update={"events": events, "whole": read.complete, "gaps": gaps})

    def _in_lms(self, seen: "_Class", seats: Sequence[Seat]) -> list[Sight]:
        room, key = self.classroom, seen.section.key
        if room is None:
            missing = frozenset({Gap.LAST_ACCESS, Gap.ENGAGEMENT})
            return [Sight(seat=seat, gaps=missing) for seat in seats]
        access = seen.read(lambda: room.read_last_access(key))
        work = seen.read(lambda: room.read_submissions(key))
        kinds = seen.read(lambda: room.read_assignments(key))
        said = seen.read(lambda: room.read_contributions(key))
        days = {row.person: row.at for row in access.rows} if access else {}
        words = {row.id: row.kind for row in kinds.rows} if kinds else {}
        events = _events(work.rows if work else (), said.rows if said else (), words)
        broken = not all(fetch is not None and fetch.complete for fetch in (work, said))
        return [
            Sight(
                seat=seat,
                accessed_on=local_day(at, self.institution.zone) if (at := days.get(seat.person)) else None,
                events=tuple(sorted(events[seat.person], key=lambda event: (event.at, event.record))),
                gaps=frozenset(_gaps(access_known=seat.person in days, broken=broken)),
            )
            for seat in seats
        ]

    def _attendance(self, seen: "_Class") -> Fetch[Attendance] | None:
        records, key = self.records, seen.section.key
        return seen.read(lambda: records.read_attendance(key)) if records else None

    def _letters(self, seen: "_Class", today: date) -> Mapping[RecordHandle, GradeOptions] | None:
        """Read final grades once they may be entered; before that there are none to miss."""
        part, records = part_of_term(seen.section, self.institution), self.records
        if part is None or today < part.grades_open_on or records is None:
            return {}
        options = seen.read(lambda: records.read_grade_options(seen.section.key))
        return {row.person: row for row in options.rows} if options and options.complete else None


class _Class(NamedTuple):
    """One class while it is read: what a connector raises or notes is kept, and the others go on."""

    section: Section
    institution: Institution
    findings: list[Finding]

    def read(self, reading: Callable[[], Fetch[T]]) -> Fetch[T] | None:
        """Return what was read, or None with a finding."""
        try:
            fetch = reading()
        except ProvostError as failure:
            subject = f"section {self.section.key}"
            self.findings.append(
                Finding(
                    code=failure.code,
                    severity=Severity.WARNING,
                    subject=subject,
                    message=failure.message,
                    fix=failure.fix,
                )
            )
            return None
        self.findings.extend(fetch.findings)
        return fetch


def _elsewhere(seat: Seat) -> Sight:
    return Sight(seat=seat, gaps=frozenset({Gap.OTHER_LMS}))


def _gaps(*, access_known: bool, broken: bool) -> Iterator[Gap]:
    if not access_known:
        yield Gap.LAST_ACCESS
    if broken:
        yield Gap.ENGAGEMENT


def _events(
    work: Iterable[Submission], said: Iterable[Contribution], kinds: Mapping[AssignmentId, WorkKind]
) -> Mapping[RecordHandle, list[EngagementEvent]]:
    """Return the academic events that the work of a class tells, by student."""
    found: dict[RecordHandle, list[EngagementEvent]] = defaultdict(list)
    for row in work:
        if row.submitted_at is not None:
            kind = _WORK.get(kinds.get(row.assignment, WorkKind.UNKNOWN), EngagementKind.SUBMISSION)
            event = EngagementEvent(kind=kind, at=row.submitted_at, record=f"work {row.assignment}")
            found[row.person].append(event)
    for entry in said:
        record = f"discussion {entry.topic} entry {entry.entry}"
        found[entry.person].append(EngagementEvent(kind=EngagementKind.DISCUSSION, at=entry.at, record=record))
    return found


def _engaged_by(sight: Sight, seen: _Class) -> bool:
    """Tell whether a seat was engaged in the LMS by census."""
    by, zone = sight.seat.census_on or date.max, seen.institution.zone
    return any(is_academic(event.kind) and local_day(event.at, zone) <= by for event in sight.events)


def _with_sis(
    sight: Sight,
    attendance: Fetch[Attendance] | None,
    graded: Mapping[RecordHandle, GradeOptions] | None,
    *,
    used: bool,
) -> Sight:
    """Add what the SIS shows of a seat; an incomplete reading of attendance still counts who was there."""
    person, gaps = sight.seat.person, set(sight.gaps)
    mine = tuple(row for row in attendance.rows if row.person == person) if attendance else ()
    whole = attendance is not None and attendance.complete
    if not whole:
        gaps.add(Gap.ATTENDANCE)
        mine = tuple(row for row in mine if row.mark in THERE)
    if graded is None:
        gaps.add(Gap.GRADE)
    grade = (graded or {}).get(person)
    letter = (grade.final_letter or "") if grade else ""
    legal = grade.find(letter) if grade and letter else None
    return sight.model_copy(
        update={
            "marks": mine,
            "kept": bool(attendance and attendance.rows),
            "used": used,
            "letter": letter,
            "meaning": legal.meaning if legal else GradeMeaning.UNKNOWN,
            "gaps": frozenset(gaps),
        }
    )
