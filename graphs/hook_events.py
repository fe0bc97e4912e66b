"""What an event that came in asks for: which workflow, and the plain values that it begins with.

Canvas names people and classes by ids of its own, other senders may name a person by SIS id; both are turned into
record handles here, and what cannot be is left to the nightly runs, which read everything.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.ids import RecordHandle, SectionKey

if TYPE_CHECKING:
    from graphs.doors import Doors

SHARD = 10_000_000_000_000
"""Canvas's global ids are the local one plus the shard times this."""
_EARLY_ALERT, _GRADES = "early_alert", "grade_passback"
_LIVE = {
    "canvas:grade_change": "student_id",
    "canvas:course_grade_change": "user_id",
    "canvas:submission_created": "user_id",
    "canvas:submission_updated": "user_id",
}
"""The Live Events that concern a student in a class, and the key under which each names the student."""


class Wanted(NamedTuple):
    """A workflow to be run, and what it begins with."""

    workflow: str
    values: Mapping[str, str]


def plan_event(doors: "Doors", kind: str, said: Mapping[str, Any]) -> Wanted | None:
    """Return what an event asks for; None where it concerns nothing here or nobody that is known.

    Raises TransientError where Canvas had to be asked and did not answer.
    """
    if kind.startswith("canvas:"):
        return _plan_live(doors, kind, said)
    data = said.get("data", {})
    section = _section(data.get("section"))
    if section is None:
        return None
    if kind == "grade.posted":
        return Wanted(_GRADES, {"section": str(section), "column": "final"})
    person = _person(doors, data)
    return Wanted(_EARLY_ALERT, {"section": str(section), "person": person}) if person else None


def _plan_live(doors: "Doors", kind: str, said: Mapping[str, Any]) -> Wanted | None:
    """Return what a Live Event asks for; what our own SIS imports set off asks for nothing."""
    from tools.lms.canvas.seats import find_seat

    metadata, body = said.get("metadata", {}), said.get("body", {})
    student = _local(body.get(_LIVE[kind])) if kind in _LIVE else None
    course = _local(body.get("course_id")) or (
        _local(metadata.get("context_id")) if metadata.get("context_type") == "Course" else None
    )
    ours = metadata.get("job_tag") and not metadata.get("user_id")
    if student is None or course is None or ours:
        return None
    seat = find_seat(doors.readers.canvas, course, student)
    section = _section(seat.section) if seat else None
    person = doors.identities.find(seat.person) if seat else None
    return Wanted(_EARLY_ALERT, {"section": str(section), "person": person}) if section and person else None


def _person(doors: "Doors", data: Mapping[str, Any]) -> RecordHandle | None:
    """Return whom an event names, by handle or SIS id; nothing is made for somebody who is not known."""
    said = data.get("person") or data.get("sis_id")
    return doors.identities.find(said) if isinstance(said, str) and said else None


def _section(said: object) -> SectionKey | None:
    return SectionKey.parse(said) if isinstance(said, str) else None


def _local(said: object) -> int | None:
    """Return a Canvas id as its own API spells it."""
    text = str(said) if isinstance(said, int | str) and not isinstance(said, bool) else ""
    return int(text) % SHARD if text.isascii() and text.isdigit() and len(text) <= 20 else None  # noqa: PLR2004
