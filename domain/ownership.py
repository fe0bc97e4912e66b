"""Who owns each field: the system of record and the office; no write ever goes against either (S41, S143, S144, S173).

A row below says which system speaks the truth about a field, which office answers for it, and into which systems its
value may be carried. The decision and the gate both ask :func:`find_violation`; a field, a system or a row they do not
know is a violation, because unknown is not permission. Removing in the LMS never drops in the SIS (E5).
"""

from collections.abc import Sequence
from enum import StrEnum

from domain.changes import Change, CreateCourse, Deactivate, PostGrade, UpdatePersonField
from domain.errors import OwnershipViolated
from domain.images import Image
from domain.records import Record


class System(StrEnum):
    """The kinds of system that hold a field."""

    SIS = "sis"
    LMS = "lms"
    CASE_DESK = "case_desk"
    UNKNOWN = "unknown"


class Office(StrEnum):
    """The office that answers for a field and settles a dispute about it (S173)."""

    REGISTRAR = "registrar"
    INFORMATION_TECHNOLOGY = "information_technology"
    INSTRUCTOR = "instructor"
    ADVISING = "advising"
    STUDENT_ACCOUNTS = "student_accounts"


class FieldOwner(Record):
    """One field's ownership: system of record, office, and the systems that may be given the value."""

    field: str
    of_record: System
    office: Office
    carried_into: frozenset[System] = frozenset()


def _owned(of_record: System, office: Office, into: Sequence[System], *fields: str) -> tuple[FieldOwner, ...]:
    """Return one row per field that shares an owner."""
    carried = frozenset(into)
    return tuple(FieldOwner(field=f, of_record=of_record, office=office, carried_into=carried) for f in fields)


OWNERSHIP: tuple[FieldOwner, ...] = (
    *_owned(
        System.SIS,
        Office.REGISTRAR,
        (System.LMS,),
        "person.name",
        "person.sortable_name",
        "person.short_name",
        "person.sis_id",
        "person.exists",
        "enrolment.state",
        "enrolment.role",
        "section.exists",
        "section.sis_id",
        "section.course",
        "section.dates",
        "course.exists",
        "course.name",
        "course.dates",
    ),
    *_owned(System.SIS, Office.INFORMATION_TECHNOLOGY, (System.LMS,), "person.login", "person.email"),
    *_owned(System.SIS, Office.REGISTRAR, (), "person.demographics", "person.confidential", "attendance.daily"),
    *_owned(System.SIS, Office.STUDENT_ACCOUNTS, (), "hold.financial"),
    *_owned(System.SIS, Office.INSTRUCTOR, (System.SIS,), "grade.interim", "grade.final"),
    *_owned(System.LMS, Office.INSTRUCTOR, (System.LMS,), "course.state", "message.sent"),
    *_owned(
        System.LMS,
        Office.INSTRUCTOR,
        (),
        "course.content",
        "submission",
        "discussion",
        "page_view",
        "gradebook.score",
        "enrolment.by_hand",
    ),
    *_owned(System.CASE_DESK, Office.ADVISING, (System.CASE_DESK,), "case", "risk.score"),
    *_owned(System.CASE_DESK, Office.REGISTRAR, (System.CASE_DESK,), "ticket", "grade.hold"),
)
"""Every field Provost reads or writes; the reference in ``docs`` is made from it."""

_OWNERS = {row.field: row for row in OWNERSHIP}

SYSTEM_OF_TARGET: dict[str, System] = {
    "banner": System.SIS,
    "powerschool": System.SIS,
    "canvas": System.LMS,
    "moodle": System.LMS,
    "schoology": System.LMS,
    "casedesk": System.CASE_DESK,
}
"""Which kind of system each connector speaks to."""

_WRITTEN_BY_KIND: dict[str, tuple[str, ...]] = {
    "enrol": ("enrolment.state", "enrolment.role"),
    "deactivate": ("enrolment.state",),
    "restore": ("enrolment.state",),
    "change_role": ("enrolment.state", "enrolment.role"),
    "move_section": ("enrolment.state",),
    "create_person": ("person.exists", "person.sis_id", "person.name", "person.login", "person.email"),
    "change_sis_id": ("person.sis_id",),
    "create_course": ("course.exists", "course.name", "course.dates"),
    "create_section": ("section.exists", "section.course", "section.dates"),
    "cross_list": ("section.course",),
    "relink_section": ("section.sis_id",),
    "update_dates": ("section.dates", "course.dates"),
    "archive_course": ("course.state",),
    "hold_grade": ("grade.hold",),
    "open_case": ("case",),
    "create_ticket": ("ticket",),
    "send_message": ("message.sent",),
    "set_risk_score": ("risk.score",),
}


def owner_of(field: str) -> FieldOwner | None:
    """Return who owns a field such as ``person.email``, or None where the table does not know it."""
    return _OWNERS.get(field)


def fields_written(change: Change) -> tuple[str, ...]:
    """Return the fields that applying ``change`` would set; empty for a kind the table does not know."""
    if isinstance(change, UpdatePersonField):
        return (f"person.{change.field}",)
    if isinstance(change, PostGrade):
        return (f"grade.{change.grade_type}",)
    written = _WRITTEN_BY_KIND.get(change.kind, ())
    return (*written, "course.state") if isinstance(change, CreateCourse) and change.publish else written


def _made_by_feed(image: Image) -> bool:
    """Tell whether a row is known to come from the SIS feed; not known is not (R53)."""
    return image.fields.get("provenance") == "sis"


def find_violation(change: Change) -> str:
    """Say why ``change`` would write against an owner, in one sentence; empty where it does not (S41, R53, E5).

    A row that was made by hand in the LMS belongs to the instructor, so the feed may not end it whatever the SIS says;
    one that is not there yet, such as that of a student who withdrew before it came, is the feed's own to make.
    """
    system = SYSTEM_OF_TARGET.get(change.target, System.UNKNOWN)
    fields = fields_written(change)
    if not fields:
        return f"No owner is known for what {change.kind} writes."
    for field in fields:
        owner = owner_of(field)
        if owner is None or system not in owner.carried_into:
            return f"{field} may not be written into {change.target}."
    if isinstance(change, Deactivate) and change.before.exists and not _made_by_feed(change.before):
        return "The enrolment was not made by the SIS feed, so the feed may not end it."
    return ""


def require_ownership(change: Change) -> None:
    """Raise OwnershipViolated where ``change`` would write against the system of record of a field (S41)."""
    violation = find_violation(change)
    if violation:
        raise OwnershipViolated(
            violation,
            field=change.natural_key,
            fix="Correct it in the system of record, or ask the office that owns the field (domain.ownership).",
        )
