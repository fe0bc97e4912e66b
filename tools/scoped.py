"""The connectors as everything else sees them: what the scope file does not name is gone before anybody reads it.

A collection out of scope is not asked for, and is answered as incomplete, never as empty (R70, S220, S221).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from domain.errors import ConfigurationError
from domain.findings import Finding, Severity
from domain.identities import Identity
from domain.ids import LmsCourseId, SectionKey, SisCourseId, SisPersonId, TermCode
from domain.lms import LmsCourse, LmsEnrollment, LmsSection, LmsUser
from domain.ports import Capabilities, FeedEvent, Fetch, IdentitySource, RelationshipReader, SisReader
from domain.records import AcademicHistory, Hold, Person, Registration, Section, Term
from domain.scope import DataScope, R, blanked
from tools.lms.canvas.read import CanvasReader
from tools.sis.banner.named import Named
from tools.sis.banner.read import BannerReader
from tools.sis.oneroster.delivery import DeliveredFile
from tools.sis.oneroster.read import OneRosterReader


class Trimmer:
    """Drops from the records of one system what is out of scope; ConfigurationError where the system is not named."""

    def __init__(self, scope: DataScope, system: str) -> None:
        if system not in scope.systems:
            fix = f"Name {system} in the scope file with the fields that may be read, or disconnect it."
            raise ConfigurationError(f"The system {system} is not in scope.", field=f"systems.{system}", fix=fix)
        self._scope, self._system = scope, system

    def reads(self, collection: str) -> bool:
        """Tell whether a collection may be read."""
        return self._scope.reads(self._system, collection)

    def keeps(self, collection: str, field: str) -> bool:
        """Tell whether a field is in scope."""
        return field in self._scope.fields(self._system, collection)

    def rows(self, collection: str, found: Fetch[R]) -> Fetch[R]:
        """Return what was read without what is out of scope; the same object where all of it is in scope."""
        blanks = self._scope.blanks(self._system, collection)
        if not blanks:
            return found
        return found.model_copy(update={"rows": tuple(blanked(row, blanks) for row in found.rows)})

    def row(self, collection: str, found: R | None) -> R | None:
        """Return one record without what is out of scope."""
        return blanked(found, self._scope.blanks(self._system, collection)) if found is not None else None

    def holds(self, found: Fetch[Hold]) -> Fetch[Hold]:
        """Return the holds of the offices in scope (R28)."""
        kept = tuple(row for row in found.rows if self.keeps("holds", row.category.value))
        return found.model_copy(update={"rows": kept, "expected": None})

    def nothing(self, collection: str) -> Fetch[Any]:
        """Return that a collection is out of scope."""
        finding = Finding(
            code="",
            severity=Severity.INFO,
            subject=collection,
            message=f"{collection.capitalize()} of {self._system} are out of scope and were not read.",
            fix="Add them to the scope file if they are needed.",
        )
        return Fetch(source=self._system, rows=(), complete=False, read_at=datetime.now(UTC), findings=(finding,))


class ScopedSis:
    """A student information system within its scope; fits ``domain.ports.SisReader``."""

    def __init__(self, sis: SisReader, scope: DataScope) -> None:
        self._sis, self._trim = sis, Trimmer(scope, sis.capabilities().system)

    def capabilities(self) -> Capabilities:
        """Say what the connector can tell and the scope lets in."""
        claims = self._sis.capabilities()
        return claims.model_copy(update={"reads": frozenset(one for one in claims.reads if self._lets_in(one))})

    def read_terms(self) -> Fetch[Term]:
        """Read the terms; they name nobody."""
        return self._sis.read_terms()

    def read_people(self) -> Fetch[Person]:
        """Read everybody."""
        return self._trim.rows("people", self._sis.read_people())

    def read_sections(self, term: TermCode) -> Fetch[Section]:
        """Read the sections of a term."""
        return self._sis.read_sections(term)

    def read_registrations(self, term: TermCode) -> Fetch[Registration]:
        """Read the registrations of a term."""
        return self._trim.rows("registrations", self._sis.read_registrations(term))

    def read_section_registrations(self, section: SectionKey) -> Fetch[Registration]:
        """Read the registrations of one section."""
        return self._trim.rows("registrations", self._sis.read_section_registrations(section))

    def read_person(self, person: SisPersonId) -> Person | None:
        """Read one person."""
        return self._trim.row("people", self._sis.read_person(person))

    def read_section(self, section: SectionKey) -> Section | None:
        """Read one section."""
        return self._sis.read_section(section)

    def read_holds(self) -> Fetch[Hold]:
        """Read the holds of the offices in scope."""
        reads = self._trim.reads("holds")
        return self._trim.holds(self._sis.read_holds()) if reads else self._trim.nothing("holds")

    def read_histories(self) -> Fetch[AcademicHistory]:
        """Read academic histories."""
        reads = self._trim.reads("histories")
        return self._trim.rows("histories", self._sis.read_histories()) if reads else self._trim.nothing("histories")

    def _lets_in(self, claim: str) -> bool:
        collection, _, field = claim.partition(".")
        if collection == "people" and field:
            return self._trim.keeps("people", field)
        return self._trim.reads(collection) if collection in {"holds", "histories"} else True


class ScopedBanner(ScopedSis):
    """Banner within its scope, with the reading of what an event is about."""

    def __init__(self, sis: BannerReader, scope: DataScope) -> None:
        super().__init__(sis, scope)
        self._banner = sis

    def find_named(self, event: FeedEvent) -> Named | None:
        """Return section and person of an event, read anew."""
        return self._banner.find_named(event)


class ScopedOneRoster(ScopedSis):
    """OneRoster bundles within their scope, with the files that a run was decided on."""

    def __init__(self, sis: OneRosterReader, scope: DataScope) -> None:
        super().__init__(sis, scope)
        self._bundles = sis

    @contextmanager
    def delivered(self) -> Iterator[tuple[DeliveredFile, ...]]:
        """Hold the newest delivery still for a block and give its files by digest."""
        with self._bundles.delivered() as files:
            yield files


class ScopedIdentities:
    """What identifies people, within the scope; fits ``domain.ports.IdentitySource``."""

    def __init__(self, source: IdentitySource, scope: DataScope, system: str) -> None:
        self._source, self._trim = source, Trimmer(scope, system)

    def read_identities(self) -> Fetch[Identity]:
        """Read everybody's identifiers as far as the privacy directory may know them."""
        reads = self._trim.reads("identities")
        return (
            self._trim.rows("identities", self._source.read_identities()) if reads else self._trim.nothing("identities")
        )


class ScopedLms:
    """Canvas within its scope; fits ``domain.ports.LmsReader``."""

    def __init__(self, lms: CanvasReader, scope: DataScope) -> None:
        self._lms, self._trim = lms, Trimmer(scope, lms.capabilities().system)

    def capabilities(self) -> Capabilities:
        """Say what can be read here."""
        return self._lms.capabilities()

    def read_users(self) -> Fetch[LmsUser]:
        """Read every account."""
        return self._trim.rows("users", self._lms.read_users())

    def read_courses(self, term: TermCode) -> Fetch[LmsCourse]:
        """Read the courses of a term."""
        return self._lms.read_courses(term)

    def read_sections(self, courses: Sequence[LmsCourse]) -> Fetch[LmsSection]:
        """Read the sections of courses."""
        return self._lms.read_sections(courses)

    def read_enrollments(self, sections: Sequence[LmsSection]) -> Fetch[LmsEnrollment]:
        """Read every row of every section."""
        return self._trim.rows("enrollments", self._lms.read_enrollments(sections))

    def find_section(self, section: SectionKey) -> LmsSection | None:
        """Return one section."""
        return self._lms.find_section(section)

    def find_course(self, course: LmsCourseId | SisCourseId, term: TermCode) -> LmsCourse | None:
        """Return one course of a term by either id."""
        return self._lms.find_course(course, term)

    def find_user(self, person: SisPersonId) -> LmsUser | None:
        """Return the account that carries the SIS id."""
        return self._trim.row("users", self._lms.find_user(person))

    def find_section_enrollments(
        self, section: SectionKey, person: SisPersonId | None = None
    ) -> tuple[LmsEnrollment, ...]:
        """Return the rows of one section, of one person where named."""
        rows = self._lms.find_section_enrollments(section, person)
        return tuple(row for each in rows if (row := self._trim.row("enrollments", each)))


class ScopedRelationships:
    """Relationships within the scope; what is out of scope is answered as not whole, so that it permits nothing."""

    def __init__(self, reader: RelationshipReader, scope: DataScope, system: str) -> None:
        self._reader, self._trim = reader, Trimmer(scope, system)

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        """Return the students of an advisor."""
        return self._reader.read_advisees(advisor) if self._advising else self._trim.nothing("histories")

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        """Return the advisors of a student."""
        return self._reader.read_advisors(student) if self._advising else self._trim.nothing("histories")

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        """Return the sections somebody teaches."""
        return self._reader.read_taught(instructor, ended_after)

    def read_roster(self, section: SectionKey) -> Fetch[Registration]:
        """Return the registrations of one section."""
        return self._reader.read_roster(section)

    def read_department(self, department: str, ended_after: date) -> Fetch[Registration]:
        """Return the registrations in a department's sections."""
        return self._reader.read_department(department, ended_after)

    def read_confidential(self, people: Collection[SisPersonId]) -> Fetch[SisPersonId]:
        """Return who opted out of the directory."""
        keeps = self._trim.keeps("people", "confidential")
        return self._reader.read_confidential(people) if keeps else self._trim.nothing("people")

    @property
    def _advising(self) -> bool:
        return self._trim.keeps("histories", "advisor")
