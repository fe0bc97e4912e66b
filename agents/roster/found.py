"""What the LMS shows: per person, section and class of role the row that counts, and a second live role if any."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from agents.roster.campus import Campus
from agents.roster.expected import Key
from domain.ids import SectionKey
from domain.images import Image
from domain.lms import LmsEnrollment, LmsRole, LmsState
from domain.rules.facts import LIVE_STATES
from domain.rules.provenance import STUDENT_ROLES, TEACHING_ROLES
from store.staging_tables import section_text

PRECEDENCE = (
    LmsState.ACTIVE,
    LmsState.INVITED,
    LmsState.CREATION_PENDING,
    LmsState.INACTIVE,
    LmsState.COMPLETED,
    LmsState.REJECTED,
    LmsState.UNKNOWN,
    LmsState.DELETED,
)
"""LMS states by how much access they give; of several rows the first one counts."""


class FoundRow(NamedTuple):
    """The row that counts; ``second`` is another live row in another role of the same class."""

    first: LmsEnrollment
    second: LmsEnrollment | None = None


class Found(NamedTuple):
    """All rows that are compared, by key: those of students and those of teachers."""

    students: dict[Key, FoundRow]
    teachers: dict[Key, FoundRow]


def found_rows(campus: Campus, registered: Collection[Key]) -> Found:
    """Reduce the LMS rows of people with an SIS id in sections of the SIS feed to one per key and class of role.

    An observer's row counts only where the feed made it for somebody who is registered there: as a role gone wrong,
    not as a parent looking on (R65).
    """
    students: dict[Key, list[LmsEnrollment]] = {}
    teachers: dict[Key, list[LmsEnrollment]] = {}
    texts: dict[SectionKey, str] = {}
    for row in campus.snapshots.enrollments.rows:
        if row.person is None or row.section_key is None:
            continue
        section = texts.get(row.section_key) or texts.setdefault(row.section_key, section_text(row.section_key))
        key = Key(section, campus.person_key(row.person))
        if row.role in STUDENT_ROLES or (row.role is LmsRole.OBSERVER and row.made_by_sis and key in registered):
            students.setdefault(key, []).append(row)
        elif row.role in TEACHING_ROLES:
            teachers.setdefault(key, []).append(row)
    return Found(_reduce(students), _reduce(teachers))


def _reduce(rows: dict[Key, list[LmsEnrollment]]) -> dict[Key, FoundRow]:
    return {key: FoundRow(group[0]) if len(group) == 1 else count_row(group) for key, group in rows.items()}


def count_row(rows: Sequence[LmsEnrollment]) -> FoundRow:
    """Return the row with most access, an observer's last, and another live row in another role if there is one."""
    ordered = sorted(rows, key=lambda row: (row.role is LmsRole.OBSERVER, PRECEDENCE.index(row.state)))
    live = [row for row in ordered if row.state in LIVE_STATES]
    first = live[0] if live else ordered[0]
    return FoundRow(first, next((row for row in live if row.role is not first.role), None))


def row_image(rows: Iterable[LmsEnrollment], role: LmsRole) -> Image:
    """Return the image of a person's row in one role, as connectors observe it; absent where there is none."""
    ours = [row for row in rows if row.role is role]
    if not ours:
        return Image.absent()
    row = min(ours, key=lambda each: PRECEDENCE.index(each.state))
    provenance = "sis" if row.made_by_sis else "manual"
    return Image(fields={"state": row.state.value, "role": role.value, "provenance": provenance})
