"""How a student stands in a class, read anew from the SIS: what a notification says is never used itself (R52)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendar import day_start, local_day
from domain.drops import Drop, DropKind, Source
from domain.ids import RecordHandle
from domain.records import Record, Registration, RegistrationStatus, Section

LEAVING = frozenset({RegistrationStatus.DROPPED, RegistrationStatus.WITHDRAWN, RegistrationStatus.CANCELED})
"""The statuses that are a drop or a withdrawal, or the institution's own cancellation."""
HOLDING = frozenset({RegistrationStatus.REGISTERED, RegistrationStatus.WAITLISTED})


class SeatState(StrEnum):
    """What the student's registrations in a course come to; ASKED is a seat that a student asks about dropping.

    RETURNED is a seat held again after a drop that was dealt with here, KNOWN a drop that another run deals with.
    """

    LEFT = "left"
    ASKED = "asked"
    RETURNED = "returned"
    KNOWN = "known"
    MOVED = "moved"
    HELD = "held"
    OTHER = "other"


CONCERNS = frozenset({SeatState.LEFT, SeatState.ASKED, SeatState.RETURNED})
"""The states that a drop run goes on with: the rest is a change of a registration that is no drop, or a known one."""


class Seat(Record):
    """One student in one class.

    ``drop`` is the drop that the SIS registered, or the one a student asks about; ``sequence`` is that of the latest
    registration. ``instructors`` are those of record and ``advisors`` who advise the student, by handle.
    """

    state: SeatState
    drop: Drop
    sequence: int = 0
    instructors: tuple[RecordHandle, ...] = ()
    advisors: tuple[RecordHandle, ...] = ()


def state_of(rows: Sequence[Registration], section: Section) -> SeatState:
    """Say what the registrations of one person in sections of one course come to.

    Who left one section and holds a seat in another of the course has moved, which is no drop (R52). A section whose
    latest row neither holds a seat nor gave it up is of no concern here.
    """
    latest = latest_row(rows, section)
    if latest is None:
        return SeatState.OTHER
    if latest.status is RegistrationStatus.REGISTERED:
        return SeatState.HELD
    if latest.status not in LEAVING:
        return SeatState.OTHER
    elsewhere = (row for row in rows if row.section != section.key and row.section.term == section.key.term)
    return SeatState.MOVED if any(row.status in HOLDING for row in elsewhere) else SeatState.LEFT


def latest_row(rows: Sequence[Registration], section: Section) -> Registration | None:
    """Return the latest registration in the section itself, or None."""
    mine = [row for row in rows if row.section == section.key]
    return max(mine, key=lambda row: row.sequence, default=None)


def registered_drop(row: Registration, section: Section, person: RecordHandle, source: Source, zone: ZoneInfo) -> Drop:
    """Return the drop as the SIS registered it; ``at`` is None where it gives no date (R50)."""
    return Drop(
        kind=DropKind.REGISTERED,
        person=person,
        section=section.key,
        course=course_name(section),
        part=section.part,
        code=row.status_code,
        at=left_at(row, zone),
        status=row.status,
        census_on=section.census_on,
        sequence=row.sequence,
        source=source,
    )


def requested_drop(section: Section, person: RecordHandle, at: datetime, source: Source) -> Drop:
    """Return the drop that a student asks about: nothing has happened, so no code stands behind it."""
    return Drop(
        kind=DropKind.REQUESTED,
        person=person,
        section=section.key,
        course=course_name(section),
        part=section.part,
        code="",
        at=at,
        census_on=section.census_on,
        source=source,
    )


def left_at(row: Registration, zone: ZoneInfo) -> datetime | None:
    """Return when the student left: the moment of the change where it fell on the day of the status, else that day.

    The campus day decides every deadline (R114); the moment only tells whether engagement was read before it (R116).
    """
    if row.status_on is None:
        return None
    if row.modified_at is not None and local_day(row.modified_at, zone) == row.status_on:
        return row.modified_at
    return day_start(row.status_on, zone)


def course_name(section: Section) -> str:
    """Return the course as policies name it, such as ``MATH 101``."""
    return f"{section.subject} {section.course_number}"
