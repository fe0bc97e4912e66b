"""Reads a OneRoster delivery as the student information system it came from.

What the files cannot hold, such as holds and histories, is said in ``capabilities`` and answered as incomplete, never
as empty.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from domain.errors import IncompleteFetch
from domain.findings import Finding, Severity
from domain.identities import Identity
from domain.ids import SectionKey, SisPersonId, TermCode
from domain.institution import Institution
from domain.ports import Capabilities, Clock, Fetch
from domain.records import AcademicHistory, Hold, Person, Registration, Section, Term
from tools.sis.bulk import bulk_reading
from tools.sis.clock import WallClock
from tools.sis.oneroster.capabilities import read_capabilities
from tools.sis.oneroster.delivery import DeliveredFile, Delivery, FileReading
from tools.sis.oneroster.enrollments import EnrollmentReader
from tools.sis.oneroster.identities import read_identities
from tools.sis.oneroster.people import read_people
from tools.sis.oneroster.sections import Classes, ClassReader, gather_teaching
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import KNOWN_FILES, ROLES
from tools.sis.oneroster.terms import read_sessions
from tools.sis.sequences import order_registrations

T = TypeVar("T")


class OneRosterReader:
    """Reads one bulk bundle and the deltas that followed it, oldest first (SisReader for what the files hold)."""

    def __init__(
        self,
        paths: Sequence[Path] | Path,
        institution: Institution,
        *,
        settings: OneRosterSettings | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings or OneRosterSettings()
        self._institution, self._clock = institution, clock or WallClock()
        self._take(paths)

    @contextmanager
    def delivered(self) -> Iterator[tuple[DeliveredFile, ...]]:
        """Give a block what is read in it: the files as they lie there now."""
        yield self._delivery.files()

    def _take(self, paths: Sequence[Path] | Path) -> None:
        found = (paths,) if isinstance(paths, Path) else tuple(paths)
        self._delivery = Delivery(found, self._settings, self._institution.zone)

    def capabilities(self) -> Capabilities:
        """Say what this delivery can tell, metadata columns included."""
        return read_capabilities(self._delivery)

    def read_terms(self) -> Fetch[Term]:
        """Read the terms."""
        reading = self._delivery.reading()
        return self._fetch(read_sessions(self._delivery, reading).terms(), reading)

    @bulk_reading()
    def read_people(self) -> Fetch[Person]:
        """Read the people who hold a role in scope."""
        reading = self._delivery.reading()
        return self._fetch(read_people(self._delivery, reading).rows, reading)

    @bulk_reading()
    def read_sections(self, term: TermCode) -> Fetch[Section]:
        """Read the sections of one term; none at all is reported and never means that all are gone (R66)."""
        reading = self._delivery.reading()
        rows = [section for section in self._read_classes(reading).rows if section.key.term == term]
        return self._of_term(rows, term, "classes", reading)

    @bulk_reading()
    def read_registrations(self, term: TermCode) -> Fetch[Registration]:
        """Read the registrations of one term; several of one person in one section are numbered (R51)."""
        reading = self._delivery.reading()
        rows = [row for row in self._registrations(reading) if row.section.term == term]
        return self._of_term(order_registrations(rows), term, "enrolments", reading)

    def read_section_registrations(self, section: SectionKey) -> Fetch[Registration]:
        """Read the registrations of one section."""
        reading = self._delivery.reading()
        rows = [row for row in self._registrations(reading) if row.section == section]
        return self._fetch(order_registrations(rows), reading)

    def read_person(self, person: SisPersonId) -> Person | None:
        """Read one person; None where the bundle does not have them."""
        return next((found for found in self.read_people().rows if found.sis_id == person), None)

    def read_section(self, section: SectionKey) -> Section | None:
        """Read one section; None where the bundle does not have it."""
        return next((found for found in self.read_sections(section.term).rows if found.key == section), None)

    def read_holds(self) -> Fetch[Hold]:
        """Answer that OneRoster has no holds."""
        return self._not_held("holds")

    def read_histories(self) -> Fetch[AcademicHistory]:
        """Answer that OneRoster has no academic history."""
        return self._not_held("academic histories")

    @bulk_reading()
    def read_identities(self) -> Fetch[Identity]:
        """Read everybody with all that identifies them, guardians included, for the privacy directory alone (S229)."""
        reading = self._delivery.reading()
        return self._fetch(read_identities(self._delivery, reading), reading)

    def check_access(self) -> tuple[Finding, ...]:
        """Read every file once and report what ``provost doctor`` should show; raises what makes a file unusable."""
        reading = self._delivery.reading()
        for spec in KNOWN_FILES:
            self._delivery.rows(spec, reading, may_be_empty=spec is ROLES)
        return reading.notes.findings()

    def _today(self) -> date:
        return self._clock.now().astimezone(self._institution.zone).date()

    def _read_classes(self, reading: FileReading) -> Classes:
        classes = ClassReader(self._delivery, self._institution, reading)
        people = read_people(self._delivery, reading).sis_ids
        enrolments = EnrollmentReader(self._delivery, reading, classes.read_keys(), people)
        teaching = gather_teaching(enrolments.assignments(self._today()))
        found = classes.read(read_sessions(self._delivery, reading), teaching)
        found.rows.sort(key=lambda section: section.key)
        return found

    def _registrations(self, reading: FileReading) -> Iterable[Registration]:
        found = self._read_classes(reading)
        people = read_people(self._delivery, reading).sis_ids
        ends = {section.key: section.end_on for section in found.rows}
        enrolments = EnrollmentReader(self._delivery, reading, found.keys, people)
        yield from enrolments.registrations(self._today(), ends)
        yield from enrolments.waiting(found.waiting)

    def _of_term(self, rows: Sequence[T], term: TermCode, what: str, reading: FileReading) -> Fetch[T]:
        if not rows:
            reading.note_empty(f"{what} of term {term}")
        return self._fetch(rows, reading)

    def _not_held(self, what: str) -> Fetch[T]:
        reading = self._delivery.reading()
        reading.lost_some(0)
        reading.notes.add(
            IncompleteFetch,
            f"OneRoster files hold no {what}.",
            place="bundle",
            fix="Read them from another connector.",
            severity=Severity.INFO,
        )
        return self._fetch((), reading)

    def _fetch(self, rows: Iterable[T], reading: FileReading) -> Fetch[T]:
        return reading.fetch(rows, self._clock)
