"""How registrations come about: each student's dated story, from first registration to what holds today.

A story is a short list of operations on one choice of sections. The mix of stories is a campus's ordinary
life: most register once, some drop or withdraw around census, swap sections, return, audit, wait for a seat,
are let in over a prerequisite, or are dropped for not paying and come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from simulator.banner.tables import Person, SectionKey
from simulator.world.calendar import Calendar, PartOfTerm
from simulator.world.chance import happens
from simulator.world.operations import Kind, Operation
from simulator.world.timetable import Choice, Timetable

REGISTRATION_OPENS = timedelta(days=135)
"""How long before the first day registration begins."""


STORIES: Mapping[str, float] = {
    "registered": 85.0,
    "late add": 4.0,
    "dropped": 4.0,
    "withdrawn": 2.2,
    "swapped": 1.5,
    "returned": 0.9,
    "audit": 0.9,
    "audit later": 0.4,
    "override": 0.7,
    "unpaid": 0.3,
    "reinstated": 0.3,
}
"""How often each story happens, in parts of about a hundred."""


class Days:
    """Draws moments in business hours within the windows that the calendar sets, never after as-of."""

    def __init__(self, rng: Random, calendar: Calendar, as_of: datetime) -> None:
        self._rng = rng
        self._calendar = calendar
        self._last = as_of - timedelta(minutes=5)
        self.today = calendar.local_day(as_of)

    def within(self, first: date, last: date) -> datetime:
        """A moment from the first day to the last, both included; a window yet to come is drawn nearer."""
        if first > self.today:
            first, last = self.today - timedelta(days=20), self.today
        span = max(0, (min(last, self.today) - first).days)
        day = first + timedelta(days=self._rng.randint(0, span))
        at = self._calendar.at(day, time(self._rng.randint(8, 19), self._rng.randrange(60)))
        return min(at, self._last)

    def early(self, part: PartOfTerm) -> datetime:
        """A moment between the opening of registration and the eve of classes."""
        opens = part.start_on - REGISTRATION_OPENS
        eve = min(part.start_on - timedelta(days=3), self.today - timedelta(days=25))
        return self.within(min(opens, eve), eve)

    def late(self, part: PartOfTerm) -> datetime:
        """A moment from the first day of classes to the end of add and drop."""
        return self.within(part.start_on, part.add_drop_end_on)

    def before_census(self, part: PartOfTerm) -> datetime:
        """A moment around the first weeks, the census day included: leaving then is a drop."""
        return self.within(part.start_on - timedelta(days=2), part.census_on)

    def after_census(self, part: PartOfTerm) -> datetime:
        """A moment after the census day: leaving then is a withdrawal."""
        return self.within(part.census_on + timedelta(days=1), part.withdraw_deadline_on)


class RegistrationHistory:
    """Writes the stories of one term."""

    def __init__(self, rng: Random, calendar: Calendar, timetable: Timetable, as_of: datetime) -> None:
        self._rng = rng
        self._term = calendar.terms[timetable.term]
        self._days = Days(rng, calendar, as_of)
        self._timetable = timetable
        self._cancelled = frozenset(timetable.cancelled)
        self._taken: dict[SectionKey, int] = {}
        self._barred: set[tuple[str | None, str]] = set()
        self._by_department: dict[str, list[Choice]] = {}
        for choice in timetable.choices:
            self._by_department.setdefault(choice.course.department.code, []).append(choice)
        self._siblings: dict[str, list[Choice]] = {}
        for choice in timetable.choices:
            self._siblings.setdefault(choice.course.code, []).append(choice)
        self._names, self._weights = list(STORIES), list(STORIES.values())

    def bar_teachers(self, scheduled: Iterable[Operation]) -> None:
        """Nobody registers for a course that they teach or assist in."""
        courses = {section.key: section.course.code for section in self._timetable.sections}
        for operation in scheduled:
            if operation.person is not None:
                self._barred.update((operation.person, courses[key]) for key in operation.sections)

    def of(self, students: Sequence[Person], loads: Sequence[int]) -> Iterator[Operation]:
        """Every student's operations, each taking a number of courses drawn from `loads`."""
        for student in students:
            taken: set[str] = set()
            for _ in range(self._rng.choice(loads)):
                choice = self._choose(student, taken)
                if choice is not None:
                    taken.add(choice.course.code)
                    yield from self._take(student, choice)

    def _choose(self, student: Person, taken: set[str]) -> Choice | None:
        own = self._by_department.get(student.department)
        for _ in range(8):
            shelf = own if own and happens(self._rng, 0.4) else self._timetable.choices
            choice = self._rng.choice(shelf)
            code = choice.course.code
            if code not in taken and (student.guid, code) not in self._barred:
                return choice
        return None

    def _has_room(self, choice: Choice) -> bool:
        return self._taken.get(choice.seat.key, 0) < choice.seat.capacity

    def _take(self, student: Person, choice: Choice) -> Iterator[Operation]:
        """Register, wait for a seat where there is none, or take another section of the course."""
        if self._has_room(choice):
            yield from self._tell(student, choice)
            return
        siblings = [other for other in self._siblings[choice.course.code] if self._has_room(other)]
        if happens(self._rng, 0.2) or not siblings:
            yield from self._wait(student, choice)
        else:
            yield from self._tell(student, self._rng.choice(siblings))

    def _tell(self, student: Person, choice: Choice) -> Iterator[Operation]:
        self._taken[choice.seat.key] = self._taken.get(choice.seat.key, 0) + 1
        name = self._rng.choices(self._names, self._weights)[0]
        part = self._term.part(choice.seat.part)
        if choice.seat.key in self._cancelled:
            name = "registered"
        if name == "withdrawn" and part.census_on >= self._days.today:
            name = "dropped"
        return TELLERS[name](self, student.guid, choice, part)

    def _wait(self, student: Person, choice: Choice) -> Iterator[Operation]:
        """Join the queue; one in four gets a seat before add and drop ends."""
        part = self._term.part(choice.seat.part)
        joined = self._days.early(part)
        yield Operation(joined, Kind.WAITLISTED, student.guid, choice.keys[-1:])
        if happens(self._rng, 0.25) and choice.seat.key not in self._cancelled:
            yield Operation(self._days.late(part), Kind.PROMOTED, student.guid, choice.keys)

    def _register(self, person: str, choice: Choice, at: datetime, **detail: str) -> Operation:
        return Operation(at, Kind.REGISTERED, person, choice.keys, detail=detail)

    def tell_registered(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """The usual: registered in advance, nothing more."""
        code = "RE" if happens(self._rng, 0.2) else "RW"
        yield self._register(person, choice, self._days.early(part), code=code)

    def tell_late_add(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Added after classes began (R60)."""
        yield self._register(person, choice, self._days.late(part))

    def tell_dropped(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Gone by census at the latest: no trace is wanted (R48)."""
        yield self._register(person, choice, self._days.early(part))
        leaving = self._days.before_census(part)
        yield Operation(leaving, Kind.DROPPED, person, choice.keys)

    def tell_withdrawn(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Gone after census: a W, and the class record stays (R49)."""
        yield self._register(person, choice, self._days.early(part))
        yield Operation(self._days.after_census(part), Kind.WITHDRAWN, person, choice.keys)

    def tell_swapped(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Moved to another section of the course when classes began (R52)."""
        yield self._register(person, choice, self._days.early(part))
        siblings = [
            other
            for other in self._siblings[choice.course.code]
            if other is not choice and other.seat.key not in self._cancelled and self._has_room(other)
        ]
        if siblings:
            other = self._rng.choice(siblings)
            self._taken[other.seat.key] = self._taken.get(other.seat.key, 0) + 1
            yield Operation(self._days.late(part), Kind.SWAPPED, person, other.keys, choice.keys)

    def tell_returned(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Dropped and registered again (R51)."""
        yield self._register(person, choice, self._days.early(part))
        left = self._days.within(part.start_on - timedelta(days=1), part.start_on + timedelta(days=2))
        yield Operation(left, Kind.DROPPED, person, choice.keys)
        yield self._register(person, choice, left + timedelta(hours=self._rng.randint(2, 40)))

    def tell_audit(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """An auditor from the start (R55)."""
        yield self._register(person, choice, self._days.early(part), audit="yes")

    def tell_audit_later(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """For credit first, an auditor before census."""
        yield self._register(person, choice, self._days.early(part))
        yield Operation(self._days.late(part), Kind.AUDIT_CHOSEN, person, choice.keys)

    def tell_override(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Let in over a prerequisite or a full section (R56)."""
        yield self._register(person, choice, self._days.late(part), override="prerequisite")

    def tell_unpaid(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Dropped for non-payment before classes (R58)."""
        yield self._register(person, choice, self._days.early(part))
        purge = self._days.within(part.start_on - timedelta(days=2), part.start_on - timedelta(days=2))
        yield Operation(purge, Kind.UNPAID, person, choice.keys)

    def tell_reinstated(self, person: str, choice: Choice, part: PartOfTerm) -> Iterator[Operation]:
        """Dropped for non-payment, paid, and back."""
        yield from self.tell_unpaid(person, choice, part)
        yield self._register(person, choice, self._days.late(part))


Teller = Callable[[RegistrationHistory, str, Choice, PartOfTerm], Iterator[Operation]]
TELLERS: Mapping[str, Teller] = {
    "registered": RegistrationHistory.tell_registered,
    "late add": RegistrationHistory.tell_late_add,
    "dropped": RegistrationHistory.tell_dropped,
    "withdrawn": RegistrationHistory.tell_withdrawn,
    "swapped": RegistrationHistory.tell_swapped,
    "returned": RegistrationHistory.tell_returned,
    "audit": RegistrationHistory.tell_audit,
    "audit later": RegistrationHistory.tell_audit_later,
    "override": RegistrationHistory.tell_override,
    "unpaid": RegistrationHistory.tell_unpaid,
    "reinstated": RegistrationHistory.tell_reinstated,
}
"""The teller of each story."""
