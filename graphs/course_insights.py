"""Answers a question of insights: detect the classes it is about, enrich them with what was read, propose findings.

Nothing is written anywhere, so nothing is governed but the reading: who may ask is decided class by class, every table
of people goes through the door to numbers, and the ledger keeps who asked (S106, S107, R29).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from agents.insights import ClassObserved, Insights, count_adoption, find_lifts, find_quiet_classes
from agents.insights.findings import Numbers
from domain.access import Action
from domain.calendar import local_day
from domain.errors import AccessDenied, ConfigurationError
from domain.ids import RecordHandle, SisPersonId, TermCode
from domain.principals import Principal, PrincipalKind, Role
from domain.records import GradeMode, Record, RegistrationStatus, Section, SectionStatus
from graphs.doors import Doors
from graphs.insights_reading import InsightsReading
from graphs.reports import Progress, ProgressSink, Stage
from privacy.access import Question
from privacy.access.relations import DEPARTMENT
from privacy.aggregates import NumberQuestion
from store.canonical import JSON
from store.ledger import Subject

EVERYTHING = "all"
PURPOSE, AGENT, ANSWERED = "course insights", "agent:insights", "insights.answered"
_FIELDS = ("grade", "activity")
_BANDS = ((90, "90 and above"), (80, "80 to 89"), (70, "70 to 79"), (60, "60 to 69"), (0, "below 60"))
_CAMPUS = frozenset({Role.REGISTRAR, Role.INSTRUCTIONAL_DESIGNER})
_TAUGHT = frozenset({SectionStatus.OPEN, SectionStatus.CLOSED})


class InsightsRequest(Record):
    """What is asked: a department, a course, a section, or all of a term."""

    asked: str
    term: TermCode
    reader: Principal


class Class(NamedTuple):
    """One class with its students for credit, by handle."""

    section: Section
    students: frozenset[RecordHandle]


@dataclass(frozen=True)
class CourseInsights:
    """Answers questions over one installation."""

    doors: Doors
    progress: ProgressSink = lambda _: None

    def ask(self, request: InsightsRequest) -> Insights:
        """Return the answer; AccessDenied where no class of it is open to the reader."""
        return self.propose(request, *self.enrich(self.detect(request)))

    def detect(self, request: InsightsRequest) -> tuple[Class, ...]:
        """Return the classes of the question that the reader may have numbers about (S106, S107).

        Raises ConfigurationError where nothing answers to the name, AccessDenied where nothing of it is open.
        """
        sections = [one for one in self.doors.sis.read_sections(request.term).rows if _is_meant(one, request.asked)]
        if not sections:
            fix = "Name a department (MATH), a course (MATH101), a section (202680-10001), or all."
            raise ConfigurationError("No class of this term answers to that name.", field="asked", fix=fix)
        classes = [one for one in self._with_students(request.term, sections) if one.students]
        permitted = [one for one in classes if self._may_ask(request.reader, one)]
        if not permitted:
            self._refuse(request, classes)
        return tuple(sorted(permitted, key=lambda one: one.section.key))

    def enrich(self, classes: Sequence[Class]) -> tuple[tuple[ClassObserved, ...], tuple[str, ...]]:
        """Read every class, and say what could not be read."""
        room = self.doors.readers.classroom
        if room is None:
            raise ConfigurationError("The LMS does not tell about classes.", field="canvas.url", fix="Connect Canvas.")
        today = local_day(self.doors.clock.now(), self.doors.institution.zone)
        reading, found = InsightsReading(room, today), list[ClassObserved]()
        for one in classes:
            if one.section.lms.casefold() != self.doors.institution.lms_platform.casefold():
                reading.left_out.append(f"{one.section.key}: the class is taught outside this LMS.")
                continue
            found.append(reading.observe(one.section, one.students))
            self.progress(Progress(stage=Stage.ENRICH, label="classes", done=len(found), total=len(classes)))
        return tuple(found), tuple(reading.left_out)

    def propose(
        self, request: InsightsRequest, classes: Sequence[ClassObserved], left_out: tuple[str, ...]
    ) -> Insights:
        """Put findings together; the look is on record before anything is shown (S224)."""
        self._record(request, classes)
        numbers = tuple(self._numbers(request, classes))
        settings = self.doors.access.rules.aggregates
        smallest = settings.smallest_cell
        found = find_lifts(classes, smallest)
        return Insights(
            asked=request.asked,
            term=request.term,
            classes=len(classes),
            smallest=smallest,
            smallest_chart=settings.smallest_chart,
            compared=len(found.lifts),
            too_small=found.too_small,
            lifts=found.lifts,
            engagement=find_quiet_classes(classes, smallest),
            adoption=count_adoption(classes, smallest),
            numbers=numbers,
            left_out=left_out,
        )

    def _record(self, request: InsightsRequest, classes: Sequence[ClassObserved]) -> None:
        """Put on record who asked about whom, in numbers; the tables are on record by the door itself (S224)."""
        people = sorted(frozenset[RecordHandle]().union(*(one.students for one in classes)))
        body: dict[str, JSON] = {
            "agent": AGENT,
            "purpose": PURPOSE,
            "what": ", ".join(_FIELDS),
            "records": len(people),
            "classes": len(classes),
            "basis": "school_official",
        }
        self.doors.ledger.append(
            ANSWERED, request.reader.id, thread_of(request.reader), body, [Subject(person) for person in people]
        )

    def _with_students(self, term: TermCode, sections: Sequence[Section]) -> Iterator[Class]:
        wanted, people = {one.key for one in sections}, defaultdict[object, set[SisPersonId]](set)
        for row in self.doors.sis.read_registrations(term).rows:
            for_credit = row.status is RegistrationStatus.REGISTERED and row.grade_mode is not GradeMode.AUDIT
            if row.section in wanted and for_credit:
                people[row.section].add(row.person)
        handles = self.doors.identities.handles(sorted(set[SisPersonId]().union(*people.values())))
        for section in sections:
            yield Class(section, frozenset(handles[person] for person in people[section.key]))

    def _may_ask(self, reader: Principal, one: Class) -> bool:
        """Tell whether the class itself is the reader's: its students all, and its department where a chair asks.

        What an agent may ask, its own scopes have decided by then (S174).
        """
        asked = Question(
            reader=reader,
            fields=_FIELDS,
            people=one.students,
            purpose=PURPOSE,
            action=Action.AGGREGATE,
            section=one.section.key,
        )
        found = self.doors.access.explain(asked)
        if any(found.permitted[name] != one.students for name in _FIELDS):
            return False
        if (
            reader.roles & _CAMPUS
            or reader.kind is PrincipalKind.AGENT
            or (Role.INSTRUCTOR in reader.roles and self._teaches(reader, one))
        ):
            return True
        return f"{DEPARTMENT}{one.section.department}" in reader.scopes

    def _teaches(self, reader: Principal, one: Class) -> bool:
        """Tell whether the reader is of those who teach the class."""
        who = self.doors.identities.person(reader.person) if reader.person else None
        return who in {each.sis_id for each in one.section.instructors}

    def _refuse(self, request: InsightsRequest, classes: Sequence[Class]) -> None:
        """Put the refusal on record through the door, which names nobody where nobody is there."""
        people = frozenset[RecordHandle]().union(*(one.students for one in classes))
        asked = Question(
            reader=request.reader,
            fields=_FIELDS,
            people=people,
            purpose=PURPOSE,
            action=Action.AGGREGATE,
            run=thread_of(request.reader),
        )
        self.doors.access.ask(asked)
        fix = "Ask about your own classes or department, or ask the registrar."
        raise AccessDenied("None of these classes is open to you, in numbers either.", field="asked", fix=fix)

    def _numbers(self, request: InsightsRequest, classes: Sequence[ClassObserved]) -> Iterator[Numbers]:
        """Yield the tables of people, each student in one place: the mean of their grades, whether they were seen."""
        scores = defaultdict[RecordHandle, list[float]](list)
        for one in classes:
            for person, score in one.scores.items():
                scores[person].append(score)
        bands = {person: _band(sum(values) / len(values)) for person, values in scores.items()}
        yield self._through_door(request, "grade", "Students by mean course grade so far", bands)
        known = [one for one in classes if one.views is not None]
        seen = {who: "opened nothing" for one in known for who in one.students}
        seen |= {who: "opened something" for one in known for who, views in (one.views or {}).items() if views}
        yield self._through_door(request, "activity", "Students by whether they opened anything", seen)

    def _through_door(
        self, request: InsightsRequest, field: str, title: str, place: Mapping[RecordHandle, str]
    ) -> Numbers:
        """Return a table with small cells and complements hidden; what earlier answers forbid is hidden whole (R29)."""
        if not place:
            return Numbers(title=title, hidden_because="Nothing was read.")
        groups = defaultdict[tuple[str, str], set[RecordHandle]](set)
        for person, row in place.items():
            groups[row, "students"].add(person)
        frozen = {where: frozenset(people) for where, people in groups.items()}
        question = NumberQuestion(reader=request.reader, field=field, groups=frozen, purpose=PURPOSE)
        try:
            shown = self.doors.aggregates.count(question)
        except AccessDenied as denied:
            return Numbers(title=title, hidden_because=f"{denied.message} {denied.fix}")
        return Numbers(title=title, rows={row: shown.numbers[row, "students"] for row in _ordered(place.values())})


def thread_of(reader: Principal) -> str:
    """Return the name under which the ledger keeps one reader's questions together."""
    return f"insights of {reader.id}"


def _is_meant(section: Section, asked: str) -> bool:
    """Tell whether a section answers to a department, a course with or without a space, an LMS course id or its own.

    Several names stand with commas between them.
    """
    if section.status not in _TAUGHT:
        return False
    course = f"{section.subject}{section.course_number}"
    own = {section.department, course, section.own_course_id, str(section.key), EVERYTHING}
    wanted = {name.replace(" ", "").casefold() for name in asked.split(",")}
    return not wanted.isdisjoint(name.casefold() for name in own)


def _band(score: float) -> str:
    return next((name for floor, name in _BANDS if score >= floor), _BANDS[-1][1])


def _ordered(rows: Iterable[str]) -> list[str]:
    order = {name: number for number, (_, name) in enumerate(_BANDS)}
    return sorted(set(rows), key=lambda row: (order.get(row, 0), row))
