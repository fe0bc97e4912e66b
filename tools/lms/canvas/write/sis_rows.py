"""The rows of a SIS import, one file per kind of record, each row tied to the change that asked for it.

Enrolments name the section and never the course, because a section that was cross-listed by hand no longer belongs to
the course the SIS knows (R40). Stickiness is never overridden (R16), and neither batch mode nor diffing is ever used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.changes import (
    ChangeRole,
    CreateCourse,
    CreatePerson,
    CreateSection,
    Deactivate,
    Enrol,
    EnrolmentChange,
    MoveSection,
    RelinkSection,
    Restore,
)
from domain.errors import InvalidRecord
from domain.ids import ChangeId, SectionKey, SisPersonId
from domain.lms import LmsRole, LmsState
from domain.records import Person
from tools.lms.canvas.wire import UserRow, iso_utc
from tools.lms.canvas.write.course_payload import sis_account_id

_ROLE_NAMES = {
    LmsRole.STUDENT: "student",
    LmsRole.TEACHER: "teacher",
    LmsRole.TA: "ta",
    LmsRole.DESIGNER: "designer",
    LmsRole.OBSERVER: "observer",
    LmsRole.AUDITOR: LmsRole.AUDITOR.value,
    LmsRole.WAITLIST: LmsRole.WAITLIST.value,
}
_ENDINGS = frozenset({LmsState.DELETED, LmsState.INACTIVE, LmsState.COMPLETED})

KEYS: Mapping[str, tuple[str, ...]] = {
    "change_sis_id": ("old_id", "new_id"),
    "users": ("user_id",),
    "courses": ("course_id",),
    "sections": ("section_id",),
    "enrollments": ("section_id", "user_id"),
}
"""Per file, the columns by which a message of Canvas is tied back to its row; also the order Canvas works in."""


@dataclass(frozen=True)
class SisRow:
    """One line of one file, with the change that it carries out."""

    change: ChangeId
    file: str
    values: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """The values that name the record."""
        return tuple(self.values[column] for column in KEYS[self.file])


def enrolment_rows(change: EnrolmentChange, person: SisPersonId) -> list[SisRow]:
    """Return the lines of a roster change: adds come before ends, so that a move is never a gap (R52)."""
    match change:
        case Enrol() | Restore():
            ends: list[tuple[SectionKey, LmsRole, LmsState]] = []
        case Deactivate():
            if change.to not in _ENDINGS:
                raise InvalidRecord("A deactivation must end in deleted, inactive or completed.", field="to")
            return [_enrolment(change, change.section, person, change.role, change.to)]
        case ChangeRole():
            ends = [(change.section, change.from_role, LmsState.DELETED)]
        case MoveSection():
            ends = [(change.from_section, change.role, LmsState.DELETED)]
        case _:
            raise InvalidRecord("This kind of roster change is not known to Canvas.", field="kind")
    start = _enrolment(change, change.section, person, change.role, LmsState.ACTIVE)
    return [start, *(_enrolment(change, section, person, role, state) for section, role, state in ends)]


def _enrolment(
    change: EnrolmentChange, section: SectionKey, person: SisPersonId, role: LmsRole, state: LmsState
) -> SisRow:
    if role not in _ROLE_NAMES:
        fix = "Settle the role by hand; a custom role is not changed by the feed."
        raise InvalidRecord("The role has no name that an import could carry.", field="role", fix=fix)
    values = {
        "section_id": section.sis_section_id,
        "user_id": person,
        "role": _ROLE_NAMES[role],
        "status": state.value,
    }
    return SisRow(change.change_id, "enrollments", values)


def person_row(change: CreatePerson, person: Person) -> SisRow:
    """Return the line that makes an account, under the name that peers may see (R14); a login is needed (R7).

    An e-mail address that another account has is left out (R6).
    """
    values = {
        "user_id": person.sis_id,
        "login_id": require_login(person),
        "full_name": name_field(person, "name"),
        "sortable_name": name_field(person, "sortable_name"),
        "short_name": name_field(person, "short_name"),
        "email": "" if change.without_email else person.email or "",
        "status": "active",
    }
    return SisRow(change.change_id, "users", values)


def account_values(account: UserRow, person: Person) -> dict[str, str]:
    """Return the columns that repeat an account as it stands, so that a line changes nothing but what it is for.

    Canvas derives a name that a line leaves out from those it names, and every line must name a login.
    """
    return {
        "user_id": person.sis_id,
        "login_id": account.login_id or require_login(person),
        "full_name": account.name or "",
        "sortable_name": account.sortable_name or "",
        "short_name": account.short_name or "",
        "status": "active",
    }


def field_value(person: Person, field: str) -> tuple[str, str]:
    """Return the column of an account field and the value the SIS has for it."""
    if field == "login":
        return "login_id", require_login(person)
    if field == "email":
        return "email", person.email or ""
    return ("full_name" if field == "name" else field), name_field(person, field)


def require_login(person: Person) -> str:
    """Return the person's login; InvalidRecord where the SIS has none yet (R7)."""
    if not person.login:
        fix = "Wait until the person's login is made; the change is found again by the next run."
        raise InvalidRecord("The SIS has no login for this person yet.", field="login", fix=fix)
    return person.login


def name_field(person: Person, field: str) -> str:
    """Return a name as Canvas shows it: ``Last, First`` where it sorts, ``First Last`` elsewhere."""
    name = person.display_name
    if field == "sortable_name":
        return f"{name.last}, {name.first}" if name.last and name.first else name.last or name.first or name.full
    return " ".join(part for part in (name.first, name.last) if part) or name.full


def sis_id_row(change: ChangeId, old: SisPersonId, new: SisPersonId) -> SisRow:
    """Return the line that renames an account's SIS id; Canvas works on this file before any other (R3)."""
    return SisRow(change, "change_sis_id", {"old_id": old, "new_id": new, "type": "user"})


def section_id_row(change: RelinkSection) -> SisRow:
    """Return the line that gives a section its new SIS id (R37)."""
    values = {
        "old_id": change.from_section.sis_section_id,
        "new_id": change.section.sis_section_id,
        "type": "section",
    }
    return SisRow(change.change_id, "change_sis_id", values)


def course_row(change: CreateCourse) -> SisRow:
    """Return the line that makes a course, unpublished; publishing is a step of its own (E8)."""
    values = {
        "course_id": change.course,
        "short_name": change.course_code,
        "long_name": change.name,
        "account_id": sis_account_id(change.account),
        "term_id": change.term,
        "status": "active",
        "integration_id": change.integration_id,
        "start_date": iso_utc(change.start_at),
        "end_date": iso_utc(change.end_at),
    }
    return SisRow(change.change_id, "courses", values)


def section_row(change: CreateSection) -> SisRow:
    """Return the line that makes a section."""
    values = {
        "section_id": change.section.sis_section_id,
        "course_id": change.course,
        "name": change.name,
        "status": "active",
        "start_date": iso_utc(change.start_at),
        "end_date": iso_utc(change.end_at),
    }
    return SisRow(change.change_id, "sections", values)
