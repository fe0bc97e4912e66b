"""Academic engagement and the last day of it; a login never counts (R99 to R101, E14)."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.drop_policy import AttendancePractice
from domain.engagement import EngagementEvent, EngagementKind, EngagementRead

ACADEMIC = frozenset(
    {
        EngagementKind.SUBMISSION,
        EngagementKind.ASSESSMENT,
        EngagementKind.DISCUSSION,
        EngagementKind.TUTORIAL,
        EngagementKind.CLASS_ATTENDED,
        EngagementKind.INSTRUCTOR_CONTACT,
    }
)
"""What counts as academic engagement under 34 CFR 600.2 (R99)."""


class Certainty(StrEnum):
    """Whether a reading proves what it shows."""

    KNOWN = "known"
    NONE_FOUND = "none_found"
    UNKNOWN = "unknown"


class LastDays(NamedTuple):
    """Last academic engagement and last access, always told apart (R100); only the first is evidence of attendance."""

    engaged_on: date | None
    engaged_by: EngagementEvent | None
    accessed_on: date | None
    certainty: Certainty


def is_academic(kind: EngagementKind) -> bool:
    """Tell whether an event is academic engagement; an unknown kind is not, and neither is a login (R99)."""
    return kind in ACADEMIC


def last_days(read: EngagementRead | None, zone: ZoneInfo) -> LastDays:
    """Return the last day of engagement and of access, as campus days (R99, R100).

    With a reading that is not complete a later event may be missing, so the certainty is UNKNOWN and the days are
    what was seen so far.
    """
    if read is None:
        return LastDays(None, None, None, Certainty.UNKNOWN)
    engaged = _latest(event for event in read.events if is_academic(event.kind))
    accessed = _latest(read.events)
    found = Certainty.KNOWN if engaged else Certainty.NONE_FOUND
    return LastDays(
        local_day(engaged.at, zone) if engaged else None,
        engaged,
        local_day(accessed.at, zone) if accessed else None,
        found if read.complete else Certainty.UNKNOWN,
    )


def may_count_as_attendance(practice: AttendancePractice, on: date) -> bool:
    """Tell whether compliance has agreed by that day that engagement is used as attendance (R101)."""
    return practice.confirmed_on is not None and practice.confirmed_on <= on


def _latest(events: Iterable[EngagementEvent]) -> EngagementEvent | None:
    return max(events, key=lambda event: (event.at, event.record), default=None)
