"""The openings to what happens in a class and around it: work, marks, activity, grade options, accounts, attendance.

Beside ``domain.ports``, whose readers bring rosters. Everything here speaks record handles. A reading that is not
complete says so, and a connector without a capability answers incomplete with a finding, never empty (R70).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.drops import Account, Flags, Progress, Schedule
from domain.engagement import EngagementRead
from domain.grades import GradebookRow, GradeOptions, MarkChange, SectionGrading
from domain.ids import RecordHandle, SectionKey, TermCode
from domain.learning import (
    ActivityDay,
    Assignment,
    Attendance,
    Contribution,
    HeldSeat,
    LastAccess,
    PastCourse,
    Programme,
    Resource,
    ResourceUse,
    Standing,
    Submission,
)
from domain.populations import Trait
from domain.ports import Fetch


class LearningReader(Protocol):
    """Reads the work and the activity of classes in the LMS; ``since`` narrows to what changed from then on."""

    def read_assignments(self, section: SectionKey) -> Fetch[Assignment]: ...
    def read_submissions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Submission]: ...
    def read_contributions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Contribution]: ...
    def read_activity(self, section: SectionKey, since: datetime | None = None) -> Fetch[ActivityDay]: ...
    def read_last_access(self, section: SectionKey) -> Fetch[LastAccess]: ...
    def read_engagement(self, section: SectionKey, person: RecordHandle) -> EngagementRead:
        """Return one student's events in a class, which of them count being for the rules to say (R99)."""
        ...


class GradebookReader(Protocol):
    """Reads course grades in the LMS and what became of them."""

    def read_gradebook(self, section: SectionKey) -> Fetch[GradebookRow]: ...
    def read_mark_changes(self, section: SectionKey) -> Fetch[MarkChange]: ...
    def has_scheme(self, section: SectionKey) -> bool | None:
        """Tell whether the class derives letters from scores (R87); None where it could not be read."""
        ...


class ResourceReader(Protocol):
    """Reads what a class offers and how it is used; ``person`` narrows to one student."""

    def read_resources(self, section: SectionKey) -> Fetch[Resource]: ...
    def read_uses(self, section: SectionKey, person: RecordHandle | None = None) -> Fetch[ResourceUse]: ...


class GradingReader(Protocol):
    """Reads from the SIS how a section is graded and what may be given to whom (R76 to R84)."""

    def read_grading(self, section: SectionKey, *, has_scheme: bool | None) -> SectionGrading | None: ...
    def read_grade_options(self, section: SectionKey) -> Fetch[GradeOptions]: ...


class StudentFileReader(Protocol):
    """Reads from the SIS what a drop would touch; None is not known, and never nothing."""

    def read_schedule(self, person: RecordHandle, section: SectionKey) -> Schedule | None: ...
    def read_account(self, person: RecordHandle, section: SectionKey) -> Account | None: ...
    def read_progress(self, person: RecordHandle, section: SectionKey) -> Progress | None: ...
    def read_flags(self, person: RecordHandle, term: TermCode) -> Flags | None: ...


class AttendanceReader(Protocol):
    """Reads attendance as the SIS keeps it; many sections keep none, which is no absence."""

    def read_attendance(self, section: SectionKey) -> Fetch[Attendance]: ...


class StudiesReader(Protocol):
    """Reads what students study and have studied."""

    def read_programmes(self, people: Collection[RecordHandle]) -> Fetch[Programme]: ...
    def read_past_courses(self, people: Sequence[RecordHandle]) -> Fetch[PastCourse]: ...
    def read_standings(self, people: Collection[RecordHandle], term: TermCode) -> Fetch[Standing]: ...


class SeatsReader(Protocol):
    """Reads from the SIS which classes one student is or was registered in."""

    def read_seats(self, person: RecordHandle) -> Fetch[HeldSeat]: ...


class TraitsReader(Protocol):
    """Reads from the SIS who has a trait that is shown in numbers only; the answer goes to the door to numbers."""

    def read_members(self, trait: Trait, people: Collection[RecordHandle]) -> Fetch[RecordHandle]: ...


class Classroom(LearningReader, GradebookReader, ResourceReader, Protocol):
    """All that the LMS is asked about classes, as one connector answers it."""


class StudentRecords(GradingReader, StudentFileReader, AttendanceReader, StudiesReader, Protocol):
    """All that the SIS is asked beyond rosters, as one connector answers it."""
