"""Registrations of Banner by what their status means, never by its letters alone (APIS 4.9).

Flags decide, the institution's table where there are none; whatever contradicts or is unknown arrives as UNKNOWN with a
finding. A waitlist entry is a registration that waits (R54).
"""

from dataclasses import dataclass

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import SectionKey
from domain.institution import Institution
from domain.records import GradeMode, Registration, RegistrationStatus
from tools.sis.banner.dates import read_day, read_moment
from tools.sis.banner.lookups import Catalog, PersonIds
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.wire_students import (
    RegistrationState,
    RegistrationStatusWire,
    RegistrationWire,
    StatusFlags,
    WaitlistWire,
)
from tools.sis.reading import Reading
from tools.sis.words import GRADE_MODES, REASONS

_REGISTERED, _NOT_REGISTERED = "registered", "notRegistered"
_BY_HAND = "user"


@dataclass(frozen=True, slots=True)
class RegistrationReader:
    """Turns wire registrations and waitlist entries into registrations."""

    institution: Institution
    settings: EthosSettings
    catalog: Catalog
    people: PersonIds
    reading: Reading

    def read(self, row: RegistrationWire, section: SectionKey) -> Registration | None:
        """Return the registration; None, with a note, where nobody can tell whose it is."""
        person = self.people.get(row.registrant.id)
        if person is None:
            self._note_nobody("section-registrations", row.id, section)
            return None
        meaning = self.catalog.statuses.get(_detail(row), self.reading)
        code, zone = meaning.code if meaning else "", self.institution.zone
        return Registration(
            section=section,
            person=person,
            status=self._status(row, meaning),
            status_code=code,
            grade_mode=self._grade_mode(row, code),
            registered_on=read_day(row.originally_registered_on, zone),
            status_on=read_day(row.status_date, zone),
            modified_at=read_moment(row.metadata.modified_on, zone) if row.metadata else None,
            override=bool(row.override) or any(a.approval_entity == _BY_HAND for a in row.approvals or ()),
            source_guid=row.id,
        )

    def read_waiting(self, row: WaitlistWire, section: SectionKey) -> Registration | None:
        """Return a waitlist entry as a registration that waits."""
        person = self.people.get(row.person.id)
        if person is None:
            self._note_nobody("student-section-waitlists", row.id, section)
            return None
        return Registration(
            section=section,
            person=person,
            status=RegistrationStatus.WAITLISTED,
            status_code=self.settings.waitlist_code,
            source_guid=row.id,
        )

    def _status(self, row: RegistrationWire, meaning: RegistrationStatusWire | None) -> RegistrationStatus:
        """Return what the flags of row and code table agree on; without flags, what the tenant's table says."""
        code = meaning.code if meaning else ""
        own = _flags(row.status)
        meant = _flags(meaning.status) if meaning else None
        if own and meant and own is not meant:
            self._note(row, f"Flags {own.value} and code '{code}' ({meant.value}) contradict each other")
            return RegistrationStatus.UNKNOWN
        found = own or meant or self.institution.registration_codes.get(code)
        if found is None:
            self._note(row, f"Status code '{code}' is unknown and has no flags that say what it means")
        return found or RegistrationStatus.UNKNOWN

    def _grade_mode(self, row: RegistrationWire, code: str) -> GradeMode:
        """Return the grading mode; without one, a code that means audit decides (R55)."""
        mode = row.grading_option.mode if row.grading_option else None
        if not mode:
            return GradeMode.AUDIT if code in self.settings.audit_codes else GradeMode.STANDARD
        if mode not in GRADE_MODES:
            self._note(row, f"Grading mode '{mode}' is unknown")
        return GRADE_MODES.get(mode, GradeMode.UNKNOWN)

    def _note(self, row: RegistrationWire, what: str) -> None:
        fix = "Add the code to registration_codes in institution.yaml, or correct it in Banner."
        self.reading.notes.add(InvalidRecord, f"{what}.", place=f"section-registrations {row.id}", fix=fix)

    def _note_nobody(self, resource: str, guid: str, section: SectionKey) -> None:
        self.reading.lost_in(section, f"{resource} {guid}")
        self.reading.notes.add(
            InvalidRecord,
            f"The person of a row in {resource} cannot be read; the row was left out.",
            place=f"{resource} {guid}",
            fix="Check the person in Banner and the rights of the Ethos application.",
            severity=Severity.STOP,
        )


def _detail(row: RegistrationWire) -> str | None:
    return row.status.detail.id if row.status and row.status.detail else None


def _flags(state: RegistrationState | StatusFlags | None) -> RegistrationStatus | None:
    """Return what a pair of flags means; None where they are not given, not known or do not fit each other."""
    if state is None:
        return None
    registered, reason = state.registration_status, state.section_registration_status_reason
    if registered == _REGISTERED:
        return RegistrationStatus.REGISTERED if reason in {"", _REGISTERED} else None
    if registered != _NOT_REGISTERED or reason == _REGISTERED:
        return None
    return REASONS.get(reason)
