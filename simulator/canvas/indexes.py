"""Where each row is found by its natural key, so that a page of a campus is served in milliseconds.

Uniqueness here is Canvas's: an SIS id stays taken by a deleted row, a login name only by a living one.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from typing import TypeAlias

from simulator.canvas.rows import Account, Course, Enrollment, Login, Row, Section, Term

EnrollmentKey: TypeAlias = tuple[int, int, str, int, int | None]

INDEXED: dict[type[Row], frozenset[str]] = {
    Account: frozenset({"sis_account_id"}),
    Term: frozenset({"sis_term_id"}),
    Course: frozenset({"sis_course_id", "integration_id"}),
    Section: frozenset({"sis_section_id", "integration_id", "course_id"}),
    Login: frozenset({"sis_user_id", "integration_id", "unique_id", "workflow_state", "user_id"}),
    Enrollment: frozenset({"user_id", "section_id", "type", "role_id", "associated_user_id"}),
}
"""The fields whose change moves a row in an index."""

SIS_FIELDS: dict[type[Row], str] = {
    Account: "sis_account_id",
    Term: "sis_term_id",
    Course: "sis_course_id",
    Section: "sis_section_id",
    Login: "sis_user_id",
}
"""The field that carries the SIS id of a table."""


def enrollment_key(row: Enrollment) -> EnrollmentKey:
    """Return what makes an enrolment the same one: person, section, type, role and observed student."""
    return (row.user_id, row.section_id, row.type, row.role_id, row.associated_user_id)


class Indexes:
    """All lookup tables of one state; `add` and `remove` keep them true to the rows."""

    def __init__(self) -> None:
        """Start with every index empty."""
        self.by_sis: dict[type[Row], dict[str, int]] = {table: {} for table in SIS_FIELDS}
        self.by_integration: dict[type[Row], dict[str, int]] = {Course: {}, Section: {}, Login: {}}
        self.login_names: dict[str, int] = {}
        self.sections_of_course: defaultdict[int, list[int]] = defaultdict(list)
        self.enrollments_of_section: defaultdict[int, list[int]] = defaultdict(list)
        self.enrollments_of_user: defaultdict[int, list[int]] = defaultdict(list)
        self.enrollments: dict[EnrollmentKey, int] = {}

    def add(self, row: Row) -> None:
        """Enter a row under its present keys."""
        sis_field = SIS_FIELDS.get(type(row))
        if sis_field and (sis_id := getattr(row, sis_field)) is not None:
            self.by_sis[type(row)][sis_id] = row.id
        if isinstance(row, Course | Section | Login) and row.integration_id is not None:
            self.by_integration[type(row)][row.integration_id] = row.id
        if isinstance(row, Enrollment):
            insort(self.enrollments_of_section[row.section_id], row.id)
            insort(self.enrollments_of_user[row.user_id], row.id)
            self.enrollments[enrollment_key(row)] = row.id
        elif isinstance(row, Section):
            insort(self.sections_of_course[row.course_id], row.id)
        elif isinstance(row, Login) and row.workflow_state != "deleted":
            self.login_names[row.unique_id.lower()] = row.id

    def remove(self, row: Row) -> None:
        """Take a row out, before one of its keys changes."""
        sis_field = SIS_FIELDS.get(type(row))
        if sis_field and (sis_id := getattr(row, sis_field)) is not None:
            self.by_sis[type(row)].pop(sis_id, None)
        if isinstance(row, Course | Section | Login) and row.integration_id is not None:
            self.by_integration[type(row)].pop(row.integration_id, None)
        if isinstance(row, Enrollment):
            self.enrollments_of_section[row.section_id].remove(row.id)
            self.enrollments_of_user[row.user_id].remove(row.id)
            self.enrollments.pop(enrollment_key(row), None)
        elif isinstance(row, Section):
            self.sections_of_course[row.course_id].remove(row.id)
        elif isinstance(row, Login) and self.login_names.get(row.unique_id.lower()) == row.id:
            del self.login_names[row.unique_id.lower()]

    def duplicate(self) -> Indexes:
        """Return an independent copy."""
        twin = Indexes()
        twin.by_sis = {table: dict(ids) for table, ids in self.by_sis.items()}
        twin.by_integration = {table: dict(ids) for table, ids in self.by_integration.items()}
        twin.login_names = dict(self.login_names)
        twin.enrollments = dict(self.enrollments)
        for name in ("sections_of_course", "enrollments_of_section", "enrollments_of_user"):
            lists = ((key, list(ids)) for key, ids in getattr(self, name).items())
            setattr(twin, name, defaultdict(list, lists))
        return twin
