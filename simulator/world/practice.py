"""The registrar's practice in small: ids, statuses, names and dates as the campus writes them into Canvas.

A registered student is `active`, one who withdrew after census `inactive`, one who dropped `deleted`; auditors
have the role Auditor; names shown are the preferred ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from simulator.banner.tables import Person, Registration, Section, SectionKey
from simulator.world.calendar import Calendar
from simulator.world.operations import Operation

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "change_sis_id": ("old_id", "new_id", "type"),
    "accounts": ("account_id", "parent_account_id", "name", "status"),
    "terms": ("term_id", "name", "status", "start_date", "end_date"),
    "courses": (
        *("course_id", "short_name", "long_name", "account_id", "term_id", "status"),
        *("start_date", "end_date"),
    ),
    "sections": ("section_id", "course_id", "name", "status"),
    "xlists": ("xlist_course_id", "section_id", "status"),
    "users": ("user_id", "login_id", "full_name", "sortable_name", "short_name", "email", "status"),
    "enrollments": ("section_id", "user_id", "role", "status"),
}
"""The columns of each file, in the order in which `FeedRow.cells` holds them."""

AUDITOR = "Auditor"
ROLES = {"primary": "teacher", "secondary": "teacher", "teachingAssistant": "ta"}
STATUS_OF_REASON = {
    "registered": "active",
    "withdrawn": "inactive",
    "dropped": "deleted",
    "canceled": "deleted",
}


class FeedRow(NamedTuple):
    """One row for one file of an import."""

    file: str
    cells: tuple[str, ...]


class Message(NamedTuple):
    """What the feed sends for one operation."""

    operation: Operation
    rows: tuple[FeedRow, ...]


def sis_section_id(key: SectionKey) -> str:
    """The section's id in Canvas: term and CRN."""
    return f"{key.term}-{key.crn}"


def sis_course_id(section: Section) -> str:
    """The id of a section's own course in Canvas."""
    return f"{section.course.code}-{section.sequence}-{section.key.term}"


def course_dates(calendar: Calendar, section: Section) -> tuple[datetime, datetime]:
    """When a section's course opens and closes: local midnight to the last minute of the last day."""
    part = calendar.terms[section.key.term].part(section.part)
    return calendar.at(part.start_on, time(0)), calendar.at(part.end_on, time(23, 59))


def enrollment_status(row: Registration, census_on: date) -> str:
    """What a registration means in Canvas; leaving on the census day or before it is a drop (R48, R49)."""
    status = STATUS_OF_REASON[row.status.reason]
    if status != "deleted" or row.status.reason == "canceled" or row.status_on is None:
        return status
    return "inactive" if row.status_on > census_on else "deleted"


def registration_cells(calendar: Calendar, row: Registration) -> tuple[str, str, str, str]:
    """Section, person, role and status of a registration as an enrolment row states them."""
    census_on = calendar.terms[row.section.key.term].part(row.section.part).census_on
    status = enrollment_status(row, census_on)
    if row.section.status == "cancelled":
        status = "deleted"
    role = AUDITOR if row.audit else "student"
    return sis_section_id(row.section.key), row.person.banner_id, role, status


def course_row(calendar: Calendar, section: Section) -> FeedRow:
    """A section's own course, published, in its department's sub-account."""
    starts, ends = course_dates(calendar, section)
    code = f"{section.course.code}-{section.sequence}"
    cells = (
        sis_course_id(section),
        code,
        f"{section.course.title} ({code})",
        f"dept:{section.course.department.code}",
        section.key.term,
        "published",
        starts.isoformat(),
        ends.isoformat(),
    )
    return FeedRow("courses", cells)


def user_row(person: Person, login: str) -> FeedRow:
    """A person's account with the preferred name (R14)."""
    shown = person.shown_name
    cells = (person.banner_id, login, shown, person.sortable_name, shown, person.email, "active")
    return FeedRow("users", cells)
