"""What was planted in a course: how one student's story departs from what it would have been, or the whole course's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Twist:
    """One student's departure. `entered` replaces scores by column number, `changed` adds a later mark."""

    stops_at: datetime | None = None
    absent: bool = False
    brilliant: bool = False
    entered: dict[int, float] = field(default_factory=dict)
    changed: dict[int, tuple[datetime, float]] = field(default_factory=dict)


@dataclass(slots=True)
class CourseTwist:
    """A course's departure; `students` are by person key.

    `activity` multiplies everybody's clicks, `rich` gives the course many resources, `resources` a practice quiz
    that goes with higher marks and a reading that does not; `mode_changed` are columns marked 0, 1 or 100, `touched`
    those of which every mark is part of something planted.
    """

    activity: float = 1.0
    rich: bool = False
    resources: bool = False
    mode_changed: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    students: dict[str, Twist] = field(default_factory=dict)

    def student(self, person: str) -> Twist:
        """The departure of a student, made when it is first asked for."""
        return self.students.setdefault(person, Twist())


NO_TWIST = Twist()
NOTHING_PLANTED: Mapping[str, CourseTwist] = {}
