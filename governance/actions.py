"""The actions that policy speaks about: every kind of change with its domain, object type and safe place in the order.

The union in ``domain.changes`` is closed; a test fails where a kind has no place in the order or no object type here,
so that nothing is ever applied in a random order.
"""

from enum import StrEnum
from functools import cache
from typing import get_args

from domain.changes import BaseChange, Change


class ObjectType(StrEnum):
    """What a blast-radius limit counts (R67)."""

    ENROLMENT = "enrolment"
    PERSON = "person"
    COURSE = "course"
    SECTION = "section"
    GRADE = "grade"
    CASE = "case"
    TICKET = "ticket"
    MESSAGE = "message"
    RISK_SCORE = "risk_score"


GATE_ORDER: tuple[str, ...] = (
    "change_sis_id",
    "create_person",
    "update_person_field",
    "create_course",
    "relink_section",
    "create_section",
    "cross_list",
    "enrol",
    "restore",
    "move_section",
    "change_role",
    "deactivate",
    "update_dates",
    "archive_course",
    "post_grade",
    "hold_grade",
    "open_case",
    "set_risk_score",
    "create_ticket",
    "send_message",
)
"""Ids before the rows that use them (R3), containers before their rows, removals after additions (R52), people last."""

_OBJECTS: dict[str, ObjectType] = {
    "change_sis_id": ObjectType.PERSON,
    "create_person": ObjectType.PERSON,
    "update_person_field": ObjectType.PERSON,
    "create_course": ObjectType.COURSE,
    "create_section": ObjectType.SECTION,
    "cross_list": ObjectType.SECTION,
    "relink_section": ObjectType.SECTION,
    "enrol": ObjectType.ENROLMENT,
    "restore": ObjectType.ENROLMENT,
    "move_section": ObjectType.ENROLMENT,
    "change_role": ObjectType.ENROLMENT,
    "deactivate": ObjectType.ENROLMENT,
    "update_dates": ObjectType.SECTION,
    "archive_course": ObjectType.COURSE,
    "post_grade": ObjectType.GRADE,
    "hold_grade": ObjectType.GRADE,
    "open_case": ObjectType.CASE,
    "set_risk_score": ObjectType.RISK_SCORE,
    "create_ticket": ObjectType.TICKET,
    "send_message": ObjectType.MESSAGE,
}

REMOVALS = frozenset({"deactivate", "archive_course"})
"""Kinds that take something away from a person, for which a limit of their own may be set (R67)."""

FLAG_KINDS = frozenset({"open_case", "create_ticket", "set_risk_score"})
"""Kinds that only tell a person at our own desk; all that phase 2 may do without one (E12, S223)."""

_SYSTEMS = {"post_grade": "banner", "hold_grade": "casedesk", **dict.fromkeys(FLAG_KINDS, "casedesk")}
"""Kinds that are not made in the LMS, and where they are."""

MARKED_KINDS = frozenset({"open_case", "create_ticket", "send_message"})
"""Kinds that would happen twice if sent twice, so they are searched by marker before any resend."""


def known_changes() -> dict[str, type[BaseChange]]:
    """Return every class of the change union by its kind."""
    union = get_args(Change)[0]
    return {cls.model_fields["kind"].default: cls for cls in get_args(union)}


@cache
def known_actions() -> tuple[str, ...]:
    """Return every action as ``domain:kind``, in gate order, for the policy check and the documentation."""
    classes = known_changes()
    return tuple(f"{classes[kind].domain}:{kind}" for kind in GATE_ORDER)


def actions_on(system: str) -> tuple[str, ...]:
    """Return the actions that are carried out in one system, whose phases decide whether its writer is loaded."""
    return tuple(one for one in known_actions() if _SYSTEMS.get(one.partition(":")[2], "canvas") == system)


def action_of(change: Change) -> str:
    """Return the action that policy globs match, such as ``roster:deactivate``."""
    return f"{change.domain}:{change.kind}"


def object_of(kind: str) -> ObjectType:
    """Return what a limit counts a change of this kind as."""
    return _OBJECTS[kind]


def gate_order(kind: str) -> int:
    """Return the place of a kind of change in the safe order; lower goes first (R3, R52)."""
    return GATE_ORDER.index(kind)


def is_removal(change: Change) -> bool:
    """Tell whether a change takes access or a course away (R67)."""
    return change.kind in REMOVALS
