"""Gathers what an impact statement rests on; what was not read stays None and becomes a question (R122, E20).

Every reading is tried once. A system that refuses, is out of scope or answers incompletely leaves its group unknown;
the run goes on, because a student's access and the office's deadline do not wait for a figure.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from domain.drop_policy import DropPolicy
from domain.drops import CourseWork, Drop, DropFacts, Requirement, Requirements, Schedule, Source
from domain.engagement import EngagementRead
from domain.errors import ProvostError
from domain.ids import RecordHandle, SectionKey
from domain.learning_ports import Classroom, StudentRecords
from domain.records import Record

T = TypeVar("T")


class Evidence(Record):
    """What the LMS showed of a student's work in a class, kept before access ends (R116)."""

    engagement: EngagementRead | None = None
    work: CourseWork | None = None


class Sources(NamedTuple):
    """Where facts are read: each None where this installation has no such reader."""

    records: StudentRecords | None
    classroom: Classroom | None
    lms: str = "lms"


def gather_facts(drop: Drop, sources: Sources, policy: DropPolicy | None, evidence: Evidence) -> DropFacts:
    """Return everything that could be read about a drop (S113 to S116)."""
    schedule = _of_records(sources, lambda records: records.read_schedule(drop.person, drop.section))
    return DropFacts(
        drop=drop,
        schedule=schedule,
        account=_of_records(sources, lambda records: records.read_account(drop.person, drop.section)),
        progress=_of_records(sources, lambda records: records.read_progress(drop.person, drop.section)),
        requirements=requirements_of(schedule, policy),
        flags=_of_records(sources, lambda records: records.read_flags(drop.person, drop.section.term)),
        engagement=evidence.engagement,
        work=evidence.work,
    )


def gather_evidence(person: RecordHandle, section: SectionKey, sources: Sources, now: datetime) -> Evidence:
    """Return what the LMS shows of the student's engagement and work in the class, as of now (R99, S113, S114)."""
    classroom = sources.classroom
    if classroom is None:
        return Evidence()
    return Evidence(
        engagement=attempt(lambda: classroom.read_engagement(section, person)),
        work=attempt(lambda: _work(classroom, section, person, Source(system=sources.lms, read_at=now))),
    )


def prefer(fresh: Evidence, kept: Evidence | None) -> Evidence:
    """Return the better of two readings, part by part: once access has ended the LMS may show less than before."""
    if kept is None:
        return fresh
    whole = fresh.engagement is not None and fresh.engagement.complete and fresh.engagement.events
    return Evidence(
        engagement=fresh.engagement if whole else kept.engagement or fresh.engagement,
        work=fresh.work if fresh.work is not None and fresh.work.submitted else kept.work or fresh.work,
    )


def requirements_of(schedule: Schedule | None, policy: DropPolicy | None) -> Requirements | None:
    """Return the policy's prerequisites for the classes still held; None where either is not known (R111)."""
    if schedule is None or policy is None or policy.prerequisites is None:
        return None
    rows = tuple(
        Requirement(course=row.course, any_of=frozenset(row.any_of), together=row.together)
        for row in policy.prerequisites
    )
    return Requirements(rows=rows, planned=tuple(held.course for held in schedule.others), source=schedule.source)


def _work(classroom: Classroom, section: SectionKey, person: RecordHandle, source: Source) -> CourseWork | None:
    """Count what was handed in and take the current score; None unless the submissions came whole (R70)."""
    submissions = classroom.read_submissions(section)
    if not submissions.complete:
        return None
    mine = [row for row in submissions.rows if row.person == person]
    handed_in = len({row.assignment for row in mine if row.submitted_at is not None})
    return CourseWork(submitted=handed_in, score=_score(classroom, section, person), source=source)


def _score(classroom: Classroom, section: SectionKey, person: RecordHandle) -> Decimal | None:
    gradebook = attempt(lambda: classroom.read_gradebook(section))
    rows = gradebook.rows if gradebook else ()
    return next((row.current_score for row in rows if row.person == person), None)


def _of_records(sources: Sources, read: Callable[[StudentRecords], T | None]) -> T | None:
    records = sources.records
    return attempt(lambda: read(records)) if records is not None else None


def attempt(read: Callable[[], T]) -> T | None:
    """Return what was read, or None where the system could not tell."""
    try:
        return read()
    except ProvostError:
        return None
