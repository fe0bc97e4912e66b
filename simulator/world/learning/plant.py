"""What planting something is, and how it is written down for scoring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TypeAlias

from simulator.banner.tables import Person
from simulator.world.learning.course_plan import Column
from simulator.world.learning.ground import Plot
from simulator.world.learning.twists import CourseTwist

Item: TypeAlias = dict[str, object]
Plant: TypeAlias = Callable[[Plot, CourseTwist, Random, datetime], Item | None]
"""Plants one thing in a course and returns what it was, or None where it would not show."""


def describe(
    family: str, kind: str, plot: Plot, person: Person | None = None, *, column: Column | None = None, **more: object
) -> Item:
    """One planted thing, by natural keys: place, person by Banner id, assignment by its name in the course."""
    keys = plot.keys
    if person is not None:
        keys["bannerId"] = person.banner_id
    if column is not None:
        keys["assignment"] = column.assignment.name
    return {"family": family, "kind": kind, "keys": keys, **more}
