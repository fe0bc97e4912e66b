"""Enrolments as registrations and teaching assignments.

A student left when the row says ``tobedeleted``, or when its end date has passed before the class ends; the file does
not tell a drop from a withdrawal, so the rules decide by the date (R48 to R50).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import SectionKey, SisPersonId
from domain.records import Registration, RegistrationStatus
from tools.sis.oneroster.delivery import Delivery, FileReading
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.tables import ENROLLMENT_ROLES, ENROLLMENTS
from tools.sis.oneroster.values import RowStatus, is_true

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
                self._note_unknown(row, "classSourcedId" if section is None else "userSourcedId")
            else:
                yield Enrolled(row, section, person, self._role(row))

    def assignments(self) -> list[Assignment]:
        """Return who teaches what, as far as the rows stand."""
        return [
            (found.section, found.person, is_true(found.row.get("primary")), found.role == "aide")
            for found in self.rows()
            if found.role in _TEACHING and self.reading.fields.status(found.row) is RowStatus.ACTIVE
        ]

    def registrations(self, today: date, ends: dict[SectionKey, date]) -> Iterable[Registration]:
        """Yield the registrations of students; a row with an unknown role is kept with an unknown status."""
        for found in self.rows():
            if found.role in {"student", "unknown"}:
                yield self._registration(found, today, ends.get(found.section))

    def _registration(self, found: Enrolled, today: date, class_ends: date | None) -> Registration:
        row, fields = found.row, self.reading.fields
        modified = fields.moment(row, "dateLastModified")
        status = RegistrationStatus.UNKNOWN if found.role == "unknown" else _status(fields.status(row))
        left_on = self._left_on(row)
        if status is RegistrationStatus.REGISTERED and left_on and left_on <= today and _is_early(left_on, class_ends):
            status = RegistrationStatus.DROPPED
        return Registration(
            section=found.section,
            person=found.person,
            status=status,
            status_code=row.get("status").lower(),
            registered_on=fields.day(row, "beginDate"),
            status_on=self._status_on(status, left_on, modified),
            modified_at=modified,
            source_guid=row.get("sourcedId"),
        )

    def _left_on(self, row: Row) -> date | None:
        """Return the first day on which the enrolment no longer counts."""
        end = self.reading.fields.day(row, "endDate")
        if end is None or self.delivery.settings.end_is_exclusive:
            return end
        return end + timedelta(days=1)

    def _status_on(self, status: RegistrationStatus, left_on: date | None, modified: datetime | None) -> date | None:
        if status is not RegistrationStatus.DROPPED:
            return None
        return left_on or (modified.astimezone(self.delivery.zone).date() if modified else None)

    def _role(self, row: Row) -> str:
        role = row.get("role").lower()
        if role in ENROLLMENT_ROLES:
            return role
        fix = "Use student, teacher, aide, proctor or administrator."
        self.reading.fields.bad(row, "role", f"has the unknown role '{role}'; its status is unknown", fix)
        return "unknown"

    def _note_unknown(self, row: Row, column: str) -> None:
        self.reading.lost(row.place)
        self.reading.notes.add(
            InvalidRecord,
            f"Column {column} of {row.file} names a record that the bundle does not have; the row was left out.",
            place=row.place,
            fix="Export the files of one bundle at one moment.",
            severity=Severity.STOP,
        )


def _status(status: RowStatus) -> RegistrationStatus:
    if status is RowStatus.ACTIVE:
        return RegistrationStatus.REGISTERED
    return RegistrationStatus.DROPPED if status is RowStatus.REMOVED else RegistrationStatus.UNKNOWN


def _is_early(left_on: date, class_ends: date | None) -> bool:
    """Tell a departure from the ordinary end of the class."""
    return class_ends is None or left_on <= class_ends
