"""Where things may be planted: lone lectures of the running term, and students in them to whom nothing else happens.

All of it is read from the world as it was made and never from the two systems, so that what a run changes there
cannot move what was planted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import datetime, time, timedelta
from functools import cached_property

from simulator.banner.tables import Person, Section, SectionKey
from simulator.canvas.coursework import Work
from simulator.world.calendar import Calendar
from simulator.world.campus_world import World
from simulator.world.carriage import Key
from simulator.world.learning.course_plan import HOMEWORK, Column
from simulator.world.learning.taught_book import TaughtBook
from simulator.world.operations import Kind, Operation
from simulator.world.practice import sis_course_id, sis_section_id
from simulator.world.timetable import CANVAS, LECTURE

UNDER_WAY = timedelta(days=20)
"""How long a section has been taught before anything is planted in it."""
UNSETTLING = frozenset({Kind.LOGIN_ISSUED, Kind.ID_REISSUED, Kind.FAMILY_NAME_CHANGED, Kind.PREFERRED_NAME_CHOSEN})
TAUGHT_BY = frozenset({Kind.INSTRUCTOR_ASSIGNED, Kind.INSTRUCTOR_REPLACED})


class Plot:
    """A section with its course as it would be if nothing were planted, and its steady students by name."""

    def __init__(self, section: Section, students: Iterable[Person], calendar: Calendar, seed: int) -> None:
        self.section = section
        self.course = sis_course_id(section)
        self.students = sorted(students, key=lambda each: (each.sortable_name.lower(), each.banner_id))
        self._calendar = calendar
        self._seed = seed

    @cached_property
    def book(self) -> TaughtBook:
        """The course's coursework without anything planted."""
        return TaughtBook(self._calendar, self._seed, self.course, self.section, 0)

    @property
    def keys(self) -> dict[str, str]:
        """The natural keys of the place."""
        key = self.section.key
        return {"term": key.term, "crn": key.crn, "sisSectionId": sis_section_id(key), "sisCourseId": self.course}

    def work(self, person: Person, column: Column) -> Work | None:
        """A student's work on a column as it truly was."""
        return self.book.story_of(person.guid, 0).works.get(column.assignment.id)

    def true_score(self, person: Person, column: Column, by: datetime) -> float | None:
        """The mark a student's work deserved, None where none was handed in and marked by then."""
        work = self.work(person, column)
        marked = work is not None and work.submitted_at is not None and bool(work.marks) and work.marks[0].at <= by
        return work.marks[0].score if work is not None and marked else None

    def marked_columns(self, by: datetime) -> list[Column]:
        """The columns out of a hundred whose marks were in and shown by a moment."""
        return [
            column
            for column in self.book.outline.columns
            if column.kind == HOMEWORK and (column.shown_at or column.marked_at or by) < by - timedelta(days=1)
        ]


class Ground:
    """The plots of a world; `disturbed` are keys that something happened to already."""

    def __init__(self, world: World, persons: dict[str, Person], disturbed: Set[Key], seed: int) -> None:
        self._world = world
        self._persons = persons
        self._disturbed = disturbed
        self._seed = seed

    @cached_property
    def plots(self) -> list[Plot]:
        """Every plot, by the section's key."""
        rosters = self._rosters()
        return [self._plot(section, rosters.get(section.key, {})) for section in self._sections]

    @cached_property
    def _sections(self) -> list[Section]:
        return sorted((each for each in self._world.sections if self._is_fit(each)), key=lambda each: each.key)

    def _is_fit(self, section: Section) -> bool:
        calendar: Calendar = self._world.calendar
        if section.key.term != self._world.term or section.platform != CANVAS or section.method != LECTURE:
            return False
        if section.has_labs or section.primary or section.crosslist or section.status == "cancelled":
            return False
        start_on = calendar.terms[section.key.term].part(section.part).start_on
        under_way = start_on + UNDER_WAY <= calendar.local_day(self._world.as_of)
        places = (("section", sis_section_id(section.key)), ("course", sis_course_id(section)))
        return under_way and not any(place in self._disturbed for place in places)

    def _rosters(self) -> dict[SectionKey, dict[str, list[Operation]]]:
        """What ever happened to each student in each section."""
        wanted, rosters = {section.key for section in self._sections}, dict[SectionKey, dict[str, list[Operation]]]()
        for operation in self._world.operations:
            if operation.person is None or operation.kind in TAUGHT_BY:
                continue
            for key in wanted.intersection((*operation.sections, *operation.leaves)):
                rosters.setdefault(key, {}).setdefault(operation.person, []).append(operation)
        return rosters

    @cached_property
    def _unsettled(self) -> set[str | None]:
        return {each.person for each in self._world.operations if each.kind in UNSETTLING}

    def _plot(self, section: Section, roster: dict[str, list[Operation]]) -> Plot:
        calendar = self._world.calendar
        start = calendar.at(calendar.terms[section.key.term].part(section.part).start_on, time(0))
        return Plot(section, self._steady(section, start, roster.items()), calendar, self._seed)

    def _steady(
        self, section: Section, start: datetime, roster: Iterable[tuple[str, list[Operation]]]
    ) -> Iterator[Person]:
        """Those who registered once, in time and for credit, and to whom nothing else happened."""
        for guid, operations in roster:
            person, only = self._persons[guid], operations[0]
            if len(operations) > 1 or only.kind is not Kind.REGISTERED or only.detail.get("audit"):
                continue
            keys: tuple[Key, ...] = (
                ("user", person.banner_id),
                ("enrollment", sis_section_id(section.key), person.banner_id),
            )
            known = person.login is not None and guid not in self._unsettled
            if known and only.at < start - timedelta(days=2) and self._disturbed.isdisjoint(keys):
                yield person
