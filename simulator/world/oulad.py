"""A world made of real records: the Open University's registrations and withdrawals, with their dates.

A presentation such as 2013J becomes a term (J starts in October, B in February), a module a course with one
section in it. `date_registration` and `date_unregistration` count days from the start of the presentation; no
unregistration means registered, one after the census date a withdrawal. Dates that are missing stay missing.
Names are invented, because the records have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from simulator.banner.tables import Course, Department, Person, Section, SectionKey, guid_of
from simulator.world.calendar import CLOSED, FULL, Calendar, PartOfTerm, Term
from simulator.world.campus_world import World, in_order
from simulator.world.history import Days
from simulator.world.operations import Kind, Operation
from simulator.world.oulad_records import Presentation, RealRegistration, Records, read_records
from simulator.world.people import INSTRUCTOR, STUDENT, People, PeopleRegister
from simulator.world.staffing import Staffing
from simulator.world.timetable import CANVAS, FIRST_CRN, LECTURE, Timetable

MONTHS = {"B": (2, "10"), "J": (10, "80")}
"""First month of a presentation and the ending of its term code, by letter."""


def term_of(presentation: str) -> str:
    """The term code of a presentation: 2013J is 201380; ValueError for another form."""
    year, letter = presentation[:4], presentation[4:]
    if letter not in MONTHS or not year.isdigit():
        raise ValueError(f"{presentation!r} is not a presentation; a year and B or J, such as 2013J.")
    return f"{year}{MONTHS[letter][1]}"


def presentation_term(presentation: str, days: int) -> Term:
    """A presentation's term; its deadlines are the campus's usual distances from the first day."""
    first = date(int(presentation[:4]), MONTHS[presentation[4:]][0], 1)
    part = PartOfTerm(
        FULL,
        "Full term",
        first,
        first + timedelta(days=days),
        first + timedelta(days=14),
        first + timedelta(days=21),
        first + timedelta(days=days * 3 // 4),
        first + timedelta(days=days - 7),
        first + timedelta(days=days + 14),
    )
    return Term(term_of(presentation), presentation, (part,), first - timedelta(days=365))


class OuladWorld:
    """Turns the records into a world around one term."""

    def __init__(
        self, records: Records, seed: int, term: str | None, as_of: datetime | None, students: int | None
    ) -> None:
        self._rng = Random(f"oulad {seed}")
        self._calendar = _calendar_of(records, term)
        start = self._calendar.terms[self._calendar.current].start_on
        moment = as_of or self._calendar.at(start + timedelta(days=35), time(9))
        self._as_of = moment.astimezone(UTC)
        self._days = Days(self._rng, self._calendar, self._as_of)
        self._departments = {
            module: Department(
                guid_of("educational-institution-units", module), module, module, guid_of("subjects", module)
            )
            for module in sorted({row.module for row in records.presentations})
        }
        self._register = PeopleRegister(self._rng)
        self._registrations = _limited(records.registrations, students)
        self._students = dict(self._admit_students())
        self._sections = dict(self._open_sections(records.presentations))

    def build(self) -> World:
        """The world with everything that happened up to as-of."""
        staff = [
            self._register.admit(frozenset({INSTRUCTOR}), department, 1968) for department in self._departments.values()
        ]
        people = People(list(self._students.values()), staff, [], [])
        operations = [
            *self._admissions(people.everyone()),
            *self._schedule(people),
            *self._registered(),
            *self._rolls(),
        ]
        return World(
            calendar=self._calendar,
            as_of=self._as_of,
            departments=list(self._departments.values()),
            courses=[section.course for section in self._sections.values()],
            persons=people.everyone(),
            sections=list(self._sections.values()),
            operations=in_order(operations, self._as_of),
            name="Open University records",
        )

    def _admit_students(self) -> Iterator[tuple[int, Person]]:
        departments = list(self._departments.values())
        for number in sorted({row.student for row in self._registrations}):
            person = self._register.admit(frozenset({STUDENT}), self._rng.choice(departments), 1985)
            banner_id = f"A{number:08d}"
            yield number, replace(person, banner_id=banner_id, guid=guid_of("persons", banner_id))

    def _open_sections(self, presentations: Iterable[Presentation]) -> Iterator[tuple[tuple[str, str], Section]]:
        courses: dict[str, Course] = {}
        for number, row in enumerate(sorted(presentations)):
            department = self._departments[row.module]
            guid = guid_of("courses", row.module, "100")
            course = courses.setdefault(row.module, Course(guid, department, "100", f"Module {row.module}", 3))
            key = SectionKey(term_of(row.code), str(FIRST_CRN + number))
            yield (
                (row.module, row.code),
                Section(
                    guid=guid_of("sections", *key),
                    key=key,
                    part=FULL,
                    course=course,
                    sequence="001",
                    method=LECTURE,
                    platform=CANVAS,
                    capacity=5_000,
                    waitlist_capacity=0,
                ),
            )

    def _admissions(self, persons: Iterable[Person]) -> Iterator[Operation]:
        first = min(term.schedule_published_on for term in self._calendar.terms.values())
        at = self._calendar.at(first - timedelta(days=30), time(7))
        for person in persons:
            yield Operation(at, Kind.ADMITTED, person.guid)

    def _schedule(self, people: People) -> Iterator[Operation]:
        staffing = Staffing(self._rng, self._calendar, people, self._days)
        for code, term in self._calendar.terms.items():
            sections = [section for section in self._sections.values() if section.key.term == code]
            opened = self._calendar.at(term.schedule_published_on, time(8))
            for section in sections:
                yield Operation(opened, Kind.SECTION_OPENED, sections=(section.key,))
            yield from staffing.of(Timetable(code, sections), sections)

    def _registered(self) -> Iterator[Operation]:
        for row in self._registrations:
            section = self._sections.get((row.module, row.presentation))
            if section is not None:
                yield from self._story(row, section)

    def _story(self, row: RealRegistration, section: Section) -> Iterator[Operation]:
        """A registration and, where the records have one, the departure."""
        person, part = self._students[row.student].guid, self._calendar.terms[section.key.term].parts[0]
        came_on = part.start_on + timedelta(days=row.registered if row.registered is not None else -1)
        detail = {} if row.registered is not None else {"undated": "yes"}
        came = self._calendar.at(came_on, time(self._rng.randint(8, 18), self._rng.randrange(60)))
        yield Operation(came, Kind.REGISTERED, person, (section.key,), detail=detail)
        if row.unregistered is not None:
            left_on = max(part.start_on + timedelta(days=row.unregistered), came_on)
            kind = Kind.DROPPED if left_on <= part.census_on else Kind.WITHDRAWN
            left = self._calendar.at(left_on, time(19, 30))
            yield Operation(left, kind, person, (section.key,))

    def _rolls(self) -> Iterator[Operation]:
        for term in self._calendar.terms.values():
            if self._calendar.standing(term.code, self._days.today) == CLOSED:
                at = self._calendar.at(term.end_on + timedelta(days=12), time(23))
                yield Operation(at, Kind.TERM_ROLLED, detail={"term": term.code})


def _limited(registrations: list[RealRegistration], students: int | None) -> list[RealRegistration]:
    """The registrations of the first so many students, or all."""
    if students is None:
        return registrations
    kept = set(sorted({row.student for row in registrations})[:students])
    return [row for row in registrations if row.student in kept]


def _calendar_of(records: Records, term: str | None) -> Calendar:
    """One term per presentation, the last one current unless another is named; ValueError for an unknown one."""
    longest: dict[str, int] = {}
    for row in records.presentations:
        longest[row.code] = max(longest.get(row.code, 0), row.days)
    terms: Mapping[str, Term] = {term_of(code): presentation_term(code, days) for code, days in sorted(longest.items())}
    ordered = dict(sorted(terms.items()))
    current = term or next(reversed(ordered))
    if current not in ordered:
        raise ValueError(f"The records have no term {current}; they have {', '.join(ordered)}.")
    return Calendar(ZoneInfo("Europe/London"), ordered, current)


def build_oulad(
    folder: Path,
    *,
    seed: int,
    term: str | None = None,
    as_of: datetime | None = None,
    students: int | None = None,
) -> World:
    """The world of the records in a folder; FileNotFoundError and ValueError say what is wrong with them."""
    return OuladWorld(read_records(folder), seed, term, as_of, students).build()
