"""Banner's records in plain rows: who people are, what is offered, who is registered and under which code.

Rows carry their Ethos GUID. A section is known by term and CRN together, because CRNs start again every term
(R31). A registration is one row per person and section for ever: leaving and coming back changes its status
and never makes a second row (R51).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from simulator.banner.lots import falls_to

STANDARD, PASS_FAIL, AUDIT = "standard", "passFail", "audit"
"""Grade modes, as `gradingOption.mode` spells them."""
GRADUATE_NUMBER, ELECTS_PASS_FAIL = "500", 0.06
NIL_GUID = "00000000-0000-0000-0000-000000000000"
CAMPUS_NAMESPACE = UUID("6f1d3c52-98b0-5c0e-9a43-2f3f6f0c8e11")


def guid_of(table: str, *key: object) -> str:
    """The GUID of a row: the same table and key always give the same GUID."""
    return str(uuid5(CAMPUS_NAMESPACE, "\x1f".join((table, *map(str, key)))))


class SectionKey(NamedTuple):
    """A section's natural key."""

    term: str
    crn: str


@dataclass(slots=True)
class Person:
    """Anyone Banner knows. `first` is empty for a person with one name; `login` is None until it is issued."""

    guid: str
    banner_id: str
    first: str
    middle: str
    last: str
    email: str
    login: str | None
    born_on: date
    phone: str
    roles: frozenset[str]
    level: str = "UG"
    department: str = ""
    preferred: str | None = None
    former_last: str | None = None
    prior_ids: tuple[tuple[str, date], ...] = ()
    confidential: bool = False

    @property
    def shown_name(self) -> str:
        """The name peers see: preferred first name and family name (R14)."""
        return f"{self.preferred or self.first} {self.last}".strip()

    @property
    def sortable_name(self) -> str:
        """The shown name for lists: family name first."""
        given = self.preferred or self.first
        return f"{self.last}, {given}" if given else self.last


@dataclass(slots=True)
class Department:
    """An academic unit, its subject code and its human name."""

    guid: str
    code: str
    title: str
    subject_guid: str


@dataclass(slots=True)
class Course:
    """A catalogue course."""

    guid: str
    department: Department
    number: str
    title: str
    credits: int

    @property
    def code(self) -> str:
        """Subject and number run together, such as MATH101."""
        return f"{self.department.code}{self.number}"


@dataclass(slots=True)
class Section:
    """One offering. `primary` names the lecture of a linked lab; `platform` the LMS it lives in."""

    guid: str
    key: SectionKey
    part: str
    course: Course
    sequence: str
    method: str
    platform: str
    capacity: int
    waitlist_capacity: int
    status: str = "open"
    primary: SectionKey | None = None
    has_labs: bool = False
    crosslist: str | None = None
    seats_taken: int = 0

    @property
    def title(self) -> str:
        """What the timetable prints."""
        return f"{self.course.title} Lab" if self.primary else self.course.title


@dataclass(slots=True)
class Assignment:
    """An instructor of a section; `ended_on` is set when the assignment was taken back."""

    guid: str
    section: SectionKey
    person: Person
    role: str
    started_on: date
    ended_on: date | None = None


@dataclass(slots=True)
class Crosslist:
    """Sections taught together; the first is the primary one, whose course the group shares."""

    guid: str
    code: str
    sections: tuple[SectionKey, ...]


class StatusCode(NamedTuple):
    """A registration status as the code table defines it; behaviour follows the flags and not the letters."""

    code: str
    title: str
    registered: bool
    reason: str

    @property
    def guid(self) -> str:
        """The GUID of the code."""
        return guid_of("section-registration-statuses", self.code)


STATUS_CODES = {
    code: StatusCode(code, title, registered, reason)
    for code, title, registered, reason in (
        ("RE", "Registered", True, "registered"),
        ("RW", "Web Registered", True, "registered"),
        ("AU", "Audit", True, "registered"),
        ("DD", "Drop by Office", False, "dropped"),
        ("DW", "Web Drop", False, "dropped"),
        ("WD", "Withdrawal, Grade W", False, "withdrawn"),
        ("DC", "Section Cancelled", False, "canceled"),
        ("DN", "Dropped for Non-payment", False, "canceled"),
    )
}


@dataclass(slots=True)
class Registration:
    """A person's standing in a section; the dates may be unknown in migrated records (R50).

    `chosen_mode` is a grade mode chosen through a form; before that, a few undergraduates take courses outside
    their own department as pass or fail.
    """

    guid: str
    person: Person
    section: Section
    code: str
    registered_on: date | None
    status_on: date | None
    audit: bool = False
    override: bool = False
    exported: bool = True
    involved_until: date | None = None
    credit_hours: int = 3
    chosen_mode: str | None = None

    @property
    def status(self) -> StatusCode:
        """The meaning of the code."""
        return STATUS_CODES[self.code]

    @property
    def mode(self) -> str:
        """The grade mode: `audit` for auditors, else the one chosen."""
        if self.audit:
            return AUDIT
        return self.chosen_mode or (PASS_FAIL if self._elects_pass_fail() else STANDARD)

    def _elects_pass_fail(self) -> bool:
        course = self.section.course
        if course.number >= GRADUATE_NUMBER or course.department.code == self.person.department:
            return False
        return falls_to(ELECTS_PASS_FAIL, "pass or fail", self.person.guid, course.code, self.section.key.term)


@dataclass(slots=True)
class WaitlistPlace:
    """A place in a queue for a seat; such a person has no registration in that section."""

    guid: str
    person: Person
    section: Section
    priority: int


@dataclass(slots=True)
class Hold:
    """A hold and its category; `ended_on` None means it stands."""

    guid: str
    person: Person
    category: str
    started_on: date
    ended_on: date | None
    comment: str


class Advising(NamedTuple):
    """An advisor assigned to a student."""

    guid: str
    student: Person
    advisor: Person
    kind: str
    started_on: date


class PastGrade(NamedTuple):
    """One line of a transcript; `grade` is a letter of the scheme, W included."""

    guid: str
    student: Person
    term: str
    course: Course
    grade: str
    scheme: str = "S"


@dataclass(slots=True)
class AcademicRecord:
    """A student's transcript lines from earlier terms, oldest first."""

    student: Person
    grades: list[PastGrade] = field(default_factory=list)
