"""Grades and student records as everything else sees them: what the scope file does not name was never asked for.

A collection out of scope answers as not known: an incomplete reading with a finding, or None (R70, S220).
"""

from collections.abc import Collection, Sequence

from domain.drops import Account, Flags, Progress, Schedule
from domain.grades import GradeOptions, SectionGrading
from domain.ids import RecordHandle, SectionKey, TermCode
from domain.learning import Attendance, PastCourse, Programme, Standing
from domain.learning_ports import StudentRecords, TraitsReader
from domain.populations import Trait
from domain.ports import Fetch
from domain.records import HoldCategory
from domain.scope import DataScope
from tools.scoped import Trimmer


class ScopedRecords:
    """The student records of one system within its scope; fits ``domain.learning_ports.StudentRecords``."""

    def __init__(self, records: StudentRecords, scope: DataScope, system: str) -> None:
        self._records, self._trim = records, Trimmer(scope, system)

    def read_grading(self, section: SectionKey, *, has_scheme: bool | None) -> SectionGrading | None:
        """Return how a section is graded."""
        return self._records.read_grading(section, has_scheme=has_scheme) if self._trim.reads("grades") else None

    def read_grade_options(self, section: SectionKey) -> Fetch[GradeOptions]:
        """Read what may be given to whom in a section, and what is held already."""
        return self._records.read_grade_options(section) if self._trim.reads("grades") else self._trim.nothing("grades")

    def read_schedule(self, person: RecordHandle, section: SectionKey) -> Schedule | None:
        """Return the hours a student carries; registrations are always in scope."""
        return self._records.read_schedule(person, section)

    def read_account(self, person: RecordHandle, section: SectionKey) -> Account | None:
        """Return the charges of a class."""
        return self._records.read_account(person, section) if self._trim.reads("accounts") else None

    def read_progress(self, person: RecordHandle, section: SectionKey) -> Progress | None:
        """Return hours, attempts and withdrawals before this term."""
        return self._records.read_progress(person, section) if self._trim.reads("progress") else None

    def read_flags(self, person: RecordHandle, term: TermCode) -> Flags | None:
        """Return the special populations in scope; a conduct case only where disciplinary holds are (R28)."""
        found = self._records.read_flags(person, term) if self._trim.reads("populations") else None
        if found is None:
            return None
        kept = frozenset(one for one in found.populations if self._trim.keeps("populations", one.value))
        conduct = found.pending_conduct if self._trim.keeps("holds", HoldCategory.DISCIPLINARY.value) else None
        return found.model_copy(update={"populations": kept, "pending_conduct": conduct})

    def read_attendance(self, section: SectionKey) -> Fetch[Attendance]:
        """Read the attendance of a section."""
        reads = self._trim.reads("attendance")
        return self._records.read_attendance(section) if reads else self._trim.nothing("attendance")

    def read_programmes(self, people: Collection[RecordHandle]) -> Fetch[Programme]:
        """Read what students study."""
        if not self._trim.reads("programmes"):
            return self._trim.nothing("programmes")
        return self._trim.rows("programmes", self._records.read_programmes(people))

    def read_past_courses(self, people: Sequence[RecordHandle]) -> Fetch[PastCourse]:
        """Read transcripts."""
        keeps = self._trim.keeps("progress", "past_courses")
        return self._records.read_past_courses(people) if keeps else self._trim.nothing("progress")

    def read_standings(self, people: Collection[RecordHandle], term: TermCode) -> Fetch[Standing]:
        """Read academic standings."""
        keeps = self._trim.keeps("progress", "standing")
        return self._records.read_standings(people, term) if keeps else self._trim.nothing("progress")


class ScopedTraits:
    """Traits of one system within its scope; fits ``domain.learning_ports.TraitsReader``."""

    def __init__(self, traits: TraitsReader, scope: DataScope, system: str) -> None:
        self._traits, self._trim = traits, Trimmer(scope, system)

    def read_members(self, trait: Trait, people: Collection[RecordHandle]) -> Fetch[RecordHandle]:
        """Return who has a trait in scope; one out of scope is not asked for."""
        keeps = self._trim.keeps("traits", trait.value)
        return self._traits.read_members(trait, people) if keeps else self._trim.nothing("traits")
