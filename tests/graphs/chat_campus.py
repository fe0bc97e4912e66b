"""A small campus that is taught, an installation on it, and the people who talk with the advisor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.ids import PrincipalId, RecordHandle, SectionKey, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Section
from evals.campus import Trial, install
from graphs.assembly import Provost
from graphs.chat_events import ChatEvent, ChatFailed, ChatProposed, ChatSources, ChatStep, ChatWords
from simulator.banner.tables import Person
from simulator.campus import Campus

AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)


@dataclass
class House:
    """The campus with one student in trouble, their class, and everybody around them."""

    trial: Trial
    student: Person
    section: Section

    @property
    def provost(self) -> Provost:
        """The installation."""
        return self.trial.provost

    @property
    def name(self) -> str:
        """The student's name as people write it."""
        return f"{self.student.first} {self.student.last}"

    @property
    def handle(self) -> RecordHandle:
        """The student's record handle."""
        return self.handle_of(self.student.banner_id)

    def handle_of(self, banner_id: str) -> RecordHandle:
        """Return somebody's record handle."""
        person = SisPersonId(banner_id)
        return self.provost.identities.handles([person])[person]

    def someone(self, role: Role, person: RecordHandle | None = None, *scopes: str, name: str = "") -> Principal:
        """Return a person in a role."""
        return Principal(
            id=PrincipalId(name or f"user:{role.value}"),
            kind=PrincipalKind.PERSON,
            roles=frozenset({role}),
            person=person,
            scopes=frozenset(scopes),
        )

    @property
    def four(self) -> dict[str, Principal]:
        """Advisor, instructor, student and chair, each as they stand to the student."""
        advisors = self.provost.readers.relationships.read_advisors(SisPersonId(self.student.banner_id)).rows
        return {
            "advisor": self.someone(Role.ADVISOR, self.handle_of(advisors[0])),
            "instructor": self.someone(Role.INSTRUCTOR, self.handle_of(self.section.instructors[0].sis_id)),
            "student": self.someone(Role.STUDENT, self.handle),
            "chair": self.someone(Role.DEPARTMENT_CHAIR, None, f"department:{self.section.department}"),
        }

    def ask(self, who: Principal, words: str, conversation: str = "") -> "Heard":
        """Ask and listen to the end."""
        return Heard(list(self.provost.chat.ask(who, words, conversation)))


@dataclass
class Heard:
    """A turn as it was heard."""

    events: list[ChatEvent]

    @property
    def text(self) -> str:
        """The words, put together."""
        return "".join(event.text for event in self.events if isinstance(event, ChatWords))

    @property
    def steps(self) -> list[str]:
        """What was done, by name."""
        return [event.name for event in self.events if isinstance(event, ChatStep)]

    @property
    def labels(self) -> list[str]:
        """What the answer rests on."""
        return [each.label for event in self.events if isinstance(event, ChatSources) for each in event.sources]

    @property
    def proposed(self) -> list[ChatProposed]:
        """What waits for approval."""
        return [event for event in self.events if isinstance(event, ChatProposed)]

    @property
    def failed(self) -> ChatFailed | None:
        """Why it broke off, or None."""
        return next((event for event in self.events if isinstance(event, ChatFailed)), None)


@contextmanager
def open_house(folder: Path, *, students: int = 60, more: str = "") -> Iterator[House]:
    """Open the campus; ``more`` is added to the settings file."""
    campus = Campus.build(students=students, seed=7, learning="planted", as_of=AS_OF)
    with campus, install(campus, folder / "home") as trial:
        file = trial.settings_file
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        trial.restart()
        trial.provost.refresh_directory("user:operator")
        item = next(one for one in campus.answer_key()["learning"] if one["kind"] == "disengaged")
        key = SectionKey.parse(item["keys"]["sisSectionId"])
        assert key is not None
        section = trial.provost.sis.read_section(key)
        assert section is not None
        people = campus.banner.persons.values()
        student = next(one for one in people if one.banner_id == item["keys"]["bannerId"])
        yield House(trial, student, section)
