"""How people stand to each other, read through any connector of a student information system (R21).

This asks for whole collections and picks; a connector that can be asked about one person does better and overrides.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from domain.ids import SectionKey, SisPersonId
from domain.ports import Clock, Fetch, SisReader, T
from domain.records import AcademicHistory, Person, Registration, Section, Term

_ONE_BY_ONE = 25
"""Up to so many people are read one by one rather than everybody at once."""


class SisRelationships:
    """Relationships over the reads that every SIS has; fits ``domain.ports.RelationshipReader``."""

    def __init__(self, sis: SisReader, clock: Clock) -> None:
        self._sis, self._clock = sis, clock

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        """Return the students whose advisor this person is."""
        found = self._sis.read_histories()
        return _as(found, [row.person for row in found.rows if row.advisor == advisor])

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        """Return the student's advisor."""
        found: Fetch[AcademicHistory] = self._sis.read_histories()
        return _as(found, [row.advisor for row in found.rows if row.person == student and row.advisor])

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        """Return the sections this person teaches or assists in that end after the day."""
        found = self._sections(ended_after)
        return _as(found, [row for row in found.rows if instructor in {one.sis_id for one in row.instructors}])

    def read_roster(self, section: SectionKey) -> Fetch[Registration]:
        """Return the registrations of one section."""
        return self._sis.read_section_registrations(section)

    def read_department(self, department: str, ended_after: date) -> Fetch[Registration]:
        """Return the registrations in the department's sections that end after the day."""
        sections = self._sections(ended_after)
        keys = {row.key for row in sections.rows if row.department == department}
        reads = [self._sis.read_registrations(term) for term in sorted({key.term for key in keys})]
        rows = [row for read in reads for row in read.rows if row.section in keys]
        return _as(sections, rows, complete=sections.complete and all(read.complete for read in reads))

    def read_confidential(self, people: Collection[SisPersonId]) -> Fetch[SisPersonId]:
        """Return those who opted out of the directory; not whole where somebody is unknown or the SIS cannot say."""
        can_say = "people.confidential" in self._sis.capabilities().reads
        found = self._named(people)
        known = {row.sis_id: row for row in found.rows}
        whole = can_say and found.complete and known.keys() >= set(people)
        return _as(found, [who for who in people if who in known and known[who].confidential], complete=whole)

    def _named(self, people: Collection[SisPersonId]) -> Fetch[Person]:
        if len(people) > _ONE_BY_ONE:
            return self._sis.read_people()
        rows = tuple(found for who in people if (found := self._sis.read_person(who)))
        source = self._sis.capabilities().system
        return Fetch(source=source, rows=rows, complete=True, read_at=self._clock.now())

    def _sections(self, ended_after: date) -> Fetch[Section]:
        terms = self._sis.read_terms()
        reads = [self._sis.read_sections(term.code) for term in terms.rows if _still_counts(term, ended_after)]
        rows = [row for read in reads for row in read.rows if row.end_on > ended_after]
        return _as(terms, rows, complete=terms.complete and all(read.complete for read in reads))


def _still_counts(term: Term, ended_after: date) -> bool:
    return term.end_on > ended_after


def _as(found: Fetch[Any], rows: Iterable[T], *, complete: bool | None = None) -> Fetch[T]:
    """Return other rows with the source and the moment of a read."""
    whole = found.complete if complete is None else complete
    return Fetch(source=found.source, rows=tuple(rows), complete=whole, read_at=found.read_at)
