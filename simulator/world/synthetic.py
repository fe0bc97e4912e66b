"""The synthetic campus: a seed and a number of students make the same world every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from simulator.banner.tables import PastGrade, Person, Section
from simulator.world.calendar import CLOSED, Calendar, college_calendar, preceding_term
from simulator.world.campus_world import World, in_order
from simulator.world.catalog import found_departments, list_courses
from simulator.world.history import Days, RegistrationHistory
from simulator.world.operations import Kind, Operation
from simulator.world.people import People, admit_people
from simulator.world.personal import PersonalHistory, assign_advisors, delay_logins, write_transcript
from simulator.world.staffing import Staffing, instructors_needed
from simulator.world.timetable import Timetable, make_timetable

DEFAULT_TERM = "202680"
LOADS = (3, 4, 5, 5, 5, 6, 6)
SIDE_LOADS = (0, 0, 0, 1, 1)
COHORT_LOADS = (2, 3)


def default_as_of(calendar: Calendar) -> datetime:
    """Four weeks into the term, nine in the morning."""
    start = calendar.terms[calendar.current].start_on
    return calendar.at(start + timedelta(days=28), time(9))


class SyntheticWorld:
    """Builds one world; every random choice comes from the seed."""

    def __init__(self, students: int, seed: int, term: str, as_of: datetime | None) -> None:
        self._rng = Random(seed)
        self._calendar = college_calendar(term)
        self._as_of = (as_of or default_as_of(self._calendar)).astimezone(UTC)
        self._days = Days(self._rng, self._calendar, self._as_of)
        self._departments = found_departments()
        self._courses = list_courses(self._departments)
        sections = max(26, students * 5 // 24)
        self._people = self._admit(students, sections)
        self._timetables = self._offer(sections)

    def _admit(self, students: int, sections: int) -> People:
        year = self._calendar.terms[self._calendar.current].start_on.year
        instructors = instructors_needed(sections)
        return admit_people(self._rng, self._departments, students=students, instructors=instructors, year=year)

    def _offer(self, sections: int) -> tuple[Timetable, Timetable, Timetable]:
        """The previous, the current and the next term's timetables."""
        current = self._calendar.current
        side, halves = max(12, sections // 6), len(self._calendar.terms[current].parts) > 1
        return (
            make_timetable(self._rng, preceding_term(current), self._courses, side, halves=False),
            make_timetable(self._rng, current, self._courses, sections, halves=halves),
            make_timetable(self._rng, preceding_term(current, -1), self._courses, side, halves=False),
        )

    def build(self) -> World:
        """The world with all its operations up to as-of."""
        logins = delay_logins(self._rng, self._people.students)
        operations = list(self._admissions())
        for timetable, loads, students in self._enrolling():
            scheduled = list(self._scheduled(timetable))
            operations += scheduled
            history = RegistrationHistory(self._rng, self._calendar, timetable, self._as_of)
            history.bar_teachers(scheduled)
            operations += self._dated(timetable, history.of(students, loads))
        start = self._calendar.terms[self._calendar.current].start_on
        personal = PersonalHistory(self._rng, self._days, start, logins)
        operations += personal.of(self._people.students)
        operations += self._rolls()
        return World(
            calendar=self._calendar,
            as_of=self._as_of,
            departments=self._departments,
            courses=self._courses,
            persons=self._people.everyone(),
            sections=[section for timetable in self._timetables for section in timetable.sections],
            operations=in_order(operations, self._as_of),
            advising=list(assign_advisors(self._rng, self._people, start)),
            transcripts={student.guid: lines for student, lines in self._transcripts()},
        )

    def _enrolling(self) -> Iterator[tuple[Timetable, Sequence[int], Sequence[Person]]]:
        """Each term with its usual loads and those who register in it; the next one has a cohort only."""
        previous, current, following = self._timetables
        everyone = self._people.students
        yield previous, SIDE_LOADS, everyone
        yield current, LOADS, everyone
        yield following, COHORT_LOADS, everyone[:: max(1, len(everyone) // 15)]

    def _admissions(self) -> Iterator[Operation]:
        """Everyone is on file before the first term of the story opens."""
        first = self._calendar.terms[self._timetables[0].term].schedule_published_on
        at = self._calendar.at(first - timedelta(days=30), time(7))
        for person in self._people.everyone():
            yield Operation(at, Kind.ADMITTED, person.guid)

    def _opening_day(self, timetable: Timetable) -> date:
        """The day the schedule came out; an unpublished one has been in preparation for a month."""
        published = self._calendar.terms[timetable.term].schedule_published_on
        today = self._days.today
        return published if published <= today else today - timedelta(days=40)

    def _scheduled(self, timetable: Timetable) -> Iterator[Operation]:
        """Sections opened, staffed, cross-listed and cancelled."""
        opened = self._calendar.at(self._opening_day(timetable), time(8))
        for section in timetable.sections:
            yield Operation(opened, Kind.SECTION_OPENED, sections=(section.key,))
        for number, group in enumerate(timetable.crosslists, start=1):
            code = f"X{timetable.term[2:]}{number:03d}"
            yield Operation(opened + timedelta(hours=2), Kind.CROSSLISTED, sections=group, detail={"code": code})
        staffing = Staffing(self._rng, self._calendar, self._people, self._days)
        assigned = [
            operation._replace(at=opened + timedelta(hours=4))
            for operation in staffing.of(timetable, timetable.sections)
        ]
        yield from assigned
        if timetable.term == self._calendar.current:
            lasting = [each for each in assigned if each.sections[0] not in timetable.cancelled]
            yield from staffing.replacements(lasting, timetable.sections)
        yield from self._dated(timetable, self._cancellations(timetable))

    def _cancellations(self, timetable: Timetable) -> Iterator[Operation]:
        by_key: dict[object, Section] = {section.key: section for section in timetable.sections}
        published = self._calendar.is_published(timetable.term, self._days.today)
        for key in timetable.cancelled if published else ():
            start = self._calendar.terms[timetable.term].part(by_key[key].part).start_on
            at = self._days.within(start - timedelta(days=2), start + timedelta(days=1))
            yield Operation(at, Kind.SECTION_CANCELLED, sections=(key,))

    def _dated(self, timetable: Timetable, stories: Iterator[Operation]) -> Iterator[Operation]:
        """Registrations and cancellations of a term, none before its sections exist."""
        earliest = self._calendar.at(self._opening_day(timetable), time(20))
        for operation in stories:
            yield operation if operation.at > earliest else operation._replace(at=earliest)

    def _rolls(self) -> Iterator[Operation]:
        """A term that ended is rolled to academic history twelve days later."""
        for term in self._calendar.terms.values():
            if self._calendar.standing(term.code, self._days.today) == CLOSED:
                at = self._calendar.at(term.end_on + timedelta(days=12), time(23))
                yield Operation(at, Kind.TERM_ROLLED, detail={"term": term.code})

    def _transcripts(self) -> Iterator[tuple[Person, list[PastGrade]]]:
        """Grades of the two terms before the previous one; newcomers have none."""
        terms = [preceding_term(self._calendar.current, steps) for steps in (3, 2)]
        for student in self._people.students:
            if lines := write_transcript(self._rng, student, terms, self._courses):
                yield student, lines


def build_synthetic(students: int, seed: int, term: str = DEFAULT_TERM, as_of: datetime | None = None) -> World:
    """A campus of so many students around a term; ValueError for a malformed term or no students."""
    if students < 1:
        raise ValueError("A campus needs at least one student.")
    return SyntheticWorld(students, seed, term, as_of).build()
