"""How the gradebook stands at a moment: each piece of work, and the totals that Canvas works out from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from simulator.canvas.coursework import Assignment, Book, Presence, Story, Work

NOT_DONE = Work()
DECIMALS = 2


class Standing(NamedTuple):
    """One submission as it stands; `grader` is None until it is marked."""

    assignment: Assignment
    submitted_at: datetime | None
    score: float | None
    excused: bool
    grader: int | None
    graded_at: datetime | None
    posted_at: datetime | None
    deducted: float | None
    late: bool
    missing: bool
    seconds_late: int
    workflow_state: str


class Totals(NamedTuple):
    """Course totals in percent, and the points behind the current one; None where nothing counts yet."""

    current: float | None
    final: float | None
    points: float | None


def stand(assignment: Assignment, work: Work, now: datetime, presence: Presence) -> Standing:
    """How one piece of work stands now, for a student who was in the course for a time."""
    handed_in = _handed_in(work, now, presence)
    entered = entered_marks(work, now, presence)
    mark = work.marks[entered[-1]] if entered else None
    excused = bool(mark and mark.excused)
    overdue = (handed_in or now) > assignment.due_at
    expected = assignment.is_graded and not excused
    return Standing(
        assignment=assignment,
        submitted_at=handed_in,
        score=mark.score if mark else None,
        excused=excused,
        grader=mark.grader if mark else None,
        graded_at=mark.at if mark else None,
        posted_at=work.posted_at if mark and work.posted_at and work.posted_at <= now else None,
        deducted=work.deducted if mark and handed_in else None,
        late=handed_in is not None and overdue,
        missing=handed_in is None and overdue and expected,
        seconds_late=int(((handed_in or now) - assignment.due_at).total_seconds()) if overdue else 0,
        workflow_state=_state(work, handed_in, marked=mark is not None),
    )


def entered_marks(work: Work, now: datetime, presence: Presence) -> list[int]:
    """Which of a work's marks were entered by now, by position."""
    handed_in = _handed_in(work, now, presence)
    return [
        number
        for number, mark in enumerate(work.marks)
        if mark.at <= now and _may_mark(mark.at, handed_in, work, presence)
    ]


def _handed_in(work: Work, now: datetime, presence: Presence) -> datetime | None:
    """When it was handed in, if that was by now and while the student was there."""
    at = work.submitted_at
    if at is None or at > now or at < presence.since:
        return None
    return at if presence.until is None or at <= presence.until else None


def _may_mark(at: datetime, handed_in: datetime | None, work: Work, presence: Presence) -> bool:
    """Whether a mark was ever entered: for work that was not handed in only while the student was there."""
    if handed_in is not None:
        return True
    absent = presence.until is not None and at > presence.until
    return work.submitted_at is None and at >= presence.since and not absent


def _state(work: Work, handed_in: datetime | None, *, marked: bool) -> str:
    if marked:
        return "graded"
    if handed_in is None:
        return "unsubmitted"
    return "pending_review" if work.review else "submitted"


def stand_all(book: Book, story: Story, now: datetime, presence: Presence) -> list[Standing]:
    """How all of a student's work in a course stands."""
    return [stand(each, story.works.get(each.id, NOT_DONE), now, presence) for each in book.assignments]


def add_up(book: Book, standings: Sequence[Standing], *, unposted: bool) -> Totals:
    """The course totals: `current` leaves out what is not marked, `final` counts it as zero."""
    counted = [each for each in standings if _counts(each)]
    seen = [each for each in counted if each.score is not None and (unposted or each.posted_at is not None)]
    points = sum(each.score or 0.0 for each in seen) if seen else None
    known = {each.assignment.id for each in seen}
    zeroed = [each if each.assignment.id in known else each._replace(score=0.0) for each in counted]
    return Totals(_percent(book, seen), _percent(book, zeroed), points)


def _counts(standing: Standing) -> bool:
    assignment = standing.assignment
    return assignment.is_graded and not assignment.omit_from_final_grade and not standing.excused


def _percent(book: Book, standings: Sequence[Standing]) -> float | None:
    """What was reached of what could be, by group where the course weighs its groups."""
    if not book.weighted:
        return _rounded(_share(standings))
    parts = [
        (group.weight, share)
        for group in book.groups
        if (share := _share(each for each in standings if each.assignment.group_id == group.id)) is not None
    ]
    weight = sum(each for each, _ in parts)
    return _rounded(sum(each * share for each, share in parts) / weight) if weight else None


def _share(standings: Iterable[Standing]) -> float | None:
    listed = list(standings)
    possible = sum(each.assignment.points_possible for each in listed)
    return sum(each.score or 0.0 for each in listed) / possible if possible else None


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share * 100, DECIMALS)
