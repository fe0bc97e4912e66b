"""Grades of a running term in plain rows: what was entered for a registration, and what became of it when rolled.

A final grade passes three states (E2): entered on the registration, rolled to academic history, and changed by
an adjustment with its reason. Rows exist only for registrations that somebody graded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from simulator.banner.letters import Letter
from simulator.banner.tables import Registration, guid_of
from simulator.banner.wire import Json, reference

MIDTERM, FINAL = "MID", "FINAL"
GRADE_TYPES = {MIDTERM: "Midterm Grade", FINAL: "Final Grade"}
CHANGE_REASONS = {
    "IC": "Incomplete Completed",
    "CE": "Computational Error",
    "DE": "Data Entry Error",
    "AP": "Grade Appeal",
}
UNVERIFIED, TRANSCRIPT = "student-unverified-grades", "student-transcript-grades"


def grade_type_guid(code: str) -> str:
    """The GUID of a grade type."""
    return guid_of("section-grade-types", code)


def reason_guid(code: str) -> str:
    """The GUID of a reason for changing a grade."""
    return guid_of("grade-change-reasons", code)


def entry_guid(registration: str) -> str:
    """The GUID of a registration's unverified grades; there is one record per registration."""
    return guid_of(UNVERIFIED, registration)


class Incomplete(NamedTuple):
    """What an incomplete turns into after the extension date (R81)."""

    lapses_to: Letter
    extension_on: date

    def to_json(self) -> Json:
        """The terms on the wire."""
        return {"finalGrade": reference(self.lapses_to.guid), "extensionDate": self.extension_on.isoformat()}


class Mark(NamedTuple):
    """A letter entered in one column; the day is unknown for a W that was migrated without dates."""

    letter: Letter
    submitted_on: date | None


@dataclass(slots=True)
class GradeEntry:
    """The unverified grades of a registration; last attendance is a date, never attended, or not said."""

    registration: Registration
    marks: dict[str, Mark] = field(default_factory=dict)
    incomplete: Incomplete | None = None
    attended_until: date | None = None
    never_attended: bool = False
    rolled: bool = False

    @property
    def guid(self) -> str:
        """The record's GUID."""
        return entry_guid(self.registration.guid)


class GradeStep(NamedTuple):
    """A grade that stood or stands in academic history; the first one has no reason."""

    letter: Letter
    on: date
    reason: str | None = None


@dataclass(slots=True)
class RolledGrade:
    """What is known of a transcript line beyond its letter: where it came from, and every grade it had."""

    student: str
    section: str | None
    unverified: str | None
    steps: list[GradeStep]
    incomplete: Incomplete | None = None

    @property
    def recorded_on(self) -> date:
        """When the present grade was recorded."""
        return self.steps[-1].on
