"""Who may be scored and alerted at all: the guards that come before any probability (R117 to R120, R122 to R126).

Every guard answers from counts and dates alone, and says no where something is not known.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from domain.principals import Role
from domain.setting import Setting

PROTECTED = frozenset(
    {
        "gender",
        "sex",
        "age",
        "age_band",
        "disability",
        "race",
        "ethnicity",
        "religion",
        "nationality",
        "imd_band",
        "region",
    }
)
"""Attributes that are checked for equal treatment and never enter a score (R125)."""


class AlertLimits(Setting):
    """How alerts are bounded; the defaults are those of the field (ALERTS.md section 4)."""

    opening_days: int = Field(default=14, ge=0, description="Days from the first day without any alert (R118).")
    classmates_share: Decimal = Field(
        default=Decimal("0.5"),
        ge=0,
        le=1,
        description="Share of a section that must be active before silence counts (R117).",
    )
    smallest_section: int = Field(default=10, ge=2, description="Students below which nobody is compared (R123).")
    stale_hours: int = Field(default=48, ge=1, description="Age of the LMS feed at which scores freeze (R122).")
    reuse_hours: int = Field(
        default=2, ge=0, description="Hours in which an open alert is updated, not repeated (R121)."
    )
    cool_down_days: int = Field(default=28, ge=0, description="Days between two alerts about a student (R127).")
    most_in_term: int = Field(default=3, ge=1, description="Alerts about one student in one section and term (R127).")
    rise: Decimal | None = Field(
        default=Decimal("0.10"),
        ge=0,
        le=1,
        description="Rise in risk that a repeated alert needs; empty for none (R121).",
    )
    contact_days: int = Field(default=14, ge=0, description="Days of quiet after a person reached the student (R127).")
    good_news_fall: Decimal | None = Field(
        default=Decimal("0.20"),
        ge=0,
        le=1,
        description="Fall in risk since an alert from which good news is drafted; empty for none (R129).",
    )


class AlertStanding(StrEnum):
    """Where a student stands in the section, for alerts."""

    ENROLLED = "enrolled"
    GRADED = "graded"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    AUDITOR = "auditor"
    UNKNOWN = "unknown"


def uses_lms(active: int, enrolled: int, limits: AlertLimits) -> bool:
    """Tell whether a section uses the LMS enough that a student's silence means something (R117)."""
    return enrolled > 0 and Decimal(active) >= limits.classmates_share * enrolled


def is_opening(day: int, limits: AlertLimits) -> bool:
    """Tell whether a section is still in its first days, which raise no alert; day 0 is the first (R118)."""
    return 0 <= day < limits.opening_days


def may_be_alerted(standing: AlertStanding) -> bool:
    """Tell whether a student's standing allows an alert: enrolled and nothing else (R119)."""
    return standing is AlertStanding.ENROLLED


def counts_once(term: str, course: str, *, primary_lecture: bool) -> tuple[str, str] | None:
    """Return the key under which a site counts, term and course; None for a lab or a second site (R120)."""
    return (term, course) if primary_lecture else None


def count_or_unknown(events: int, *, loaded: bool) -> int | None:
    """Return how many events there were, or None where their load is not complete (R122)."""
    return events if loaded else None


def is_stale(last_event_at: datetime | None, now: datetime, limits: AlertLimits) -> bool:
    """Tell whether the LMS feed is so old that scores freeze and no alert is raised; no time at all counts (R122)."""
    return last_event_at is None or now - last_event_at > timedelta(hours=limits.stale_hours)


def may_compare(section_size: int, limits: AlertLimits) -> bool:
    """Tell whether a section is large enough that its students may be set beside each other (R123)."""
    return section_size >= limits.smallest_section


FEWEST_EVENTS = 10


def may_train_on(events: int, students: int, *, finished: bool) -> bool:
    """Tell whether a section may teach a model: finished, and ten events a student or more (R124)."""
    return finished and students > 0 and events >= FEWEST_EVENTS * students


def protected_inputs(names: Iterable[str]) -> frozenset[str]:
    """Return which inputs are protected attributes and must go (R125)."""
    return frozenset(names) & PROTECTED


class ParityFlag(StrEnum):
    """How large a gap between groups is, in the words of the fairness table."""

    NONE = "none"
    NOTE = "note"
    LOOK = "look"
    STOP = "stop"


_PARITY = (
    (Decimal("0.15"), ParityFlag.STOP),
    (Decimal("0.10"), ParityFlag.LOOK),
    (Decimal("0.05"), ParityFlag.NOTE),
)


def parity_flag(gap: Decimal) -> ParityFlag:
    """Grade a gap in missed students between groups at 5, 10 and 15 points (R125)."""
    return next((flag for floor, flag in _PARITY if gap >= floor), ParityFlag.NONE)


_READERS = frozenset({Role.ADVISOR, Role.INSTRUCTOR, Role.REGISTRAR, Role.ADMIN})


def may_see_score(roles: Collection[Role]) -> bool:
    """Tell whether a score may be shown: to those who advise or teach; students see actions, not scores (R126)."""
    return bool(_READERS.intersection(roles))


MODE_VALUES = frozenset({Decimal(0), Decimal(1), Decimal(100)})


def has_changed_mode(marks: Collection[Decimal], earlier_share: Decimal | None) -> bool:
    """Tell whether a column is marked 0, 1 or 100 where earlier runs were not; it must not reach a score (ALERTS.md 3).

    ``earlier_share`` is the share of such marks in the column's history; without a history nothing is said.
    """
    if not marks or earlier_share is None:
        return False
    share = Decimal(sum(mark in MODE_VALUES for mark in marks)) / len(marks)
    return share > Decimal("0.5") and earlier_share < Decimal("0.1")
