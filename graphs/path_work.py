"""The learning path specialist at work: reads what the reader may see of one student in one class, and chooses."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agents.paths import Driver, Known, LearningPath, View, choose
from agents.paths.message import TOPIC, plan_message
from agents.paths.needs import QUIET_DAYS
from agents.paths.outcomes import Outcome, outcomes_of
from domain.access import Action
from domain.calendar import local_day
from domain.errors import AccessDenied, ConfigurationError, ProvostError
from domain.ids import RecordHandle, RunId, SectionKey
from domain.learning import LastAccess, PastCourse, Programme
from domain.learning_ports import Classroom
from domain.plans import Plan
from domain.ports import Fetch, T
from domain.principals import Principal, Role
from domain.records import RegistrationStatus, Section
from graphs.citing import word_citation
from graphs.path_outcomes import read_tried, record_path
from privacy.access import Question
from privacy.knowledge.vocabulary import SearchScope

if TYPE_CHECKING:
    from graphs.doors import Doors

PURPOSE = "learning path"
READERS = frozenset({Role.STUDENT, Role.ADVISOR, Role.INSTRUCTOR, Role.AGENT})
_NEEDED = ("activity", "submission")
_FIELDS = (*_NEEDED, "grade", "history", "program")
_PASSAGES = 2


@dataclass(frozen=True)
class PathWork:
    """What the specialist needs of an installation; it has no hands.

    ``opens_knowledge`` says that this process may open the knowledge base's folder for citations; a worker must not
    take it from another, and cites only where it has it open. Without ``keeps``, as in a dry run, nothing is kept of
    what was recommended. Without ``follows_uses`` it is not asked what the student opened.
    """

    doors: "Doors"
    opens_knowledge: bool = False
    keeps: bool = True
    follows_uses: bool = True

    def show(
        self, reader: Principal, person: RecordHandle, section: SectionKey, view: View, run: RunId | None = None
    ) -> LearningPath:
        """Return the path of one student in one class, from what the reader may see; the look is on record (S224).

        What is recommended is kept with what came of earlier recommendations, which stand back once left (S97).

        Open to the student, the assigned advisor, and the instructor of record in that class; the last sees no past
        courses (S256). Raises AccessDenied for anybody else, ConfigurationError where there is no such class or seat.
        """
        seen = self._ask(reader, person, section, view, run)
        known = self._know(person, section, seen)
        today = local_day(self.doors.clock.now(), self.doors.institution.zone)
        outcomes = outcomes_of(read_tried(self.doors, person, section), known.opened, today)
        left = frozenset(resource for resource, outcome in outcomes.items() if outcome is Outcome.LEFT)
        path = choose(known._replace(left=left), person, view)
        if self.keeps:
            record_path(self.doors, reader.id, run or "", path, opened=known.opened, outcomes=outcomes)
        return path.model_copy(update={"citations": self._cite(reader, path)})

    def plan(self, run: RunId, principal: Principal, path: LearningPath, driver: Driver) -> Plan:
        """Return the plan of the message that the advisor is asked to send; empty where nothing is recommended."""
        message = plan_message(path, driver)
        return Plan(
            run=run,
            topic=TOPIC,
            requested_by=principal.id,
            made_at=self.doors.clock.now(),
            changes=(message,) if message else (),
        )

    def _ask(
        self, reader: Principal, person: RecordHandle, section: SectionKey, view: View, run: RunId | None
    ) -> frozenset[str]:
        """Return which fields the reader may see; a role that no path is for does not count (R21)."""
        who = reader.model_copy(update={"roles": reader.roles & READERS})
        if view is View.INSTRUCTOR and who.roles <= {Role.STUDENT}:
            raise AccessDenied("This view is for staff.", field="view", fix="Ask for --view student.")
        asked = Question(
            reader=who,
            fields=_FIELDS,
            people=frozenset({person}),
            purpose=PURPOSE,
            action=Action.SEE,
            section=section,
            run=run or "",
        )
        answer = self.doors.access.ask(asked)
        seen = frozenset(name for name in _FIELDS if person in answer.permitted[name])
        if not seen.issuperset(_NEEDED):
            fix = "The student, the assigned advisor or the instructor of the class may ask."
            raise AccessDenied("This student's learning path is not open to you.", field="student", fix=fix)
        return seen

    def _know(self, person: RecordHandle, key: SectionKey, seen: frozenset[str]) -> Known:
        section, room = self._seat(person, key), self.doors.readers.classroom
        if room is None:
            raise ConfigurationError("The LMS does not tell about classes.", field="canvas.url", fix="Connect Canvas.")
        uses = _whole(lambda: room.read_uses(key, person)) if self.follows_uses else None
        work = _whole(lambda: room.read_submissions(key))
        mine = {row.assignment: row for row in work or () if row.person == person}
        if "grade" not in seen:
            mine = {name: row.model_copy(update={"score": None}) for name, row in mine.items()}
        offered, due = _rows(lambda: room.read_resources(key)), _rows(lambda: room.read_assignments(key))
        return Known(
            section=section,
            now=self.doors.clock.now(),
            resources=offered or (),
            assignments=due or (),
            offer_known=offered is not None and due is not None,
            submissions=mine if work is not None else None,
            opened={use.resource: use.views for use in uses if use.person == person} if uses is not None else None,
            quiet_days=self._quiet_days(room, person, key),
            programmes=self._programmes(person) if "program" in seen else None,
            past=self._past(person) if "history" in seen else None,
        )

    def _seat(self, person: RecordHandle, key: SectionKey) -> Section:
        """Return the class, once it is known that the student is in it."""
        section, who = self.doors.sis.read_section(key), self.doors.identities.person(person)
        rows = self.doors.sis.read_section_registrations(key).rows if section else ()
        if section is None or not any(
            row.person == who and row.status is RegistrationStatus.REGISTERED for row in rows
        ):
            fix = "Check the section, TERM-CRN, and the student."
            raise ConfigurationError("The student is not registered in this class.", field="section", fix=fix)
        return section

    def _quiet_days(self, room: Classroom, person: RecordHandle, key: SectionKey) -> int | None:
        """Return days since the student was last in the class, while at least half of it was there this week (R117)."""
        rows = _whole(lambda: room.read_last_access(key))
        return quiet_days(rows, person, self.doors.clock.now()) if rows else None

    def _programmes(self, person: RecordHandle) -> tuple[Programme, ...] | None:
        records = self.doors.readers.records
        return _whole(lambda: records.read_programmes([person])) if records else None

    def _past(self, person: RecordHandle) -> tuple[PastCourse, ...] | None:
        records = self.doors.readers.records
        return _whole(lambda: records.read_past_courses([person])) if records else None

    def _cite(self, reader: Principal, path: LearningPath) -> tuple[str, ...]:
        """Return what the knowledge base has on the first recommendation, where it is set up and free (S161)."""
        if not path.recommendations:
            return ()
        if self.opens_knowledge and self.doors.settings.knowledge_folder.exists():
            self._open_knowledge()
        first, scope = path.recommendations[0], SearchScope(purpose=PURPOSE, limit=_PASSAGES)
        passages = self.doors.library.search(f"{first.module} {first.title}", reader, scope)
        return tuple(word_citation(one) for one in passages)

    def _open_knowledge(self) -> None:
        """Open the knowledge base for this process; where another has it, nothing is cited."""
        with suppress(ProvostError):
            self.doors.knowledge  # noqa: B018 opening it is the point


def quiet_days(rows: Sequence[LastAccess], person: RecordHandle, now: datetime) -> int | None:
    """Return days since a student was seen; None where the class is quiet itself, or the student was never seen."""
    lately = now - timedelta(days=QUIET_DAYS)
    awake = sum(row.at is not None and row.at >= lately for row in rows)
    mine = next((row.at for row in rows if row.person == person), None)
    return (now - mine).days if mine is not None and awake * 2 >= len(rows) else None


def _whole(reading: Callable[[], Fetch[T]]) -> tuple[T, ...] | None:
    """Return the rows of a complete reading, else None: what is not known is not empty (R122)."""
    try:
        fetch = reading()
    except ProvostError:
        return None
    return fetch.rows if fetch.complete else None


def _rows(reading: Callable[[], Fetch[T]]) -> tuple[T, ...] | None:
    """Return what could be read of what the class offers: each thing read is there, and none read is not known."""
    try:
        fetch = reading()
    except ProvostError:
        return None
    return fetch.rows if fetch.rows or fetch.complete else None
