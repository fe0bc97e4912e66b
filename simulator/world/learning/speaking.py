"""What a student says in the discussions of a course: in the graded one when taking part, elsewhere now and then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import exp
from random import Random

from simulator.canvas.coursework import Entry, Work
from simulator.world.learning.course_plan import PER_COURSE, Outline
from simulator.world.learning.learner import Learner
from simulator.world.learning.materials import Materials
from simulator.world.learning.twists import CourseTwist, Twist

PER_STUDENT = 10
"""Entries of one student in one topic at most."""
WORDS = (
    "I read it the other way round at first.",
    "The second example helped me most.",
    "Could somebody explain the last step again?",
    "I agree with the summary above, except for one point.",
    "This reminded me of what we did last week.",
    "Has anyone compared the two methods?",
)


class Speaking:
    """One student's contributions in one course."""

    def __init__(
        self, outline: Outline, materials: Materials, learner: Learner, course: CourseTwist, twist: Twist
    ) -> None:
        self._outline = outline
        self._materials = materials
        self._talkative = course.activity * exp(0.7 * learner.effort)
        self._twist = twist

    def entries(self, rng: Random, works: Mapping[int, Work], user_id: int) -> list[Entry]:
        """Everything the student says, by time."""
        said = [*self._graded(rng, works), *self._asked(rng)]
        kept = sorted((at, topic) for at, topic in said if self._goes_on(at))
        return [
            Entry((topic * PER_COURSE * PER_COURSE + user_id) * PER_STUDENT + number, topic, at, rng.choice(WORDS))
            for number, (at, topic) in enumerate(kept[:PER_STUDENT])
        ]

    def _graded(self, rng: Random, works: Mapping[int, Work]) -> Iterator[tuple[datetime, int]]:
        for topic in self._materials.topics:
            work = works.get(topic.assignment_id or 0)
            if work is not None and work.submitted_at is not None:
                for number in range(rng.randint(1, 2)):
                    yield work.submitted_at + timedelta(minutes=number * rng.randint(5, 600)), topic.id

    def _asked(self, rng: Random) -> Iterator[tuple[datetime, int]]:
        """Questions at random times, more of them from those who make an effort."""
        topic = self._materials.topics[-1].id
        length = (self._outline.end - self._outline.start).total_seconds()
        at = rng.expovariate(1) * length / self._talkative
        while at < length and not self._twist.brilliant:
            yield self._outline.start + timedelta(seconds=int(at)), topic
            at += rng.expovariate(1) * length / self._talkative

    def _goes_on(self, at: datetime) -> bool:
        stops_at = self._twist.stops_at
        return not self._twist.absent and (stops_at is None or at < stops_at) and at <= self._outline.end
