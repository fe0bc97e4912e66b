"""What came of earlier recommendations, and how that changes the next path (S97)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from domain.ids import ResourceId
from domain.records import Record

PATIENCE = timedelta(days=14)
"""A recommendation that was not taken up for so long stands behind others."""


class Outcome(StrEnum):
    """Whether a student opened what was recommended; a resource whose views are not known is not judged."""

    TAKEN_UP = "taken_up"
    NOT_YET = "not_yet"
    LEFT = "left"
    UNKNOWN = "unknown"


class Tried(Record):
    """One earlier recommendation: when it was first made, and how often the student had opened the thing by then."""

    resource: ResourceId
    on: date
    views: int | None


def first_of_each(tried: Iterable[Tried]) -> tuple[Tried, ...]:
    """Return the earliest recommendation of each resource, by day."""
    found: dict[ResourceId, Tried] = {}
    for one in sorted(tried, key=lambda one: (one.on, one.resource)):
        found.setdefault(one.resource, one)
    return tuple(found.values())


def outcomes_of(
    tried: Iterable[Tried], opened: Mapping[ResourceId, int] | None, today: date
) -> dict[ResourceId, Outcome]:
    """Return what came of each: opened since, not yet, or left for two weeks (S97)."""
    return {one.resource: _outcome(one, opened, today) for one in first_of_each(tried)}


def _outcome(one: Tried, opened: Mapping[ResourceId, int] | None, today: date) -> Outcome:
    if opened is None or one.views is None:
        return Outcome.UNKNOWN
    if opened.get(one.resource, 0) > one.views:
        return Outcome.TAKEN_UP
    return Outcome.LEFT if today - one.on >= PATIENCE else Outcome.NOT_YET
