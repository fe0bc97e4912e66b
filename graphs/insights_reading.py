"""Reads the classes that a question of insights is about; what is not whole is left out and said (R70)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from agents.insights import ClassObserved, Offered
from domain.errors import ProvostError
from domain.grades import GradebookRow
from domain.ids import RecordHandle, ResourceId, SectionKey
from domain.learning import ActivityDay, Assignment, Resource, ResourceUse
from domain.learning_ports import Classroom
from domain.ports import Fetch, T
from domain.records import Section

_WEEK = 7
Grades = Mapping[RecordHandle, float]


@dataclass
class InsightsReading:
    """Reads one class after the other; ``left_out`` says which parts of which classes could not be read."""

    classroom: Classroom
    today: date
    left_out: list[str] = field(default_factory=list)

    def observe(self, section: Section, students: frozenset[RecordHandle]) -> ClassObserved:
        """Return what a class shows of these students; grades are those the LMS holds now, hidden ones too (R86)."""
        key, room = section.key, self.classroom
        resources = self._whole("resources", key, lambda: room.read_resources(key))
        work = self._whole("assignments", key, lambda: room.read_assignments(key))
        grades = self._whole("gradebook", key, lambda: room.read_gradebook(key))
        uses = self._whole("page views", key, lambda: room.read_uses(key))
        clicks = self._whole("activity", key, lambda: room.read_activity(key))
        days = (min(self.today, section.end_on) - section.start_on).days
        return ClassObserved(
            section=key,
            course=f"{section.subject} {section.course_number}",
            department=section.department,
            students=students,
            weeks=max(0, days) / _WEEK,
            offered=_offered(resources or (), work or ()),
            scores=_scores(grades or (), students),
            opened=_opened(uses, students) if uses is not None and work is not None else None,
            views=_views(clicks, students) if clicks is not None else None,
        )

    def _whole(self, what: str, section: SectionKey, reading: Callable[[], Fetch[T]]) -> tuple[T, ...] | None:
        """Return the rows of a complete reading; anything less would take unread students for idle ones (R122)."""
        try:
            fetch = reading()
        except ProvostError as failure:
            self.left_out.append(f"{section}: {what} could not be read ({failure.code}).")
            return None
        if not fetch.complete:
            reason = next((found.message for found in fetch.findings), "It did not come whole.")
            self.left_out.append(f"{section}: {what} was left out. {reason}")
            return None
        return fetch.rows


def _offered(resources: Iterable[Resource], work: Iterable[Assignment]) -> tuple[Offered, ...]:
    """Return the published resources; what carries the name of an assignment is that assignment."""
    graded = {one.name.casefold() for one in work}
    shown = [one for one in resources if one.published]
    return tuple(
        Offered(one.id, one.title, one.kind, one.title.casefold() in graded)
        for one in sorted(shown, key=lambda one: one.id)
    )


def _scores(grades: Iterable[GradebookRow], students: frozenset[RecordHandle]) -> Grades:
    found: dict[RecordHandle, float] = {}
    for row in grades:
        shown = (row.override_score, row.unposted_current_score, row.current_score)
        score = next((value for value in shown if value is not None), None)
        if score is not None and row.person in students:
            found[row.person] = float(score)
    return found


def _opened(
    uses: Iterable[ResourceUse], students: frozenset[RecordHandle]
) -> Mapping[ResourceId, Mapping[RecordHandle, int]]:
    found: dict[ResourceId, dict[RecordHandle, int]] = defaultdict(dict)
    for use in uses:
        if use.person in students:
            found[use.resource][use.person] = use.views
    return dict(found)


def _views(days: Iterable[ActivityDay], students: frozenset[RecordHandle]) -> Mapping[RecordHandle, int]:
    found: dict[RecordHandle, int] = defaultdict(int)
    for day in days:
        if day.person in students:
            found[day.person] += day.views
    return dict(found)
