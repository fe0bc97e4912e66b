"""Holds on grades: what was expected, what was seen, the likeliest cause, and what a person answered (S86 to S88).

A hold is about one student's mark, or about a whole column and then about everybody in it. A question is no hold: it is
asked before the instructor attests, and keeps nothing back by itself (S87).
"""

from datetime import datetime
from enum import StrEnum

from domain.grades import LateChange, MarkHold, content_hash
from domain.ids import RecordHandle, SectionKey
from domain.records import Record

_NAME_LENGTH = 12


class HoldKind(StrEnum):
    """What sort of doubt it is."""

    SUSPECT_MARK = "suspect_mark"
    LATE_CHANGE = "late_change"
    SHIFTED_ROWS = "shifted_rows"
    EQUAL_COLUMNS = "equal_columns"
    MODE_CHANGED = "mode_changed"
    ACTIVITY_MISMATCH = "activity_grade_mismatch"
    UNKNOWN = "unknown"

    @property
    def question(self) -> bool:
        """Whether it is only asked about, and counted apart from holds (S87)."""
        return self is HoldKind.ACTIVITY_MISMATCH


class HoldState(StrEnum):
    """What became of a hold.

    RELEASED: it was no error. CONFIRMED: somebody looked, and the mark stands. CORRECTED: the mark was wrong and has
    been put right in the gradebook; the hold keeps the wrong mark back should it come again.
    """

    OPEN = "open"
    RELEASED = "released"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"

    @property
    def lets_go(self) -> bool:
        """Whether the grade may go with the mark as it is."""
        return self in {HoldState.RELEASED, HoldState.CONFIRMED}


class GradeHold(Record):
    """One hold or question; ``id`` names section and doubt, so that what is answered stays answered."""

    id: str
    section: SectionKey
    kind: HoldKind
    reason: str
    person: RecordHandle | None = None
    column: str = ""
    seen: str = ""
    expected: str = ""
    cause: str = ""


class KeptHold(Record):
    """A hold as it is kept, with who answered it, when and why."""

    hold: GradeHold
    state: HoldState
    placed_at: datetime
    answered_at: datetime | None = None
    answered_by: str = ""
    why: str = ""


def hold_id(section: SectionKey, *about: object) -> str:
    """Return the name of a hold: its section and a digest of what it is about."""
    return f"{section}-{content_hash([str(part) for part in about])[:_NAME_LENGTH]}"


def section_of(hold: str) -> SectionKey | None:
    """Return the section that a hold's name begins with, or None where it is no such name."""
    return SectionKey.parse(hold.rpartition("-")[0])


def hold_mark(section: SectionKey, found: MarkHold) -> GradeHold:
    """Return a suspect mark as a hold of its section; the same mark again is the same hold."""
    return GradeHold(
        id=hold_id(section, found.id),
        section=section,
        kind=HoldKind.SUSPECT_MARK,
        reason=found.reason,
        person=found.person,
        column=found.column,
        seen=str(found.seen),
        expected=str(found.expected),
        cause=f"{found.cause}, likeliest {found.likelier}",
    )


def hold_late_change(section: SectionKey, late: LateChange) -> GradeHold:
    """Return a late change of a posted mark as a hold: it needs an author and a reason first."""
    change = late.change
    return GradeHold(
        id=hold_id(section, change.person, change.column, change.before, change.after, change.changed_at.isoformat()),
        section=section,
        kind=HoldKind.LATE_CHANGE,
        reason=f"{change.column}: {_said(change.before)} became {_said(change.after)}, {late.why}.",
        person=change.person,
        column=change.column,
        seen=_said(change.after),
        expected=_said(change.before),
        cause=late.why,
    )


def _said(mark: object) -> str:
    return "no mark" if mark is None else str(mark)
