"""What goes on happening after as-of: further registrations that Banner announces and nobody carries to Canvas.

Operations are drawn from the campus as it stands, and leave alone whatever already went wrong, so that every
one of them makes exactly the difference it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import count, cycle
from random import Random

from simulator.banner.state import BannerState
from simulator.banner.tables import Person, Registration, Section, SectionKey, guid_of
from simulator.world.carriage import Key
from simulator.world.operations import Kind, Operation
from simulator.world.targets import Targets, enrollment_key
from simulator.world.timetable import LECTURE

TRIES = 200


class LiveEvents:
    """Draws one operation after the other; each call looks at the campus anew."""

    def __init__(self, banner: BannerState, rng: Random, busy: Iterable[Key]) -> None:
        self._banner = banner
        self._rng = rng
        self._busy = set(busy)
        self._meddled = frozenset(self._courses_of(self._busy))
        self._kinds = cycle(TURNS)
        self._crns = count(1 + max((int(key.crn) for key in banner.offerings), default=10_000))

    def draw(self, wanted: int) -> Iterator[Operation]:
        """So many operations, fewer when the campus has nothing left to offer; apply each before the next."""
        idle = 0
        while wanted > 0 and idle < len(TURNS):
            operation = next(self._kinds)(self)
            idle = 0 if operation else idle + 1
            if operation is not None:
                wanted -= 1
                yield operation

    def _courses_of(self, keys: Iterable[Key]) -> Iterator[tuple[str, str]]:
        """People and the courses in which something already went wrong for them."""
        for kind, name, *rest in keys:
            section = self._banner.sections.get(SectionKey(*name.split("-", 1))) if kind == "enrollment" else None
            if section is not None:
                yield rest[0], section.course.code

    def _claim(self, targets: Targets, person: Person, *sections: Section) -> bool:
        """Take a person's seats for one operation, unless something went wrong for them there before."""
        if ("user", person.banner_id) in self._busy:
            return False
        if any((person.banner_id, section.course.code) in self._meddled for section in sections):
            return False
        return targets.claim(*(enrollment_key(section, person) for section in sections))

    def _targets(self) -> Targets:
        return Targets(self._banner, self._rng, self._now(), busy=self._busy)

    def _now(self) -> datetime:
        return self._banner.clock.now()

    def draw_add(self) -> Operation | None:
        """A student registers late."""
        targets = self._targets()
        students, seats = targets.students, targets.seats
        for _ in range(TRIES if students and seats else 0):
            person, section = self._rng.choice(students), self._rng.choice(seats)
            if not targets.knows_course(person, section) and self._claim(targets, person, section):
                return Operation(self._now(), Kind.REGISTERED, person.guid, _with_lecture(section))
        return None

    def draw_departure(self) -> Operation | None:
        """A student leaves: a drop until census, a withdrawal after it."""
        row = self._someone(self._targets())
        if row is None:
            return None
        part = self._banner.calendar.terms[row.section.key.term].part(row.section.part)
        today = self._banner.calendar.local_day(self._now())
        kind = Kind.DROPPED if today <= part.census_on else Kind.WITHDRAWN
        return Operation(self._now(), kind, row.person.guid, self._registered(row))

    def draw_swap(self) -> Operation | None:
        """A student moves to another section of the course, where dropping is still possible."""
        targets = self._targets()
        today = self._banner.calendar.local_day(self._now())
        rows = [row for row in targets.registrations if self._may_drop(row, today)]
        for row in self._rng.sample(rows, min(len(rows), TRIES)):
            others = [
                section
                for section in targets.seats
                if section.course is row.section.course
                and section.part == row.section.part
                and self._banner.registration(row.person.guid, section.key) is None
            ]
            if not others:
                continue
            other = self._rng.choice(others)
            if self._claim(targets, row.person, row.section, other):
                leaves = self._registered(row)
                return Operation(self._now(), Kind.SWAPPED, row.person.guid, _with_lecture(other), leaves)
        return None

    def _may_drop(self, row: Registration, today: date) -> bool:
        part = self._banner.calendar.terms[row.section.key.term].part(row.section.part)
        return today <= part.census_on

    def draw_promotion(self) -> Operation | None:
        """Someone on a waiting list gets a seat."""
        targets = self._targets()
        for place in targets.waiting:
            if self._claim(targets, place.person, place.section):
                keys = _with_lecture(place.section)
                return Operation(self._now(), Kind.PROMOTED, place.person.guid, keys)
        return None

    def draw_section(self) -> Operation | None:
        """A further section of a course that is taught already."""
        plain = [each for each in self._targets().lone_sections if each.method == LECTURE]
        if not plain:
            return None
        model = self._rng.choice(plain)
        key = SectionKey(model.key.term, str(next(self._crns)))
        used = [each for each in self._banner.offerings.values() if each.course is model.course]
        section = replace(
            model,
            guid=guid_of("sections", *key),
            key=key,
            sequence=f"{1 + max(int(each.sequence) for each in used):03d}",
            seats_taken=0,
        )
        self._banner.offer([section])
        return Operation(self._now(), Kind.SECTION_OPENED, sections=(key,))

    def draw_assignment(self) -> Operation | None:
        """An instructor for a section that has none."""
        targets = self._targets()
        for section in targets.lone_sections:
            if not self._banner.teachers_of(section.key) and targets.instructors:
                person: Person = self._rng.choice(targets.instructors)
                if targets.claim(enrollment_key(section, person)):
                    keys, detail = (section.key,), {"role": "primary"}
                    return Operation(self._now(), Kind.INSTRUCTOR_ASSIGNED, person.guid, keys, detail=detail)
        return None

    def _someone(self, targets: Targets) -> Registration | None:
        rows = targets.registrations
        for row in self._rng.sample(list(rows), min(len(rows), TRIES)):
            if self._claim(targets, row.person, row.section):
                return row
        return None

    def _registered(self, row: Registration) -> tuple[SectionKey, ...]:
        """The section of a registration with the lecture that belongs to it."""
        return tuple(
            key
            for key in _with_lecture(row.section)
            if (known := self._banner.registration(row.person.guid, key)) and known.status.registered
        )


def _with_lecture(section: Section) -> tuple[SectionKey, ...]:
    return (section.primary, section.key) if section.primary else (section.key,)


TURNS: tuple[Callable[[LiveEvents], Operation | None], ...] = (
    LiveEvents.draw_add,
    LiveEvents.draw_departure,
    LiveEvents.draw_add,
    LiveEvents.draw_promotion,
    LiveEvents.draw_departure,
    LiveEvents.draw_swap,
    LiveEvents.draw_add,
    LiveEvents.draw_departure,
    LiveEvents.draw_section,
    LiveEvents.draw_assignment,
)
"""What happens in turn."""
