"""How a student goes about a course: visits week by week, the pages looked at in them, and what goes with the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from math import exp, log
from random import Random

from simulator.canvas.coursework import Entry, Work
from simulator.world.learning.course_plan import Outline
from simulator.world.learning.learner import Learner
from simulator.world.learning.materials import Materials
from simulator.world.learning.trace import Click
from simulator.world.learning.twists import CourseTwist, Twist

DAY, WEEK = 86_400, 7 * 86_400
HOURS = (*(1, 0, 0, 0, 0, 0, 0), 1, 3, 6, 8, 8, 7, 7, 8, 9, 9, 8, 7, 8, 10, 10, 7, 4)
"""How visits are spread over the local hours of a day."""
BY_HOUR = tuple(hour for hour, weight in enumerate(HOURS) for _ in range(weight))
WEEKDAYS = (1.1, 1.1, 1.0, 1.0, 0.7, 0.6, 1.1)
VISITS = 0.6
"""Visits a day of a student of average effort."""
SHORTEST_VIEW, LONGEST_VIEW, MEAN_VIEW, PAUSE = 10, 900, 80, 15
BRILLIANT_ACTIVITY = 0.05
PLANTED_DAYS = (2, 24)
"""The days of the course on which the planted pair is looked at."""


class Clicking:
    """One student's clicks in one course."""

    def __init__(
        self, outline: Outline, materials: Materials, learner: Learner, course: CourseTwist, twist: Twist
    ) -> None:
        self._outline = outline
        self._materials = materials
        self._learner = learner
        self._twist = twist
        self.items = [item for module in materials.modules for item in module.items]
        self._units = list(_units(materials))
        self._start = int(outline.start.timestamp())
        self._days = (outline.end - outline.start).days + 1
        self._last = int((twist.stops_at or outline.end).timestamp())
        activity = course.activity * (BRILLIANT_ACTIVITY if twist.brilliant else 1.0)
        self._chance = 1 - exp(-VISITS * activity * exp(0.55 * learner.effort))

    def weeks_until(self, moment: datetime) -> int:
        """How many weeks of the course have begun by a moment, the last of them perhaps not over."""
        begun = (int(moment.timestamp()) - self._start) // WEEK + 1
        return 0 if self._twist.absent else max(0, min(begun, -(-self._days // 7)))

    def week(self, rng: Random, number: int, set_clicks: Sequence[Click]) -> list[Click]:
        """The page views of one week by time, those that are set for it among them."""
        first = self._start + number * WEEK
        own = [click for click in set_clicks if first <= click.at < first + WEEK]
        days = range(number * 7, min(self._days, number * 7 + 7))
        visits = [click for day in days for click in self._visit(rng, day)]
        return sorted(click for click in (*visits, *own) if click.at <= self._last)

    def _visit(self, rng: Random, day: int) -> Iterator[Click]:
        """The visit of a day, if there is one: a few pages, all on that day."""
        draw, weekday = rng.random, (self._outline.start.weekday() + day) % 7
        if draw() >= self._chance * WEEKDAYS[weekday]:
            return
        midnight = self._start + day * DAY
        at = midnight + BY_HOUR[int(draw() * len(BY_HOUR))] * 3600 + int(draw() * 3600)
        for _ in range(1 + int(rng.expovariate(0.3))):
            seconds = SHORTEST_VIEW + min(LONGEST_VIEW, int(-MEAN_VIEW * log(1 - draw())))
            if at < midnight + DAY:
                yield Click(at, self._page(draw, day / self._days), seconds, 0)
            at += seconds + PAUSE

    def _page(self, draw: Callable[[], float], progress: float) -> int:
        """The course's own pages, or an item of the present unit, or of an earlier one."""
        reached = int(progress * len(self._units))
        unit = self._units[reached if draw() < 0.7 else int(draw() * (reached + 1))]  # noqa: PLR2004
        return unit[int(draw() * len(unit))]

    def set_clicks(self, rng: Random, works: Mapping[int, Work], entries: Sequence[Entry]) -> list[Click]:
        """The page views that do not depend on visits: handing in, contributing, and the planted pair."""
        parts = [*self._parts(works), *((entry.at, self._position(entry.topic_id)) for entry in entries)]
        done = [Click(int(at.timestamp()), item, 240 + int(rng.random() * 900), 1) for at, item in parts]
        return sorted([*done, *self._pair(rng)])

    def _parts(self, works: Mapping[int, Work]) -> Iterator[tuple[datetime, int]]:
        """Where and when work was handed in, except in discussions, which speak for themselves."""
        for column in self._outline.columns:
            work = works.get(column.assignment.id)
            if work is None or work.submitted_at is None or column.assignment.topic_id is not None:
                continue
            yield work.submitted_at, self._position(column.assignment.quiz_id or column.assignment.id)

    def _position(self, content: int) -> int:
        return next((number for number, item in enumerate(self.items, 1) if item.content == content), 0)

    def _pair(self, rng: Random) -> Iterator[Click]:
        """Visits to the planted pair by those whose coin says so, whatever their effort."""
        coins = (self._learner.first_coin, self._learner.second_coin)
        for item, coin in zip((self._materials.helpful, self._materials.neutral), coins, strict=True):
            if item is None or coin >= 0.5:  # noqa: PLR2004
                continue
            for _ in range(rng.randint(3, 6)):
                at = self._start + rng.randrange(*PLANTED_DAYS) * DAY + 9 * 3600 + rng.randrange(10 * 3600)
                yield Click(at, self.items.index(item) + 1, 60 + rng.randrange(600), 0)


def _units(materials: Materials) -> Iterator[tuple[int, ...]]:
    """The positions of each module's items, less the planted pair, and three times the course's own pages."""
    position = 0
    for module in materials.modules:
        numbered = list(enumerate(module.items, position + 1))
        position += len(module.items)
        yield (*(at for at, item in numbered if item not in (materials.helpful, materials.neutral)), 0, 0, 0)
