"""What is known of a student in a class, of what the reader may see; None is not known, and never nothing (R122)."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from domain.ids import AssignmentId, ResourceId
from domain.learning import Assignment, PastCourse, Programme, Resource, Submission
from domain.records import Section


class Known(NamedTuple):
    """One student in one class.

    ``resources`` are what the class offers; ``opened`` views by resource; ``quiet_days`` days since the student last
    clicked in the class, while at least half of the class clicked in the last seven; None where that is not known or
    the class is quiet itself (R117, S158). ``left`` was recommended before and not taken up (S97). Unless
    ``offer_known``, what the class offers could not be read.
    """

    section: Section
    now: datetime
    resources: tuple[Resource, ...]
    assignments: tuple[Assignment, ...]
    submissions: Mapping[AssignmentId, Submission] | None
    opened: Mapping[ResourceId, int] | None
    quiet_days: int | None
    programmes: tuple[Programme, ...] | None
    past: tuple[PastCourse, ...] | None
    left: frozenset[ResourceId] = frozenset()
    offer_known: bool = True

    @property
    def course(self) -> str:
        """The course, as a transcript names it without spaces."""
        return f"{self.section.subject}{self.section.course_number}"
