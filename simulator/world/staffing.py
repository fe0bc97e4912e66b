"""Who teaches what: primary and second instructors with their loads, teaching assistants, replacements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import cycle
from random import Random

from simulator.banner.tables import Person, Section
from simulator.world.calendar import Calendar
from simulator.world.chance import happens
from simulator.world.history import Days
from simulator.world.operations import Kind, Operation
from simulator.world.people import People
from simulator.world.timetable import LAB, Timetable

PRIMARY, SECONDARY, ASSISTANT = "primary", "secondary", "teachingAssistant"
LARGE = 32
MAXIMUM_LOAD = 4
"""Sections one instructor teaches in a term at most."""


def instructors_needed(sections: int) -> int:
    """How many instructors a term of so many sections takes."""
    return max(4, -(-sections // 3))


def _assignment(at: datetime, person: Person, section: Section, role: str) -> Operation:
    return Operation(at, Kind.INSTRUCTOR_ASSIGNED, person.guid, (section.key,), detail={"role": role})


class Staffing:
    """Assigns the sections of a term."""

    def __init__(self, rng: Random, calendar: Calendar, people: People, days: Days) -> None:
        self._rng = rng
        self._calendar = calendar
        self._people = people
        self._days = days
        self._load: dict[str, int] = {}
        self._by_department: dict[str, list[Person]] = {}
        for person in people.instructors:
            self._by_department.setdefault(person.department, []).append(person)

    def of(self, timetable: Timetable, sections: Sequence[Section]) -> Iterator[Operation]:
        """Assign every section; labs get an assistant or a second instructor, the lecture its primary."""
        assistants = cycle(self._people.assistants or self._people.instructors)
        assigned_at = self._calendar.at(
            self._calendar.terms[timetable.term].schedule_published_on + timedelta(days=1), time(9)
        )
        for section in sections:
            if section.method == LAB:
                role = ASSISTANT if self._people.assistants else SECONDARY
                yield _assignment(assigned_at, next(assistants), section, role)
                continue
            teacher = self._free_instructor(section)
            yield _assignment(assigned_at, teacher, section, PRIMARY)
            if happens(self._rng, 0.06):
                yield _assignment(assigned_at, self._other_than(teacher), section, SECONDARY)
            if self._people.assistants and section.capacity >= LARGE and happens(self._rng, 0.3):
                yield _assignment(assigned_at, next(assistants), section, ASSISTANT)

    def replacements(self, assigned: Sequence[Operation], sections: Sequence[Section]) -> Iterator[Operation]:
        """A few primary instructors hand their section over after classes began (R46)."""
        by_key = {section.key: section for section in sections}
        teaching = {(operation.person, operation.sections[0]) for operation in assigned}
        for operation in assigned:
            primary = operation.detail["role"] == PRIMARY
            if not primary or operation.person is None or not happens(self._rng, 0.05):
                continue
            section = by_key[operation.sections[0]]
            part = self._calendar.terms[section.key.term].part(section.part)
            leaving = operation.person
            newcomer = self._rng.choice([each for each in self._people.instructors if each.guid != leaving])
            if (newcomer.guid, section.key) in teaching:
                continue
            at = self._days.within(part.start_on, part.start_on + timedelta(days=20))
            detail = {"role": PRIMARY, "leaving": leaving}
            yield Operation(at, Kind.INSTRUCTOR_REPLACED, newcomer.guid, (section.key,), detail=detail)

    def _free_instructor(self, section: Section) -> Person:
        """An instructor of the department with room in the load, else the least loaded of a few others."""
        own = [person for person in self._own(section) if self._load_of(person) < MAXIMUM_LOAD]
        others = self._people.instructors
        teacher = self._rng.choice(own) if own else min(self._rng.sample(others, 4), key=self._load_of)
        self._load[teacher.guid] = self._load_of(teacher) + 1
        return teacher

    def _own(self, section: Section) -> list[Person]:
        return self._by_department.get(section.course.department.code, [])

    def _load_of(self, person: Person) -> int:
        return self._load.get(person.guid, 0)

    def _other_than(self, teacher: Person) -> Person:
        others = [person for person in self._people.instructors if person is not teacher]
        return self._rng.choice(others)
