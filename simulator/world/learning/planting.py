"""What is planted in a term of learning, and the list of it for scoring.

Everything is drawn once, when a course or the list is first asked for, from the world as it was made. Each thing
planted names its place and people by natural keys; `expected` is what a mark truly was, `seen` what stands in the
gradebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from itertools import cycle, islice
from random import Random

from simulator.world.learning.ground import Ground, Plot
from simulator.world.learning.plant import Item, Plant
from simulator.world.learning.planted_marks import MARK_PLANTS
from simulator.world.learning.planted_people import PEOPLE_PLANTS
from simulator.world.learning.twists import CourseTwist


class Planting:
    """Draws what is planted; `as_of` is when the world was made, whatever the campus clock says later."""

    def __init__(self, ground: Ground, seed: int, as_of: datetime) -> None:
        self._ground = ground
        self._rng = Random(f"planting {seed}")
        self._as_of = as_of
        self._twists: dict[str, CourseTwist] = {}

    def twist_of(self, course: str) -> CourseTwist | None:
        """What was planted in a course, by its SIS id."""
        return self._twists.get(course) if self.items else None

    @cached_property
    def items(self) -> list[Item]:
        """Everything planted."""
        plots = list(self._ground.plots)
        self._rng.shuffle(plots)
        turns, found = cycle(plots), list[Item]()
        for share, plant in (*PEOPLE_PLANTS[:2], *MARK_PLANTS, *PEOPLE_PLANTS[2:]):
            wanted = max(1, round(len(plots) * share))
            found += islice(self._planted(plant, turns, len(plots)), wanted)
        return found

    def _planted(self, plant: Plant, turns: Iterator[Plot], tries: int) -> Iterator[Item]:
        """Plant in the next plots in turn where it shows, going round once at most."""
        for plot in islice(turns, tries):
            twist = self._twists.setdefault(plot.course, CourseTwist())
            item = plant(plot, twist, self._rng, self._as_of)
            if item is not None:
                yield item
