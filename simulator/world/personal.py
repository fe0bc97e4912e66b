"""What happens to people outside their classes: logins, names, ids, holds, advisors and earlier grades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from simulator.banner.tables import Advising, Course, PastGrade, Person, guid_of
from simulator.world.chance import happens
from simulator.world.history import Days
from simulator.world.names import PLAIN_FAMILY, draw_preferred
from simulator.world.operations import Kind, Operation
from simulator.world.people import INSTRUCTOR, People

ROUND, REISSUED, RENAMED, CHOSEN = 170, 5, 50, 90
"""Of so many students one gets a new id, one a new family name, one chooses a preferred name."""
REISSUED_FROM = 90_000_000
GRADES = ("A", "A-", "B+", "B", "B-", "C+", "C", "D", "F")
STRONG = (30, 20, 15, 15, 8, 5, 4, 2, 1)
STRUGGLING = (3, 4, 7, 12, 12, 16, 18, 14, 14)


def delay_logins(rng: Random, students: Sequence[Person]) -> dict[str, str]:
    """Take the logins of a few students back; returns GUID to login for those who get theirs in time (R7)."""
    learners = [person for person in students if INSTRUCTOR not in person.roles]
    wanted = rng.sample(learners, min(len(learners), max(1, round(len(students) * 0.012))))
    issued: dict[str, str] = {}
    for number, person in enumerate(wanted):
        if number % 2 and person.login is not None:
            issued[person.guid] = person.login
        person.login = None
    return issued


class PersonalHistory:
    """The personal operations of a term's students."""

    def __init__(self, rng: Random, days: Days, term_start: date, logins: dict[str, str]) -> None:
        self._rng = rng
        self._days = days
        self._start = term_start
        self._logins = logins
        self._reissued = 0

    def of(self, students: Sequence[Person]) -> Iterator[Operation]:
        """Everything personal that happens to these students before as-of."""
        for number, student in enumerate(students):
            if student.guid in self._logins:
                yield self._at(Kind.LOGIN_ISSUED, student, 10, login=self._logins[student.guid])
            if student.login is None:
                continue
            if number % ROUND == REISSUED:
                yield self._reissue(student)
            elif number % ROUND == RENAMED:
                yield self._at(Kind.FAMILY_NAME_CHANGED, student, 20, last=self._new_family_name(student))
            elif number % ROUND == CHOSEN and student.first:
                preferred = draw_preferred(self._rng, student.first)
                yield self._at(Kind.PREFERRED_NAME_CHOSEN, student, 20, preferred=preferred)
            yield from self._holds(student)

    def _at(self, kind: Kind, person: Person, spread: int, **detail: str) -> Operation:
        first = self._start - timedelta(days=spread)
        at = self._days.within(first, self._start + timedelta(days=spread))
        return Operation(at, kind, person.guid, detail=detail)

    def _reissue(self, person: Person) -> Operation:
        self._reissued += 1
        banner_id = f"A{REISSUED_FROM + 17 * self._reissued:08d}"
        return self._at(Kind.ID_REISSUED, person, 20, banner_id=banner_id)

    def _new_family_name(self, person: Person) -> str:
        return self._rng.choice([name for name in PLAIN_FAMILY if name != person.last])

    def _holds(self, person: Person) -> Iterator[Operation]:
        """A balance owed or an academic matter; about half are released again."""
        if not happens(self._rng, 0.055):
            return
        financial = happens(self._rng, 0.7)
        category = "financial" if financial else "academic"
        comment = "Balance due" if financial else "See advisor before registering"
        placed = self._days.within(self._start - timedelta(days=30), self._start + timedelta(days=15))
        yield Operation(
            placed,
            Kind.HOLD_PLACED,
            person.guid,
            detail={"category": category, "comment": comment},
        )
        if happens(self._rng, 0.5):
            released = self._days.within(self._start + timedelta(days=16), self._start + timedelta(days=28))
            yield Operation(released, Kind.HOLD_RELEASED, person.guid)


def assign_advisors(rng: Random, people: People, on: date) -> Iterator[Advising]:
    """Every student has a primary advisor; one in ten a second, departmental one."""
    for student in people.students:
        chosen = rng.sample(people.advisors, 2)
        for kind, advisor in zip(("primary", "departmental"), chosen, strict=True):
            if kind == "primary" or happens(rng, 0.1):
                guid = guid_of("student-advisor-relationships", student.guid, advisor.guid)
                yield Advising(guid, student, advisor, kind, on)


def write_transcript(rng: Random, student: Person, terms: Sequence[str], courses: Sequence[Course]) -> list[PastGrade]:
    """Grades of earlier terms, W included; one student in twelve struggles and withdraws often."""
    if happens(rng, 0.25):
        return []
    struggling = happens(rng, 0.08)
    lines: list[PastGrade] = []
    for term in terms:
        for course in rng.sample(courses, rng.randint(3, 5)):
            withdrew = happens(rng, 0.28 if struggling else 0.03)
            weights = STRUGGLING if struggling else STRONG
            grade = "W" if withdrew else rng.choices(GRADES, weights)[0]
            guid = guid_of("student-transcript-grades", student.guid, term, course.code)
            lines.append(PastGrade(guid, student, term, course, grade))
    return lines
