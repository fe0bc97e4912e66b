"""What differs from school to school: calendars, status codes, roles, tolerances and templates.

Nothing here is a constant in code (DOMAIN_RULES, preface): the file ``institution.yaml`` holds it, and a value that is
missing is an error that names the field, never a guess.
"""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.grades import GradingPractice
from domain.ids import TermCode
from domain.lms import LmsRole
from domain.populations import Population, Trait
from domain.records import RegistrationStatus
from domain.setting import Setting


class WaitlistPractice(StrEnum):
    """What the LMS shows for a waitlisted student (R54, S67)."""

    EXCLUDE = "exclude"
    OWN_ROLE = "own_role"
    ACTIVE = "active"


class PartOfTerm(Setting):
    """The dates of one part of term; each part has its own census (R33)."""

    code: str = Field(description="Part-of-term code as the SIS gives it; 'full' for the whole term.")
    start_on: date = Field(description="First day of instruction.")
    end_on: date = Field(description="Last day of the part, examinations included.")
    census_on: date = Field(description="Census date: a drop on or before it leaves no record (R48).")
    add_drop_end_on: date = Field(description="Last day to add or drop freely; waitlists end here (R54).")
    withdraw_end_on: date = Field(description="Last day to withdraw with a W (R49).")
    grades_open_on: date = Field(description="First day grades are accepted.")
    grades_close_on: date = Field(description="Last day grades are accepted; the term is live until then (R32).")


class TermCalendar(Setting):
    """The published calendar of one term."""

    term: TermCode = Field(description="Term code.")
    title: str = Field(default="", description="Name of the term as published.")
    published: bool = Field(default=True, description="Whether the schedule of classes is released (R35).")
    parts: tuple[PartOfTerm, ...] = Field(min_length=1, description="The parts of term.")

    def part(self, code: str) -> PartOfTerm | None:
        """Return the part with that code, or None where the calendar does not have it."""
        return next((part for part in self.parts if part.code == code), None)


class DepartmentTemplate(Setting):
    """Where a department's courses go and what they start from (S191, S194)."""

    department: str = Field(description="Department code as the SIS gives it.")
    account: str = Field(description="Sub-account id in the LMS.")
    template_course: str = Field(
        default="", description="SIS id of the LMS course whose content is copied; empty for none."
    )
    publish: bool = Field(default=False, description="Whether a new course is published at once (E8).")


class PreSemesterRules(Setting):
    """When history alone warrants an advisor's look before the first day (S132 to S137)."""

    effective_term: TermCode = Field(description="First term these rules hold for.")
    gpa_below: Decimal = Field(description="Cumulative GPA below which a student is looked at.")
    prior_withdrawals_at_least: int = Field(description="Earlier withdrawals from which a student is looked at.")
    days_before_start: int = Field(
        default=3, description="Days before the first day of class by which an advisor should have looked."
    )


class Institution(Setting):
    """One university's facts, as the rules need them."""

    name: str = Field(description="Name of the institution.")
    time_zone: str = Field(description="IANA time zone in which deadlines end (R114).")
    calendars: tuple[TermCalendar, ...] = Field(description="Published calendars by term.")
    registration_codes: dict[str, RegistrationStatus] = Field(
        default_factory=dict,
        description="SIS registration status codes and what they mean; flags decide where the SIS gives them.",
    )
    lms_platform: str = Field(
        default="canvas", description="Name the SIS uses for this LMS; other names are skipped (R43)."
    )
    waitlist: WaitlistPractice = Field(
        default=WaitlistPractice.EXCLUDE, description="What the LMS shows for waitlisted students."
    )
    auditor_role: LmsRole = Field(default=LmsRole.AUDITOR, description="LMS role of an auditor (R55).")
    login_grace_hours: int = Field(
        default=48, description="Hours a registration waits for a login before it is reported (R7)."
    )
    wrong_role_grace_days: int = Field(
        default=90, description="Days a student may hold a teaching role before removal is proposed (R59)."
    )
    date_tolerance_days: int = Field(
        default=2, description="Days by which LMS dates may differ and be corrected without asking (S249)."
    )
    live_terms_ahead: int = Field(default=2, description="Terms after the current one that are provisioned (R32).")
    temporary_id_patterns: tuple[str, ...] = Field(
        default=(), description="Patterns of test and shared ids that are never provisioned (R8)."
    )
    temporary_id_exceptions: tuple[str, ...] = Field(
        default=(), description="Ids that are provisioned although a pattern matches (R8)."
    )
    departments: tuple[DepartmentTemplate, ...] = Field(default=(), description="Templates by department.")
    default_account: str = Field(default="self", description="Sub-account for departments without a template.")
    pre_semester: tuple[PreSemesterRules, ...] = Field(
        default=(), description="Pre-semester rules, newest effective term wins."
    )
    grading: GradingPractice = Field(
        default_factory=GradingPractice, description="The institution's own grading rules (R76 to R94)."
    )

    populations: dict[str, Population] = Field(
        default_factory=dict,
        description="Tags and cohorts of the SIS and the special population each means (R112); others mean none.",
    )
    traits: dict[str, Trait] = Field(
        default_factory=dict,
        description="Tags of the SIS and the trait each means; traits are shown in numbers only, never by name (E16).",
    )
    programme_hours: dict[str, Decimal] = Field(
        default_factory=dict,
        description="Hours that a programme asks for, by its code, else by student level (R111).",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The institution's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def date_tolerance(self) -> timedelta:
        """The date tolerance as a span."""
        return timedelta(days=self.date_tolerance_days)

    def calendar(self, term: TermCode) -> TermCalendar | None:
        """Return the calendar of a term, or None where none is published."""
        return next((calendar for calendar in self.calendars if calendar.term == term), None)

    def template(self, department: str) -> DepartmentTemplate | None:
        """Return the template of a department, or None."""
        return next((template for template in self.departments if template.department == department), None)
