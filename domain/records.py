"""What the SIS says: people, terms, sections, registrations and holds, as frozen records.

Status letters differ from school to school, so connectors map them through the institution's table (APIS.md 4.9) and
anything they cannot map arrives as UNKNOWN, never as a guess.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from domain.ids import Crn, SectionKey, SisCourseId, SisPersonId, TermCode


class Record(BaseModel):
    """Base of all records: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the record; ids and hashes are worked out anew, as pydantic would carry those of the original over."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(copied).model_fields.keys():
            del copied.__dict__[name]
        return copied


class RegistrationStatus(StrEnum):
    """Where a registration stands in the SIS; NO_SHOW is a pupil who left on the day of entry and never came (R63)."""

    REGISTERED = "registered"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    CANCELED = "canceled"
    WAITLISTED = "waitlisted"
    NO_SHOW = "no_show"
    UNKNOWN = "unknown"


class GradeMode(StrEnum):
    """How the student is graded in the section; an auditor is one by grade mode (R55)."""

    STANDARD = "standard"
    PASS_FAIL = "pass_fail"  # noqa: S105 a grade mode, not a secret
    AUDIT = "audit"
    UNKNOWN = "unknown"


class SectionStatus(StrEnum):
    """Whether the section is taught."""

    OPEN = "open"
    CLOSED = "closed"
    PENDING = "pending"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class HoldCategory(StrEnum):
    """Which office placed the hold; a hold alone never changes LMS access (R57)."""

    ACADEMIC = "academic"
    ADMINISTRATIVE = "administrative"
    DISCIPLINARY = "disciplinary"
    FINANCIAL = "financial"
    HEALTH = "health"
    UNKNOWN = "unknown"


class PersonName(Record):
    """One name of a person, as given."""

    first: str = ""
    last: str = ""
    full: str = ""


class Person(Record):
    """A person in the SIS: identity, names, sign-in and privacy flag.

    ``prior_sis_ids`` are ids the person had before (R3); ``confidential`` is the directory opt-out (R17); ``login`` is
    None for a new admit who has no account yet (R7).
    """

    sis_id: SisPersonId
    legal_name: PersonName
    preferred_name: PersonName | None = None
    login: str | None = None
    email: str | None = None
    prior_sis_ids: tuple[SisPersonId, ...] = ()
    confidential: bool = False

    @property
    def display_name(self) -> PersonName:
        """The name peers may see: preferred where there is one, else legal (R14)."""
        return self.preferred_name or self.legal_name


class Term(Record):
    """A term as the SIS dates it."""

    code: TermCode
    title: str
    start_on: date
    end_on: date
    registration_open: bool = False


class SectionInstructor(Record):
    """A person who teaches a section; exactly one should be primary."""

    sis_id: SisPersonId
    primary: bool = False
    assistant: bool = False


class Section(Record):
    """One offering of a course in a term.

    ``part`` is the part of term, whose census date counts (R33); ``linked_to`` is the lecture of a lab (R41);
    ``cross_list_group`` the code shared by sections taught together (R39); ``lms`` where the section lives (R43);
    ``published`` tells whether the schedule is released (R35).
    """

    key: SectionKey
    subject: str
    course_number: str
    sequence: str
    title: str
    department: str = ""
    part: str = "full"
    status: SectionStatus = SectionStatus.UNKNOWN
    start_on: date
    end_on: date
    census_on: date | None = None
    cross_list_group: str | None = None
    cross_list_primary: bool = False
    linked_to: Crn | None = None
    lms: str = "canvas"
    published: bool = True
    independent_study: bool = False
    instructors: tuple[SectionInstructor, ...] = ()

    @property
    def own_course_id(self) -> SisCourseId:
        """The LMS course id when the section stands alone, such as ``MATH101-001-202680`` (S182)."""
        return SisCourseId(f"{self.subject}{self.course_number}-{self.sequence}-{self.key.term}")


class Registration(Record):
    """One student's standing in one section.

    ``status_on`` is the date of the present status: for a drop or withdrawal it decides the side of census (R48);
    ``sequence`` and ``modified_at`` order events that arrive out of order (R52). ``last_attended_on`` is known where
    the SIS gives an exit date, which is the first day not attended (R62).
    """

    section: SectionKey
    person: SisPersonId
    status: RegistrationStatus
    status_code: str = ""
    grade_mode: GradeMode = GradeMode.STANDARD
    registered_on: date | None = None
    status_on: date | None = None
    sequence: int = 0
    modified_at: datetime | None = None
    override: bool = False
    last_attended_on: date | None = None
    source_guid: str = ""


class Hold(Record):
    """A hold on a student's record (S128, S129)."""

    person: SisPersonId
    category: HoldCategory
    start_on: date
    end_on: date | None = None


class AcademicHistory(Record):
    """What is known of a student before the term: cumulative GPA and earlier withdrawals (S132, S133)."""

    person: SisPersonId
    gpa: Decimal | None = None
    prior_withdrawals: int | None = None
    advisor: SisPersonId | None = None
