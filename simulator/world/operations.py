"""What happens on a campus, one dated operation at a time: the stuff from which records and feeds are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from simulator.banner.tables import SectionKey


class Kind(StrEnum):
    """The kinds of operation that Banner's forms carry out."""

    ADMITTED = "admitted"
    LOGIN_ISSUED = "login_issued"
    FAMILY_NAME_CHANGED = "family_name_changed"
    PREFERRED_NAME_CHOSEN = "preferred_name_chosen"
    ID_REISSUED = "id_reissued"
    SECTION_OPENED = "section_opened"
    SECTION_CANCELLED = "section_cancelled"
    CROSSLISTED = "crosslisted"
    INSTRUCTOR_ASSIGNED = "instructor_assigned"
    INSTRUCTOR_REPLACED = "instructor_replaced"
    REGISTERED = "registered"
    AUDIT_CHOSEN = "audit_chosen"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    UNPAID = "unpaid"
    SWAPPED = "swapped"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    HOLD_PLACED = "hold_placed"
    HOLD_RELEASED = "hold_released"
    TERM_ROLLED = "term_rolled"
    GRADE_ENTERED = "grade_entered"
    GRADES_ROLLED = "grades_rolled"
    GRADE_CHANGED = "grade_changed"


NO_DETAIL: Mapping[str, str] = MappingProxyType({})


class Operation(NamedTuple):
    """One thing done at a moment: to a person, to sections, or to both.

    `person` is a person's GUID. `sections` are the ones concerned (a lecture with its lab counts as two),
    `leaves` the ones given up in a swap. `detail` holds what else the form asked for.
    """

    at: datetime
    kind: Kind
    person: str | None = None
    sections: tuple[SectionKey, ...] = ()
    leaves: tuple[SectionKey, ...] = ()
    detail: Mapping[str, str] = NO_DETAIL

    def described(self) -> dict[str, object]:
        """The operation as JSON, for an answer key or a report of live events."""
        return {
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "person": self.person,
            "sections": ["-".join(key) for key in self.sections],
            "leaves": ["-".join(key) for key in self.leaves],
            "detail": dict(self.detail),
        }
