"""Enrolments as registrations and teaching assignments.

A student left when the row says ``tobedeleted``, or when its end date has passed before the class ends. Where no column
tells a drop from a withdrawal, the row is a drop with its date, and the rules decide by census (R48 to R50); one that
ends on the day it begins is a no-show (R63).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import SectionKey, SisPersonId
from domain.records import GradeMode, Registration, RegistrationStatus
from domain.rules.schools import is_no_show, last_attended_on
from tools.sis.oneroster.delivery import Delivery, FileReading
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.tables import ENROLLMENT_ROLES, ENROLLMENTS
from tools.sis.oneroster.values import RowStatus, is_true
from tools.sis.words import GRADE_MODES, REASONS

Assignment = tuple[SectionKey, SisPersonId, bool, bool]
_TEACHING = frozenset({"teacher", "aide"})


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One enrolment row whose section and person are known."""

    row: Row
    section: SectionKey
    person: SisPersonId
    role: str


class EnrollmentReader:
    """Reads enrolments against the classes and users of the same delivery."""

    def __init__(
        self, delivery: Delivery, reading: FileReading, keys: dict[str, SectionKey], people: dict[str, SisPersonId]
    ) -> None:
        self.delivery, self.reading, self._keys, self._people = delivery, reading, keys, people

    def rows(self) -> Iterable[Enrolled]:
        """Yield every enrolment whose section and person the delivery knows; others are noted."""
        for row in self.delivery.rows(ENROLLMENTS, self.reading):
            section, person = self._keys.get(row.get("classSourcedId")), self._people.get(row.get("userSourcedId"))
            if section is None or person is None:
                self._note_unknown(row, section)
            else:
                yield Enrolled(row, section, person, self._role(row))

    def assignments(self, today: date) -> list[Assignment]:
        """Return who teaches what today, as far as the rows stand (R46)."""
        teaching = [found for found in self.rows() if found.role in _TEACHING]
        return [
            (found.section, found.person, is_true(found.row.get("primary")), self._is_assistant(found))
            for found in teaching
            if self.reading.fields.status(found.row) is RowStatus.ACTIVE and not self._has_left(found, today, None)
        ]

    def registrations(self, today: date, ends: dict[SectionKey, date]) -> Iterable[Registration]:
        """Yield the registrations of students; a row with an unknown role is kept with an unknown status."""
        for found in self.rows():
            if found.role in {"student", "unknown"}:
                yield self._registration(found, today, ends.get(found.section))

    def waiting(self, queues: dict[SectionKey, tuple[str, ...]]) -> Iterable[Registration]:
        """Yield those who wait for a seat as registrations that wait (R54)."""
        code = self.delivery.settings.waitlist_code
        for section, users in queues.items():
            for person in (self._people[user] for user in users if user in self._people):
                waits = RegistrationStatus.WAITLISTED
                yield Registration(section=section, person=person, status=waits, status_code=code)

    def _registration(self, found: Enrolled, today: date, class_ends: date | None) -> Registration:
        row, fields, settings = found.row, self.reading.fields, self.delivery.settings
        modified, status = fields.moment(row, "dateLastModified"), self._status(found, today, class_ends)
        return Registration(
            section=found.section,
            person=found.person,
            status=status,
            status_code=row.get(settings.registration_code) or row.get("status").lower(),
            grade_mode=self._grade_mode(row),
            registered_on=fields.day(row, settings.registered_on) or fields.day(row, "beginDate"),
            status_on=fields.day(row, settings.status_on) or self._left_or_removed_on(row, status, modified),
            last_attended_on=self._last_attended(row, status),
            modified_at=modified,
            override=is_true(row.get(settings.override)),
            source_guid=row.get("sourcedId"),
        )

    def _status(self, found: Enrolled, today: date, class_ends: date | None) -> RegistrationStatus:
        """Return the reason's meaning where the file gives one, else what status and end date say."""
        if found.role == "unknown":
            return RegistrationStatus.UNKNOWN
        standing = self.reading.fields.status(found.row)
        reason = found.row.get(self.delivery.settings.registration_reason)
        if reason and standing is RowStatus.ACTIVE:
            return self._reason(found.row, reason)
        if standing is RowStatus.ACTIVE:
            left = self._has_left(found, today, class_ends)
            return self._departure(found.row) if left else RegistrationStatus.REGISTERED
        return self._departure(found.row) if standing is RowStatus.REMOVED else RegistrationStatus.UNKNOWN

    def _departure(self, row: Row) -> RegistrationStatus:
        """Tell a pupil who never came from one who left; a reason in a column of its own says it otherwise (R63)."""
        entry, exit_on = self.reading.fields.day(row, "beginDate"), self._left_on(row)
        never_came = entry is not None and exit_on is not None and is_no_show(entry, exit_on)
        return RegistrationStatus.NO_SHOW if never_came else RegistrationStatus.DROPPED

    def _last_attended(self, row: Row, status: RegistrationStatus) -> date | None:
        """Return the day before the exit date (R62); None where the SIS says in a column of its own what happened."""
        exit_on = self._left_on(row)
        told = row.get(self.delivery.settings.registration_reason)
        return last_attended_on(exit_on) if exit_on and status is RegistrationStatus.DROPPED and not told else None

    def _reason(self, row: Row, reason: str) -> RegistrationStatus:
        if reason not in REASONS:
            fix = "Use registered, dropped, withdrawn or canceled."
            column = self.delivery.settings.registration_reason
            self.reading.fields.bad(row, column, f"has the unknown reason '{reason}'; the status is unknown", fix)
        return REASONS.get(reason, RegistrationStatus.UNKNOWN)

    def _grade_mode(self, row: Row) -> GradeMode:
        word = row.get(self.delivery.settings.grade_mode)
        if word and word not in GRADE_MODES:
            fix = "Use standard, passFail or audit."
            self.reading.fields.bad(row, self.delivery.settings.grade_mode, f"has the unknown mode '{word}'", fix)
            return GradeMode.UNKNOWN
        return GRADE_MODES.get(word, GradeMode.STANDARD)

    def _is_assistant(self, found: Enrolled) -> bool:
        settings = self.delivery.settings
        return found.role == "aide" or found.row.get(settings.instructor_role) in settings.assistant_roles

    def _has_left(self, found: Enrolled, today: date, class_ends: date | None) -> bool:
        """Tell a departure from the ordinary end of the class."""
        left_on = self._left_on(found.row)
        return left_on is not None and left_on <= today and (class_ends is None or left_on <= class_ends)

    def _left_on(self, row: Row) -> date | None:
        """Return the first day on which the enrolment no longer counts."""
        end = self.reading.fields.day(row, "endDate")
        if end is None or self.delivery.settings.end_is_exclusive:
            return end
        return end + timedelta(days=1)

    def _left_or_removed_on(self, row: Row, status: RegistrationStatus, modified: datetime | None) -> date | None:
        """Return the day a dropped row ended, or was marked for removal; None where nothing says so (R50)."""
        if status not in {RegistrationStatus.DROPPED, RegistrationStatus.NO_SHOW}:
            return None
        return self._left_on(row) or (modified.astimezone(self.delivery.zone).date() if modified else None)

    def _role(self, row: Row) -> str:
        role = row.get("role").lower()
        if role in ENROLLMENT_ROLES:
            return role
        fix = "Use student, teacher, aide, proctor or administrator."
        self.reading.fields.bad(row, "role", f"has the unknown role '{role}'; its status is unknown", fix)
        return "unknown"

    def _note_unknown(self, row: Row, section: SectionKey | None) -> None:
        column = "userSourcedId" if section else "classSourcedId"
        if section:
            self.reading.lost_in(section, row.place)
        else:
            self.reading.lost(row.place)
        self.reading.notes.add(
            InvalidRecord,
            f"Column {column} of {row.file} names a record that the bundle does not have; the row was left out.",
            place=row.place,
            fix="Export the files of one bundle at one moment.",
            severity=Severity.STOP,
        )
