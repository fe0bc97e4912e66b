"""A world before anything is fed anywhere: records on file, and everything that will happen, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from simulator.banner.state import BannerState
from simulator.banner.tables import Advising, Course, Department, PastGrade, Person, Section
from simulator.clock import CampusClock
from simulator.world.calendar import Calendar
from simulator.world.operations import Operation


@dataclass(slots=True)
class World:
    """Static records and the dated operations that bring the campus to its as-of time."""

    calendar: Calendar
    as_of: datetime
    departments: Sequence[Department]
    courses: Sequence[Course]
    persons: Sequence[Person]
    sections: Sequence[Section]
    operations: list[Operation]
    advising: Sequence[Advising] = ()
    transcripts: dict[str, list[PastGrade]] = field(default_factory=dict)
    name: str = "Northfield College"

    @property
    def term(self) -> str:
        """The code of the running term."""
        return self.calendar.current

    def open_banner(self, clock: CampusClock) -> BannerState:
        """Banner with the static records on file and nothing done yet."""
        banner = BannerState(clock, self.calendar)
        banner.departments = {department.guid: department for department in self.departments}
        banner.courses = {course.guid: course for course in self.courses}
        banner.admit(self.persons)
        banner.offer(self.sections)
        banner.advising = {row.guid: row for row in self.advising}
        banner.transcripts = self.transcripts
        return banner


def in_order(operations: Sequence[Operation], as_of: datetime) -> list[Operation]:
    """Operations up to as-of by time; those of the same minute keep the order in which they were told."""
    return sorted((operation for operation in operations if operation.at <= as_of), key=lambda each: each.at)
