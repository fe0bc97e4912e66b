"""Students and courses that are not like the others: who stops, who never came, what helps and what does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from simulator.banner.tables import Person
from simulator.world.learning.ground import Plot
from simulator.world.learning.learner import draw_learner
from simulator.world.learning.materials import HELPFUL, NEUTRAL
from simulator.world.learning.plant import Item, Plant, describe
from simulator.world.learning.twists import CourseTwist

ENGAGEMENT, ATTENDANCE, INSIGHT = "engagement", "attendance", "insight"
EARLIEST_STOP, SHORTEST_SILENCE = timedelta(days=9), timedelta(days=9)
USUAL_EFFORT = 0.3
LITTLE = 0.15
FEWEST = 12


def free(plot: Plot, twist: CourseTwist) -> list[Person]:
    """The steady students of a plot who are part of nothing planted."""
    return [person for person in plot.students if person.guid not in twist.students]


def plant_disengagement(plot: Plot, twist: CourseTwist, rng: Random, as_of: datetime) -> Item | None:
    """A student who worked as usual and then stopped: no more work, no more clicks."""
    start = plot.book.outline.start
    first, last = start + EARLIEST_STOP, min(as_of, plot.book.outline.end) - SHORTEST_SILENCE
    busy = [person for person in free(plot, twist) if _effort(plot, person) > USUAL_EFFORT]
    if first > last or not busy:
        return None
    person = rng.choice(busy)
    stops_at = first + (last - first) * rng.random()
    stops_at = stops_at.replace(microsecond=0)
    twist.student(person.guid).stops_at = stops_at
    week = (stops_at - start).days // 7 + 1
    return describe(ENGAGEMENT, "disengaged", plot, person, at=stops_at.isoformat(), week=week)


def _effort(plot: Plot, person: Person) -> float:
    return draw_learner(plot.book.seed, person.guid, plot.course).effort


def plant_unearned(plot: Plot, twist: CourseTwist, rng: Random, as_of: datetime) -> Item | None:
    """A student who is hardly ever there and has the best marks."""
    people = free(plot, twist)
    if not people or not plot.marked_columns(as_of):
        return None
    person = rng.choice(people)
    twist.student(person.guid).brilliant = True
    return describe(ENGAGEMENT, "low activity, high mark", plot, person)


def plant_absence(plot: Plot, twist: CourseTwist, rng: Random, _as_of: datetime) -> Item | None:
    """A student who is registered and never came."""
    people = free(plot, twist)
    if not people:
        return None
    person = rng.choice(people)
    twist.student(person.guid).absent = True
    return describe(ATTENDANCE, "never attended", plot, person)


def plant_pair(plot: Plot, twist: CourseTwist, _rng: Random, as_of: datetime) -> Item | None:
    """Two resources that half the students use: with one go twelve points more, with the other nothing."""
    if len(plot.students) < FEWEST or not plot.marked_columns(as_of) or twist.resources:
        return None
    twist.resources = True
    return describe(INSIGHT, "helpful resource", plot, helpful=HELPFUL, neutral=NEUTRAL)


def plant_silence(plot: Plot, twist: CourseTwist, _rng: Random, _as_of: datetime) -> Item | None:
    """A course with twice the resources and hardly anybody who looks at them."""
    if len(plot.students) < FEWEST or twist.rich or twist.resources:
        return None
    twist.rich, twist.activity = True, LITTLE
    return describe(INSIGHT, "low engagement despite resources", plot)


PEOPLE_PLANTS: tuple[tuple[float, Plant], ...] = (
    (1 / 100, plant_silence),
    (1 / 100, plant_pair),
    (1 / 25, plant_disengagement),
    (1 / 80, plant_unearned),
    (1 / 50, plant_absence),
)
"""In what share of the plots each is found."""
