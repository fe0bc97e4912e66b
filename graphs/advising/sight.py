"""What every look shares: who may be seen, which class is meant, and where something was read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.calendar import local_day
from domain.errors import AccessDenied, ConfigurationError, InvalidRecord
from domain.ids import RecordHandle, SectionKey
from domain.learning import HeldSeat
from domain.learning_ports import Classroom
from domain.ports import Fetch
from domain.principals import Principal, Role
from domain.records import RegistrationStatus, Section
from graphs.advising.matching import course_of, key_in, match_sections
from privacy.access import Answer, Question
from tools.catalog.reading import Source, source

if TYPE_CHECKING:
    from graphs.assembly import Provost

PURPOSE = "advising chat"
MOST_CLASSES = 12
_CURRENT = (RegistrationStatus.REGISTERED, RegistrationStatus.WAITLISTED)


@dataclass(frozen=True)
class Sight:
    """One installation as one conversation looks at it; ``run`` is under what name each look is on record."""

    provost: "Provost"
    run: str = ""

    def ask(
        self,
        caller: Principal,
        fields: tuple[str, ...],
        people: Iterable[RecordHandle],
        section: SectionKey | None = None,
    ) -> Answer:
        """Ask who may be seen; on record either way (S224)."""
        asked = Question(
            reader=caller,
            fields=fields,
            people=frozenset(people),
            purpose=PURPOSE,
            section=section,
            run=self.run,
        )
        return self.provost.access.ask(asked)

    def require(
        self, caller: Principal, fields: tuple[str, ...], person: RecordHandle, section: SectionKey | None = None
    ) -> None:
        """Raise AccessDenied, with the reason, unless all these fields of a person may be seen."""
        answer = self.ask(caller, fields, [person], section)
        for name in fields:
            if person not in answer.permitted[name]:
                raise denied(answer, person, name)

    def permitted(
        self, caller: Principal, field: str, people: Collection[RecordHandle], section: SectionKey
    ) -> frozenset[RecordHandle]:
        """Return those of a class whose field may be seen; AccessDenied where there are people and none may."""
        answer = self.ask(caller, (field,), people, section)
        if people and not answer.permitted[field]:
            raise denied(answer, min(people), field)
        return answer.permitted[field]

    def person_meant(self, caller: Principal, person: RecordHandle | None) -> RecordHandle:
        """Return the person asked about: the one named, or the student who asks."""
        if person is not None:
            return person
        if caller.person is not None and Role.STUDENT in caller.roles:
            return caller.person
        raise InvalidRecord("It was not said which student is meant.", field="person", fix="Name the student.")

    def seats(self, person: RecordHandle) -> Fetch[HeldSeat]:
        """Return the classes of one student; ConfigurationError where the SIS is not asked for one student."""
        reader = self.provost.readers.seats
        if reader is None:
            fix = "Name the class by term and CRN."
            raise ConfigurationError("This student system is not asked for one student.", field="banner.url", fix=fix)
        return reader.read_seats(person)

    def section_meant(self, person: RecordHandle, course: str) -> Section:
        """Return the one class that the words mean; InvalidRecord where there is none, or several."""
        seats = self.seats_meant(person, course)
        if len(seats) > 1:
            names = ", ".join(course_of(seat.section) for seat in seats)
            raise InvalidRecord("Several classes are meant.", field="course", fix=f"Name one of {names}.")
        return seats[0].section

    def seats_meant(self, person: RecordHandle, course: str) -> tuple[HeldSeat, ...]:
        """Return the seats that the words mean, the running classes before those that are over, at most a few.

        Raises InvalidRecord where the student has no such class.
        """
        held = self.seats(person).rows
        if not held and (key := key_in(course)) is not None:
            held = self._seat_in(person, key)
        meant = {each.key for each in match_sections(course, [seat.section for seat in held])}
        found = [seat for seat in held if seat.section.key in meant]
        running = [seat for seat in found if seat.section.end_on >= self.today() and seat.status in _CURRENT]
        if not found:
            raise InvalidRecord(
                "The student has no such class.",
                field="course",
                fix="Name it as the schedule does, such as BIOL 101, or by term and CRN.",
            )
        return tuple(running or sorted(found, key=lambda seat: seat.section.end_on, reverse=True))[:MOST_CLASSES]

    def sections_meant(self, caller: Principal, words: str) -> tuple[Section, ...]:
        """Return the classes the words mean: one by term and CRN, or among those the caller teaches.

        Raises InvalidRecord where that is none.
        """
        key = key_in(words)
        if key is not None:
            section = self.provost.sis.read_section(key)
            return (section,) if section is not None else _no_class()
        found = match_sections(words, self.taught(caller))
        return found[:MOST_CLASSES] if found else _no_class()

    def taught(self, caller: Principal) -> tuple[Section, ...]:
        """Return the classes the caller teaches now; none where they teach none."""
        if caller.person is None or Role.INSTRUCTOR not in caller.roles:
            return ()
        ended_after = self.today() - timedelta(days=self.provost.access.rules.relationships.days_after_end)
        who = self.provost.identities.person(caller.person)
        return self.provost.readers.relationships.read_taught(who, ended_after).rows

    def advisees(self, caller: Principal) -> frozenset[RecordHandle]:
        """Return the students the caller advises; none where they advise nobody."""
        if caller.person is None or Role.ADVISOR not in caller.roles:
            return frozenset()
        who = self.provost.identities.person(caller.person)
        rows = self.provost.readers.relationships.read_advisees(who).rows
        return frozenset(self.provost.identities.handles(list(rows)).values())

    def roster(self, section: SectionKey) -> Fetch[RecordHandle]:
        """Return who is registered in a class now."""
        found = self.provost.sis.read_section_registrations(section)
        people = [row.person for row in found.rows if row.status is RegistrationStatus.REGISTERED]
        handles = self.provost.identities.handles(people)
        rows = tuple(handles[person] for person in dict.fromkeys(people))
        return Fetch(source=found.source, rows=rows, complete=found.complete, read_at=found.read_at)

    def classroom(self) -> Classroom:
        """Return what the LMS tells of classes; ConfigurationError where it tells nothing."""
        if self.provost.readers.classroom is None:
            raise ConfigurationError("The LMS does not tell about classes.", field="canvas.url", fix="Connect Canvas.")
        return self.provost.readers.classroom

    def from_sis(self, what: str, read_at: datetime, href: str = "") -> Source:
        """Return a source in the student information system."""
        return source(f"{_titled(self.provost.sis.capabilities().system)}: {what}", read_at, href)

    def from_lms(self, what: str, read_at: datetime, href: str = "") -> Source:
        """Return a source in the learning management system."""
        return source(f"{_titled(self.provost.lms.capabilities().system)}: {what}", read_at, href)

    def from_us(self, what: str, href: str = "") -> Source:
        """Return a source in our own records, read now."""
        return source(f"Provost: {what}", self.provost.clock.now(), href)

    def now(self) -> str:
        """Return the present moment as ``at`` words it."""
        return self.at(self.provost.clock.now())

    def at(self, moment: datetime) -> str:
        """Return a moment in campus time, to the minute."""
        return f"{moment.astimezone(self.provost.institution.zone):%Y-%m-%d %H:%M}"

    def today(self) -> date:
        """Return the campus day."""
        return local_day(self.provost.clock.now(), self.provost.institution.zone)

    def _seat_in(self, person: RecordHandle, key: SectionKey) -> tuple[HeldSeat, ...]:
        section, who = self.provost.sis.read_section(key), self.provost.identities.person(person)
        rows = self.provost.sis.read_section_registrations(key).rows if section else ()
        return tuple(
            HeldSeat(section=section, status=row.status, grade_mode=row.grade_mode)
            for row in rows
            if section is not None and row.person == who
        )


def denied(answer: Answer, person: RecordHandle, field: str) -> AccessDenied:
    """Return the refusal that the door gave, with its rule."""
    decision = answer.of(person, field)
    reason = f"{decision.reason} ({decision.rule})" if decision else "No answer."
    return AccessDenied(reason, field=field, fix="Ask the assigned advisor, the instructor of record or the registrar.")


def student_page(person: RecordHandle) -> str:
    """Return the console's path to a student."""
    return f"/students/{person}"


def section_page(section: Section | SectionKey) -> str:
    """Return the console's path to a class."""
    return f"/sections/{section.key if isinstance(section, Section) else section}"


def _no_class() -> tuple[Section, ...]:
    fix = "Name one you may see as the schedule does, such as BIOL 101, or by term and CRN such as 202680-10001."
    raise InvalidRecord("It was not said which class is meant, or there is none of that name.", field="class", fix=fix)


def _titled(system: str) -> str:
    return system[:1].upper() + system[1:]
