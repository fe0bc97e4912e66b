"""A small world of students, classes and advisors, held in memory: what an SIS would say of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from domain.errors import Unreachable
from domain.ids import Crn, PrincipalId, RecordHandle, SectionKey, SisPersonId, TermCode
from domain.ports import Fetch
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Registration, RegistrationStatus, Section, SectionInstructor
from privacy.access import Access, load_access_rules
from privacy.access.relations import Relations
from privacy.access.rules import AccessRules
from store.database import open_database
from store.keys import KeyRing
from store.ledger import Ledger
from store.migrations import upgrade

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = load_access_rules(ROOT / "provost.access.yaml")
NOW = datetime(2026, 9, 21, 13, tzinfo=UTC)
TERM = TermCode("202680")
PROGRAMS = {Role.AGENT: PrincipalKind.AGENT, Role.SERVICE: PrincipalKind.SERVICE}


class StillClock:
    def now(self) -> datetime:
        return NOW


def student(number: int) -> SisPersonId:
    return SisPersonId(f"S{number:03d}")


def handle(person: str) -> RecordHandle:
    return RecordHandle(f"per_{person.lower()}")


def handles(*numbers: int) -> frozenset[RecordHandle]:
    return frozenset(handle(student(number)) for number in numbers)


def principal(role: Role, person: str = "", *scopes: str, name: str = "", **more: Any) -> Principal:
    return Principal(
        id=PrincipalId(name or f"{role}-{person or 'x'}"),
        kind=PROGRAMS.get(role, PrincipalKind.PERSON),
        roles=frozenset({role}),
        scopes=frozenset(scopes),
        person=handle(person) if person else None,
        **more,
    )


@dataclass
class Identities:
    """Handles that a test can read."""

    def handles(self, people: Collection[SisPersonId]) -> dict[SisPersonId, RecordHandle]:
        return {person: handle(person) for person in people}

    def person(self, who: RecordHandle) -> SisPersonId:
        return SisPersonId(who.removeprefix("per_").upper())

    def seal(self, value: str) -> str:
        return value


@dataclass
class Campus:
    """What the SIS knows: advisors by student, teacher, department and end by section, rosters; and how it fails."""

    advisors: dict[SisPersonId, str] = field(default_factory=dict)
    taught: dict[SectionKey, tuple[str, str, date]] = field(default_factory=dict)
    rosters: dict[SectionKey, dict[SisPersonId, RegistrationStatus]] = field(default_factory=dict)
    confidential: set[SisPersonId] = field(default_factory=set)
    down: bool = False
    whole: bool = True
    reads: int = 0

    def teach(
        self, crn: str, teacher: str, *students: int, dept: str = "MATH", end: date = date(2026, 12, 11)
    ) -> SectionKey:
        key = SectionKey(TERM, Crn(crn))
        self.taught[key] = (teacher, dept, end)
        self.rosters[key] = {student(number): RegistrationStatus.REGISTERED for number in students}
        return key

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        return self._fetch(who for who, theirs in self.advisors.items() if theirs == advisor)

    def read_advisors(self, person: SisPersonId) -> Fetch[SisPersonId]:
        return self._fetch(SisPersonId(self.advisors[who]) for who in self.advisors if who == person)

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        return self._fetch(
            _section(key, *said) for key, said in self.taught.items() if said[0] == instructor and said[2] > ended_after
        )

    def read_roster(self, section: SectionKey) -> Fetch[Registration]:
        return self._fetch(
            Registration(section=section, person=who, status=how) for who, how in self.rosters[section].items()
        )

    def read_department(self, department: str, ended_after: date) -> Fetch[Registration]:
        keys = [key for key, said in self.taught.items() if said[1] == department and said[2] > ended_after]
        return self._fetch(row for key in keys for row in self.read_roster(key).rows)

    def read_confidential(self, people: Collection[SisPersonId]) -> Fetch[SisPersonId]:
        return self._fetch(who for who in people if who in self.confidential)

    def _fetch(self, rows: Any) -> Fetch[Any]:
        self.reads += 1
        if self.down:
            raise Unreachable("Banner does not answer.", field="banner")
        return Fetch(source="banner", rows=tuple(rows), complete=self.whole, read_at=NOW)


def _section(key: SectionKey, teacher: str, department: str, end: date) -> Section:
    return Section(
        key=key,
        subject=department,
        course_number="101",
        sequence="001",
        title="Calculus",
        department=department,
        start_on=date(2026, 8, 24),
        end_on=end,
        instructors=(SectionInstructor(sis_id=SisPersonId(teacher), primary=True),),
    )


def open_ledger(folder: Path) -> Ledger:
    database = open_database(f"sqlite:///{folder}/provost.db")
    upgrade(database)
    return Ledger(database, KeyRing.open(folder / "keys"), folder / "checkpoints", clock=StillClock())


def door(
    campus: Campus, ledger: Any, rules: AccessRules = SHIPPED, monotonic: Callable[[], float] = lambda: 0.0
) -> Access:
    relations = Relations(lambda: campus, Identities(), rules.relationships, clock=StillClock(), monotonic=monotonic)
    return Access(rules, relations, ledger)


class Remembering:
    """Stands for a ledger where only what would be appended matters."""

    def __init__(self) -> None:
        self.appends: list[list[Any]] = []

    def append_many(self, drafts: Any) -> list[Any]:
        self.appends.append(list(drafts))
        return []
