"""The rows a Canvas holds, with Canvas's own states, kept small because a campus has a hundred thousand of them.

`created_by` ("sis", "api", "hand") is the simulator's own knowledge and never goes on the wire; what the wire shows
of it is `sis_import_id`. `stuck` names the fields that a person edited, which later SIS rows leave alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

NOTHING_STUCK: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Row:
    """What every table shares: the integer id, a state, dates, and where the row came from."""

    id: int
    workflow_state: str
    created_at: datetime
    updated_at: datetime
    created_by: str = "hand"
    sis_import_id: int | None = None
    stuck: frozenset[str] = NOTHING_STUCK

    def duplicate(self) -> Self:
        """Return an independent copy, so that a twin campus can diverge."""
        twin = object.__new__(type(self))
        for column in self.__dataclass_fields__:
            setattr(twin, column, getattr(self, column))
        return twin


@dataclass(slots=True, kw_only=True)
class Account(Row):
    """An account or sub-account; states: active, deleted."""

    name: str
    parent_id: int | None = None
    sis_account_id: str | None = None
    integration_id: str | None = None


@dataclass(slots=True, kw_only=True)
class Term(Row):
    """An enrolment term; states: active, deleted. `overrides` maps an enrolment type to its (start, end)."""

    name: str
    sis_term_id: str | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    overrides: dict[str, tuple[datetime | None, datetime | None]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Role(Row):
    """A role: a built-in one named after its base type, or a custom one such as Auditor; states: active, inactive."""

    name: str
    base_type: str


@dataclass(slots=True, kw_only=True)
class Login(Row):
    """One way a user signs in, and the place of the SIS id; states: active, suspended, deleted."""

    user_id: int
    unique_id: str
    sis_user_id: str | None = None
    integration_id: str | None = None


@dataclass(slots=True, kw_only=True)
class User(Row):
    """A person's account; states: registered, pre_registered, deleted. `merged_into` survives a merge."""

    name: str
    sortable_name: str
    short_name: str
    email: str | None = None
    login_ids: tuple[int, ...] = ()
    merged_into: int | None = None
    time_zone: str | None = None
    last_login: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Course(Row):
    """A course; states: claimed (shown as unpublished), available, completed, deleted."""

    name: str
    course_code: str
    account_id: int
    term_id: int
    sis_course_id: str | None = None
    integration_id: str | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    restrict_dates: bool = False
    course_format: str | None = None
    template: bool = False
    content: tuple[str, ...] = ()
    default_section_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Section(Row):
    """A section; states: active, deleted. `nonxlist_course_id` is the home course while it is cross-listed."""

    name: str
    course_id: int
    sis_section_id: str | None = None
    integration_id: str | None = None
    nonxlist_course_id: int | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    restrict_dates: bool = False


@dataclass(slots=True, kw_only=True)
class Enrollment(Row):
    """A person in a section; states: active, invited, creation_pending, completed, inactive, deleted, rejected."""

    user_id: int
    course_id: int
    section_id: int
    type: str
    role_id: int
    associated_user_id: int | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    completed_at: datetime | None = None
    limit_privileges: bool = False
    last_activity_at: datetime | None = None
    last_attended_at: datetime | None = None
    total_activity_time: int = 0
    current_score: float | None = None
    final_score: float | None = None
