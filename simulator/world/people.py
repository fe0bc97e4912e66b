"""The people of a campus: students, instructors, teaching assistants and advisors, hard cases included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from simulator.banner.tables import Department, Person, guid_of
from simulator.world.chance import happens
from simulator.world.names import draw_name, draw_preferred, login_stem

STUDENT, INSTRUCTOR, ADVISOR = "student", "instructor", "advisor"
TWINS_EVERY, FIRST_TWIN = 400, 7
MAIL_DOMAIN = "northfield.example"


@dataclass(slots=True)
class People:
    """Everyone on the campus by what they do; a teaching assistant is a graduate student."""

    students: list[Person]
    instructors: list[Person]
    assistants: list[Person]
    advisors: list[Person]

    def everyone(self) -> list[Person]:
        """All persons once, students first."""
        return [*self.students, *self.instructors, *self.advisors]


class PeopleRegister:
    """Admits people one by one, keeping Banner ids and logins unique."""

    def __init__(self, rng: Random, first_number: int = 100_001) -> None:
        self._rng = rng
        self._number = first_number
        self._logins: Counter[str] = Counter()

    def next_banner_id(self) -> str:
        """The next free public id; gaps are left, as in life."""
        self._number += self._rng.randint(1, 9)
        return f"A{self._number:08d}"

    def admit(self, roles: frozenset[str], department: Department, born_year: int) -> Person:
        """A new person with a drawn name, a login and an e-mail address."""
        rng, name, banner_id = self._rng, draw_name(self._rng), self.next_banner_id()
        login = self.next_login(name.first, name.last)
        preferred = draw_preferred(rng, name.first) if name.first and happens(rng, 0.07) else None
        return Person(
            guid=guid_of("persons", banner_id),
            banner_id=banner_id,
            first=name.first,
            middle=name.middle,
            last=name.last,
            email=f"{login}@{MAIL_DOMAIN}",
            login=login,
            born_on=date(born_year, 1, 1) + timedelta(days=rng.randrange(365)),
            phone=f"+1555{rng.randrange(10**7):07d}",
            roles=roles,
            department=department.code,
            preferred=preferred,
            confidential=happens(rng, 0.015),
        )

    def next_login(self, first: str, last: str) -> str:
        """A free login built from the name."""
        stem = login_stem(first, last)
        self._logins[stem] += 1
        return f"{stem}{self._logins[stem]}" if self._logins[stem] > 1 else stem

    def namesake(self, person: Person) -> Person:
        """Another person with the same name and birth date: twins are told apart by id and login only."""
        banner_id, login = self.next_banner_id(), self.next_login(person.first, person.last)
        return replace(
            person,
            guid=guid_of("persons", banner_id),
            banner_id=banner_id,
            login=login,
            email=f"{login}@{MAIL_DOMAIN}",
        )


def _admit_students(
    rng: Random, register: PeopleRegister, departments: Sequence[Department], count: int, year: int
) -> list[Person]:
    students: list[Person] = []
    while len(students) < count:
        twin_due = len(students) % TWINS_EVERY == FIRST_TWIN
        if twin_due:
            students.append(register.namesake(students[-1]))
            continue
        age = rng.choices((18, 19, 20, 21, 24, 31, 47), weights=(24, 24, 20, 16, 9, 5, 2))[0]
        student = register.admit(frozenset({STUDENT}), rng.choice(departments), year - age)
        student.level = "GR" if happens(rng, 0.1) else "UG"
        students.append(student)
    return students


def _mix_login_case(rng: Random, people: Sequence[Person]) -> None:
    """Some logins were typed with capitals when they were made, and Banner keeps them so."""
    for person in people:
        if person.login and happens(rng, 0.03):
            person.login = person.login.capitalize()


def admit_people(
    rng: Random, departments: Sequence[Department], *, students: int, instructors: int, year: int
) -> People:
    """Admit a campus; about one in fifty graduate students assists, one advisor serves 150 students."""
    register = PeopleRegister(rng)
    learners = _admit_students(rng, register, departments, students, year)
    teachers = [
        register.admit(frozenset({INSTRUCTOR}), departments[number % len(departments)], year - 45)
        for number in range(instructors)
    ]
    advisors = [
        register.admit(frozenset({ADVISOR}), departments[number % len(departments)], year - 38)
        for number in range(max(2, students // 150))
    ]
    graduates = [person for person in learners if person.level == "GR"]
    assistants = graduates[: max(1, len(graduates) // 3)] if graduates else []
    for assistant in assistants:
        assistant.roles |= {INSTRUCTOR}
    _mix_login_case(rng, [*learners, *teachers])
    return People(learners, teachers, assistants, advisors)
