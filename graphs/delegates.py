"""Delegates stand to a section as its instructors do, because the registrar named them to grade it (R92)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from domain.ids import SectionKey, SisPersonId
from domain.ports import Fetch, IdentityResolver, RelationshipReader, SisReader
from domain.records import Registration, Section
from store.grading import Attestations


@dataclass(frozen=True)
class WithDelegates:
    """Relationships as the SIS has them, with the sections that a delegate grades; fits ``RelationshipReader``."""

    reader: RelationshipReader
    sis: SisReader
    identities: IdentityResolver
    named: Attestations

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        """Return the students whose advisor this person is today."""
        return self.reader.read_advisees(advisor)

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        """Return who advises the student today."""
        return self.reader.read_advisors(student)

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        """Return the sections this person teaches, assists in or grades as a delegate."""
        taught = self.reader.read_taught(instructor, ended_after)
        keys = self.named.sections_of(self.identities.handles([instructor])[instructor])
        more = [section for key in keys if (section := self.sis.read_section(key)) and section.end_on > ended_after]
        known = {section.key for section in taught.rows}
        rows = (*taught.rows, *(section for section in more if section.key not in known))
        return taught.model_copy(update={"rows": rows, "expected": None})

    def read_roster(self, section: SectionKey) -> Fetch[Registration]:
        """Return the registrations of one section."""
        return self.reader.read_roster(section)

    def read_department(self, department: str, ended_after: date) -> Fetch[Registration]:
        """Return the registrations in the department's sections that end after the day."""
        return self.reader.read_department(department, ended_after)

    def read_confidential(self, people: Collection[SisPersonId]) -> Fetch[SisPersonId]:
        """Return those of ``people`` who opted out of the directory (R17)."""
        return self.reader.read_confidential(people)
