"""Grades on their way from an LMS gradebook to the SIS: options, rows, the attested sheet, receipts.

A final grade passes three states in the SIS (E2): entered on the roster, rolled to academic history, and from then on
changed only by a change of grade. People are named by record handle; scores are percent in Decimal.
"""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from pydantic import Field

from domain.changes import Tier
from domain.ids import RecordHandle, RuleId, SectionKey
from domain.records import GradeMode, Record, RegistrationStatus
from domain.setting import Setting


class GradeColumn(StrEnum):
    """Which column of the SIS a grade is for; an interim grade is never final (R94)."""

    INTERIM = "interim"
    FINAL = "final"
    UNKNOWN = "unknown"


class GradeStage(StrEnum):
    """How far a student's final grade has come in the SIS (E2)."""

    NOT_ENTERED = "not_entered"
    ENTERED = "entered"
    ROLLED = "rolled"
    CHANGE_OF_GRADE = "change_of_grade"
    UNKNOWN = "unknown"


class GradeMeaning(StrEnum):
    """What a letter says, as the SIS defines it; letters themselves differ from school to school."""

    PASSING = "passing"
    FAILING = "failing"
    INCOMPLETE = "incomplete"
    WITHDRAWN = "withdrawn"
    AUDIT = "audit"
    NO_GRADE = "no_grade"
    UNKNOWN = "unknown"


class ScoreSource(StrEnum):
    """Which number of the LMS, or whose word, a letter rests on (R85)."""

    OVERRIDE = "override"
    FINAL = "final"
    CURRENT = "current"
    INSTRUCTOR = "instructor"
    NONE = "none"
    UNKNOWN = "unknown"


class LegalGrade(Record):
    """One letter that the SIS accepts for one student (R76).

    ``needs_engagement`` tells whether the last date of academic engagement goes with it; None where the SIS does not
    say, and then a failing letter needs it (R84).
    """

    letter: str = Field(min_length=1)
    meaning: GradeMeaning
    needs_engagement: bool | None = None


class GradeOptions(Record):
    """What the SIS says of one student in one section: registration, mode, legal letters, and the grades it holds.

    ``gradable`` is None where the SIS does not say; an unknown is held, never taken for yes.
    """

    section: SectionKey
    person: RecordHandle
    status: RegistrationStatus
    mode: GradeMode
    gradable: bool | None = None
    grades: tuple[LegalGrade, ...] = ()
    stage: GradeStage
    final_letter: str | None = None
    interim_letter: str | None = None

    def find(self, letter: str) -> LegalGrade | None:
        """Return the legal grade with that letter, or None."""
        return next((grade for grade in self.grades if grade.letter == letter), None)

    def held_in(self, column: GradeColumn) -> str | None:
        """Return the letter that the SIS already holds in a column."""
        return self.interim_letter if column is GradeColumn.INTERIM else self.final_letter


class GradebookRow(Record):
    """One student's course grade in the LMS; what the LMS does not give is None.

    ``current`` leaves ungraded work out, ``final`` counts it as zero; the ``unposted`` pair also counts marks that
    students do not see yet (R85, R86).
    """

    section: SectionKey
    person: RecordHandle
    current_score: Decimal | None = None
    current_letter: str | None = None
    final_score: Decimal | None = None
    final_letter: str | None = None
    override_score: Decimal | None = None
    override_letter: str | None = None
    unposted_current_score: Decimal | None = None
    unposted_final_score: Decimal | None = None

    @property
    def graded(self) -> bool:
        """Whether the LMS holds any course grade for the student; none is not zero (R89)."""
        kept = (self.current_score, self.override_score, self.current_letter, self.override_letter)
        return any(value is not None for value in kept)


class InstructorEntry(Record):
    """What only the instructor can say of a student: a letter of their own, an incomplete's terms, engagement.

    ``never_attended`` and ``last_engagement_on`` exclude one another (APIS.md 4.8).
    """

    person: RecordHandle
    letter: str | None = None
    incomplete_default: str | None = None
    extension_on: date | None = None
    last_engagement_on: date | None = None
    never_attended: bool = False


class SectionGrading(Record):
    """How a section is graded and by whom.

    ``modes`` the SIS allows; ``has_scheme`` whether the LMS course derives letters (R87), None when not read;
    ``instructors`` of record and ``delegates`` named by the registrar (R92); ``secondary_grading`` gives the grading of
    a lecture to its secondary sections, ``secondary`` tells whether this is one of those (R91).
    """

    section: SectionKey
    modes: frozenset[GradeMode]
    has_scheme: bool | None
    start_on: date
    end_on: date
    part: str = "full"
    instructors: frozenset[RecordHandle] = frozenset()
    delegates: frozenset[RecordHandle] = frozenset()
    secondary_grading: bool = False
    secondary: bool = False

    @property
    def graders(self) -> frozenset[RecordHandle]:
        """Everyone who may submit grades, and whom receipts are told to (R92, R95)."""
        return self.instructors | self.delegates


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    def falls_on(self, day: date) -> bool:
        """Tell whether a date is this day of the week."""
        return tuple(Weekday)[day.weekday()] is self


class InterimWindow(Setting):
    """When interim grades of a part of term are taken; after the freeze they stay as they are (R94)."""

    part: str = Field(description="Part-of-term code.")
    open_on: date = Field(description="First day interim grades are accepted.")
    freeze_on: date = Field(description="Last day interim grades are accepted.")


class GradingPractice(Setting):
    """The institution's own grading rules; a missing value holds the grade it is needed for."""

    pass_from: Decimal | None = Field(default=None, description="Lowest percent that passes under pass/fail (R78).")
    pass_letter: str = Field(default="P", description="Letter of a pass under pass/fail.")
    fail_letter: str = Field(default="NP", description="Letter of a fail under pass/fail.")
    ungraded_is_zero: bool | None = Field(default=None, description="Whether ungraded work counts as zero (R85).")
    score_tolerance: Decimal = Field(default=Decimal("0.01"), description="Percent points that count as rounding.")
    highest_score: Decimal = Field(default=Decimal(120), description="Highest percent taken as plausible.")
    forbidden_defaults: tuple[str, ...] = Field(
        default=("N", "CR"), description="Letters that an incomplete may not lapse to (R81)."
    )
    extension_days: int = Field(default=365, description="Most days after the section ends for an incomplete (R81).")
    interim: tuple[InterimWindow, ...] = Field(default=(), description="Windows of interim grades (R94).")
    interim_day: Weekday = Field(
        default=Weekday.MONDAY, description="Day on which interim grades are looked at while their window is open."
    )
    asked_below: Decimal = Field(
        default=Decimal(40), description="Percent below which much activity is asked about before submission (S87)."
    )
    asked_from: Decimal = Field(
        default=Decimal(85), description="Percent from which little activity is asked about before submission (S87)."
    )
    regrade_hours: int = Field(
        default=48, ge=0, description="Hours after posting in which a grader may change a mark without a reason."
    )
    hold_hours: int = Field(
        default=24, ge=1, description="Hours after which an unanswered hold is put before the registrar (S98)."
    )
    recheck_days: int = Field(
        default=21, ge=0, description="Days in which a carried final grade is compared with the SIS each night (R96)."
    )

    def interim_window(self, part: str) -> InterimWindow | None:
        """Return the interim window of a part of term, or None where there is none."""
        return next((window for window in self.interim if window.part == part), None)


class BlockKind(StrEnum):
    """What a hard rule does: hold one line, leave a student out and list them, or stop the whole section."""

    HELD = "held"
    LEFT_OUT = "left_out"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class GradeBlock(Record):
    """Why a grade does not go: the rule, what was seen and what to do; no names, and no letters of others."""

    rule: RuleId
    kind: BlockKind
    tier: Tier
    reason: str
    fix: str


class GradeSheetLine(Record):
    """One grade that may go to the SIS once attested."""

    section: SectionKey
    person: RecordHandle
    column: GradeColumn
    letter: str
    score: Decimal | None
    source: ScoreSource
    incomplete_default: str | None = None
    extension_on: date | None = None
    last_engagement_on: date | None = None
    never_attended: bool = False

    @cached_property
    def version(self) -> str:
        """Hash of what would be sent; the same version sent twice changes nothing (R96)."""
        return content_hash(self.model_dump(mode="json", exclude={"score", "source"}))


class Attestation(Record):
    """The instructor's word on one sheet, bound to its hash; a changed sheet needs a new one (R92)."""

    sheet_hash: str
    attested_by: RecordHandle
    attested_at: datetime


class ReceiptOutcome(StrEnum):
    """What the SIS did with one grade (R95)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOCKED = "locked"
    UNKNOWN = "unknown"


class GradeReceipt(Record):
    """The SIS's answer for one student; ``version`` is that of the line sent, ``code`` the SIS's own return code."""

    section: SectionKey
    person: RecordHandle
    column: GradeColumn
    version: str
    outcome: ReceiptOutcome
    code: str = ""
    message: str = ""
    received_at: datetime


class MarkChange(Record):
    """One change of a mark in the LMS's grade-change log.

    ``posted_at`` is when students first saw the mark. ``automatic`` says that the LMS itself graded, as when a quiz is
    counted anew; ``changed_by`` is None then, and for a person outside the course.
    """

    person: RecordHandle
    column: str
    before: Decimal | None
    after: Decimal | None
    changed_at: datetime
    changed_by: RecordHandle | None
    automatic: bool = False
    posted_at: datetime | None = None
    reason: str = ""


class LateChange(Record):
    """A change of a posted mark that must be explained before it reaches the record."""

    change: MarkChange
    why: str


class MarkHold(Record):
    """A mark kept for a person's look: what was expected, what was seen, the likeliest cause (S86, S88).

    ``expected`` is the middle of what the column and the student's earlier marks let expect; ``likelier`` the mark that
    the cause would come from; ``chance`` that the mark is wrong; ``spreads`` its distance from the column's median.
    """

    person: RecordHandle
    column: str
    seen: Decimal
    expected: int
    likelier: int
    cause: str
    chance: Decimal
    spreads: Decimal

    @cached_property
    def id(self) -> str:
        """Name of the hold: the same mark in the same column again is the same hold, so a release lasts."""
        return content_hash([self.person, self.column, str(self.seen)])[:16]

    @property
    def reason(self) -> str:
        """The hold in one sentence."""
        return (
            f"{self.column}: {self.seen} was entered, about {self.expected} was expected; "
            f"likeliest {self.likelier} with {self.cause}."
        )


def content_hash(content: object) -> str:
    """Return the SHA-256 of plain content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
