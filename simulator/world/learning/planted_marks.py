"""Marks that go wrong: single rows, a shifted column, a column marked in another way, a change long after posting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from simulator.banner.tables import Person
from simulator.world.learning.course_plan import Column
from simulator.world.learning.entry_errors import MISTAKES, TOP, mistake
from simulator.world.learning.ground import Plot
from simulator.world.learning.plant import Item, Plant, describe
from simulator.world.learning.twists import CourseTwist

FEWEST = 8
"""A column with fewer marked students than this is neither shifted nor marked in another way."""
LONG_POSTED = timedelta(days=6)
GRADE_ENTRY = "grade entry"

Scored = list[tuple[Person, float]]


def scored(plot: Plot, column: Column, twist: CourseTwist, by: datetime) -> Scored:
    """The steady students with the true marks of a column, less those who are part of something planted."""
    marks = ((person, plot.true_score(person, column, by)) for person in plot.students)
    return [(person, mark) for person, mark in marks if mark is not None and person.guid not in twist.students]


def plant_mistake(kind: str, plot: Plot, twist: CourseTwist, rng: Random, as_of: datetime) -> Item | None:
    """One mark entered wrongly."""
    columns = _untouched(plot, twist, as_of)
    rng.shuffle(columns)
    for column in columns:
        people = scored(plot, column, twist, as_of)
        rng.shuffle(people)
        for person, true in people:
            seen = mistake(kind, true, rng) if true >= TOP / 5 else None
            if seen is not None:
                twist.student(person.guid).entered[column.number] = seen
                return describe(GRADE_ENTRY, kind, plot, person, column=column, expected=true, seen=seen)
    return None


def plant_shift(plot: Plot, twist: CourseTwist, _rng: Random, as_of: datetime) -> Item | None:
    """A column in which every mark stands one row too low."""
    for column in _untouched(plot, twist, as_of):
        people = scored(plot, column, twist, as_of)
        if len(people) < FEWEST:
            continue
        marks = [mark for _, mark in people]
        shifted = [marks[-1], *marks[:-1]]
        for (person, _), seen in zip(people, shifted, strict=True):
            twist.student(person.guid).entered[column.number] = seen
        twist.touched.add(column.number)
        rows = _rows(people, shifted)
        return describe(GRADE_ENTRY, "shifted column", plot, column=column, students=rows)
    return None


def plant_mode_change(plot: Plot, twist: CourseTwist, _rng: Random, as_of: datetime) -> Item | None:
    """A column marked 0, 1 or 100 although it is out of a hundred, for everybody."""
    for column in _untouched(plot, twist, as_of):
        people = scored(plot, column, twist, as_of)
        if len(people) >= FEWEST:
            twist.mode_changed.add(column.number)
            twist.touched.add(column.number)
            return describe(GRADE_ENTRY, "changed grade mode", plot, column=column, seen=[0.0, 1.0, TOP])
    return None


def plant_late_change(plot: Plot, twist: CourseTwist, rng: Random, as_of: datetime) -> Item | None:
    """A mark raised by another teacher days after it was posted, without a word."""
    for column in _untouched(plot, twist, as_of - LONG_POSTED):
        people = [
            (person, mark) for person, mark in scored(plot, column, twist, as_of - LONG_POSTED) if mark <= TOP - 25
        ]
        if not people:
            continue
        person, true = rng.choice(people)
        at, seen = as_of - timedelta(hours=rng.randint(20, 70)), true + rng.randint(15, 25)
        twist.student(person.guid).changed[column.number] = (at, seen)
        return describe(
            GRADE_ENTRY, "late change", plot, person, column=column, expected=true, seen=seen, at=at.isoformat()
        )
    return None


def _untouched(plot: Plot, twist: CourseTwist, by: datetime) -> list[Column]:
    """Columns with marks on which nothing depends that was planted before."""
    if twist.resources:
        return []
    return [column for column in plot.marked_columns(by) if column.number not in twist.touched]


def _rows(people: Scored, shifted: Sequence[float]) -> list[Item]:
    """Who of a shifted column got whose mark, where that made a difference."""
    return [
        {"bannerId": person.banner_id, "expected": true, "seen": seen}
        for (person, true), seen in zip(people, shifted, strict=True)
        if true != seen
    ]


MARK_PLANTS: tuple[tuple[float, Plant], ...] = (
    (1 / 120, plant_shift),
    (1 / 120, plant_mode_change),
    (1 / 80, plant_late_change),
    *((1 / 50, partial(plant_mistake, kind)) for kind in MISTAKES),
)
"""In what share of the plots each goes wrong."""
