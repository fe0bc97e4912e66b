"""What holds for every part of term from an effective term on: load, progress, repeats, aid clocks, offices."""

from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from domain.ids import TermCode
from domain.populations import Population
from domain.setting import Setting


class Rounding(StrEnum):
    """How an amount is brought to whole cents."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"

    @property
    def mode(self) -> str:
        """The rounding mode of the decimal module."""
        return ROUND_HALF_UP if self is Rounding.HALF_UP else ROUND_HALF_EVEN


class ConductPractice(StrEnum):
    """What a pending conduct or integrity case does to a drop (R115)."""

    BAR = "bar"
    WARN = "warn"
    IGNORE = "ignore"


class LoadThreshold(Setting):
    """From how many registered hours of the term a student of one level is full-time or half-time (R111)."""

    level: str = Field(description="Student level as the SIS codes it.")
    full_time_hours: Decimal = Field(
        gt=0, description="Registered hours of the term from which a student is full-time."
    )
    half_time_hours: Decimal = Field(
        gt=0, description="Registered hours of the term from which a student is half-time."
    )

    @model_validator(mode="after")
    def _half_is_less(self) -> Self:
        if self.half_time_hours >= self.full_time_hours:
            raise ValueError("half_time_hours must be less than full_time_hours")
        return self


class ProgressStandard(Setting):
    """Satisfactory academic progress for aid: pace and maximum time frame (R111)."""

    pace_percent: Decimal = Field(ge=0, le=100, description="Least share of attempted hours that must be completed.")
    maximum_percent: Decimal = Field(
        ge=100, description="Attempted hours allowed, as a share of the programme's published hours."
    )


class RepeatLimit(Setting):
    """How often a course may be attempted, and how many withdrawals a student may have (R111)."""

    attempts_at_most: int = Field(ge=1, description="Attempts of one course that are allowed.")
    withdrawals_at_most: int | None = Field(
        default=None, ge=0, description="Withdrawals allowed over all studies; empty for no limit."
    )
    withdrawal_is_attempt: bool = Field(description="Whether a W counts as an attempt of the course.")


class AidClock(Setting):
    """The clocks of federal aid; the aid office computes and decides, the system supplies dates (R104 to R108)."""

    office: str = Field(description="Office that decides on the return of aid.")
    attendance_taking: bool = Field(description="Whether the institution must take attendance by rule.")
    break_days_excluded_from: int = Field(
        default=5, ge=1, description="Consecutive days from which a scheduled break is left out of the count."
    )
    earned_percent: Decimal = Field(
        default=Decimal(60), gt=0, le=100, description="Share of the period after which all aid is earned."
    )
    determination_days: int = Field(
        default=14, ge=0, description="Days from the last engagement to the determination, where attendance is taken."
    )
    return_days: int = Field(default=45, ge=0, description="Days from the determination until aid is returned (R107).")
    report_days: int = Field(
        default=60, ge=0, description="Days from the determination until the change is reported (R108)."
    )


class SpecialPopulation(Setting):
    """Which office a student of one population sees first (R112); rows are asked in their order."""

    population: Population = Field(description="international, athlete, veteran or scholarship.")
    office: str = Field(description="Office that is asked before anything happens.")
    below_full_time_only: bool = Field(
        default=False, description="Whether the office is asked only where the drop leaves less than full time."
    )


class LastClassRule(Setting):
    """What happens to the last class of a term: a different process (R113)."""

    process: str = Field(description="Name of the term-withdrawal process as students know it.")
    office: str = Field(description="Office that runs it.")


class AttendancePractice(Setting):
    """Whether engagement may be used as attendance, and who agreed (R101)."""

    office: str = Field(description="Compliance office that must agree first.")
    confirmed_on: date | None = Field(
        default=None, description="Day the office agreed to use engagement as attendance; empty for not yet."
    )


class GradeMarks(Setting):
    """Which final marks show that a class was passed, and which that it was not (R103); any other proves neither."""

    passing: tuple[str, ...] = Field(min_length=1, description="Marks of a class that was passed.")
    failing: tuple[str, ...] = Field(min_length=1, description="Marks of a class that was not passed.")


class Prerequisite(Setting):
    """What a course needs before it or, where ``together``, beside it (R111)."""

    course: str = Field(description="The course that needs another, as the SIS names it, such as MATH 201.")
    any_of: tuple[str, ...] = Field(min_length=1, description="Courses of which one is enough.")
    together: bool = Field(default=False, description="Whether it is taken in the same term instead of before.")


class Reinstatement(Setting):
    """Until when a registered drop can be undone at the registrar's."""

    office: str = Field(description="Office that reinstates.")
    days: int = Field(ge=0, description="Days after the day of the drop, which end at local 23:59:59 (R114).")


class Standards(Setting):
    """One set of standing rules; the newest whose effective term is not after the term holds."""

    row: str = Field(description="Name of this set, shown beside every figure that rests on it.")
    effective_term: TermCode = Field(description="First term this set holds for.")
    load: tuple[LoadThreshold, ...] = Field(min_length=1, description="Load thresholds by student level.")
    progress: ProgressStandard = Field(description="Satisfactory academic progress.")
    repeats: RepeatLimit = Field(description="Repeat and withdrawal limits.")
    aid: AidClock = Field(description="Federal aid clocks.")
    populations: tuple[SpecialPopulation, ...] = Field(default=(), description="Offices that come first.")
    last_class: LastClassRule = Field(description="The last class of a term.")
    pending_conduct: ConductPractice = Field(description="What a pending case does: bar, warn or ignore (R115).")
    attendance: AttendancePractice = Field(description="Engagement as attendance.")
    marks: GradeMarks = Field(description="Passing and failing marks.")
    reinstatement: Reinstatement = Field(description="Undoing a registered drop.")
    records_office: str = Field(description="Office that decides whatever the tables do not.")

    def threshold(self, level: str) -> LoadThreshold | None:
        """Return the load threshold of a level, or None where the table has none."""
        return next((row for row in self.load if row.level == level), None)
