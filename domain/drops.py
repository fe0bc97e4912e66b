"""What is known of a drop and of the student who asks for it, as frozen records.

Every group names the system it was read from and when. A group that is None was not read: a question to a person,
never a zero (R122, E20).
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from domain.engagement import EngagementRead
from domain.ids import RecordHandle, SectionKey
from domain.populations import Population
from domain.records import Record, RegistrationStatus


class Source(Record):
    """The system a group of facts was read from, and when."""

    system: str
    read_at: AwareDatetime

    def __str__(self) -> str:
        """Return the form that stands beside a figure."""
        return f"{self.system}, read {self.read_at.isoformat()}"


class DropKind(StrEnum):
    """Whether the student asks what a drop would do, or the SIS has registered it (S111)."""

    REQUESTED = "requested"
    REGISTERED = "registered"


class Drop(Record):
    """One student leaving one section.

    ``part`` is the part of term and ``code`` the SIS registration code; ``at`` is when the student asked or the SIS
    registered the drop, None where the SIS gives no date (R50). ``census_on`` is the section's own census where the SIS
    gives one (R33); ``sequence`` orders registration events (R52).
    """

    kind: DropKind
    person: RecordHandle
    section: SectionKey
    course: str
    part: str
    code: str
    at: AwareDatetime | None
    status: RegistrationStatus = RegistrationStatus.DROPPED
    census_on: date | None = None
    sequence: int = 0
    source: Source


class HeldClass(Record):
    """Another class the student is registered in for the same term."""

    section: SectionKey
    course: str
    part: str
    hours: Decimal = Field(ge=0)


class Schedule(Record):
    """The student's level, the hours of the class in question, and the other classes still held in the term."""

    level: str
    hours: Decimal = Field(ge=0)
    others: tuple[HeldClass, ...]
    source: Source

    @property
    def hours_after(self) -> Decimal:
        """Hours that remain once the class is gone."""
        return sum((held.hours for held in self.others), Decimal(0))

    @property
    def hours_before(self) -> Decimal:
        """Hours with the class."""
        return self.hours_after + self.hours


class ChargeKind(StrEnum):
    """Whether a charge follows the tuition or the fee column of a refund row."""

    TUITION = "tuition"
    FEE = "fee"


class Charge(Record):
    """One charge of the class; ``waived`` is what the institution does not ask for, so it is never credited."""

    code: str
    kind: ChargeKind
    amount: Decimal = Field(ge=0)
    waived: Decimal = Field(default=Decimal(0), ge=0)


class Account(Record):
    """The charges of the class; empty where there are none, which is not the same as not read."""

    charges: tuple[Charge, ...]
    source: Source


class Progress(Record):
    """Hours over all studies before this term's class, earlier attempts of the course, and earlier withdrawals."""

    attempted: Decimal = Field(ge=0)
    completed: Decimal = Field(ge=0)
    programme_hours: Decimal = Field(gt=0)
    earlier_attempts: int = Field(ge=0)
    withdrawals: int = Field(ge=0)
    passed: frozenset[str] = frozenset()
    source: Source


class Requirement(Record):
    """A class that needs one of several courses, passed before or, where ``together``, taken in the same term."""

    course: str
    any_of: frozenset[str] = Field(min_length=1)
    together: bool = False


class Requirements(Record):
    """The prerequisites of what the student is registered for or plans, and which courses these are."""

    rows: tuple[Requirement, ...]
    planned: tuple[str, ...]
    source: Source


class Flags(Record):
    """What other offices have said; None is not known.

    ``intends_return`` is a written wish to attend a later part of the term (R106), ``expected_back`` whether the
    student is expected in the next term that must be attended (R109).
    """

    populations: frozenset[Population]
    pending_conduct: bool | None
    federal_aid: bool | None
    intends_return: bool | None = None
    expected_back: bool | None = None
    source: Source


class CourseWork(Record):
    """Work in the LMS: how much was handed in, and the current score in percent, None where nothing is graded."""

    submitted: int = Field(ge=0)
    score: Decimal | None
    source: Source


class DropFacts(Record):
    """Everything an impact statement may rest on; None is unknown."""

    drop: Drop
    registered_again_sequence: int | None = None
    schedule: Schedule | None = None
    account: Account | None = None
    progress: Progress | None = None
    requirements: Requirements | None = None
    flags: Flags | None = None
    engagement: EngagementRead | None = None
    work: CourseWork | None = None

    @model_validator(mode="after")
    def _class_is_not_among_the_others(self) -> Self:
        if self.schedule and any(held.section == self.drop.section for held in self.schedule.others):
            raise ValueError("the class that is dropped stands among the classes still held")
        return self
