"""The openings to the outside: connectors and stores fit them, and tests stand in for them.

Reads say whether they were complete (R70). Reading and writing are separate ports, so that a run in a read-only phase
holds nothing it could write with (S222, S223).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from domain.changes import Change
from domain.evidence import Evidence
from domain.findings import Finding
from domain.identities import Identity
from domain.ids import ChangeId, RecordHandle, RunId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.lms import LmsCourse, LmsEnrollment, LmsSection, LmsUser
from domain.principals import Principal
from domain.records import AcademicHistory, Hold, Person, Record, Registration, Section, Term

T = TypeVar("T")


class Fetch(Record, Generic[T]):
    """The outcome of reading a collection: the rows, whether all of them came, and what was wrong with some (R70).

    ``expected`` is the total the source announced, where it does. A run never draws a conclusion from absence unless
    ``complete`` is true.
    """

    source: str
    rows: tuple[T, ...]
    complete: bool
    read_at: datetime
    expected: int | None = None
    findings: tuple[Finding, ...] = ()


class Capabilities(Record):
    """What a connector can do, for the contract suite and ``provost doctor``."""

    system: str
    version: str
    reads: frozenset[str]
    writes: frozenset[str] = frozenset()
    events: bool = False


class SisReader(Protocol):
    """Reads the student information system."""

    def capabilities(self) -> Capabilities: ...
    def read_terms(self) -> Fetch[Term]: ...
    def read_people(self) -> Fetch[Person]: ...
    def read_sections(self, term: TermCode) -> Fetch[Section]: ...
    def read_registrations(self, term: TermCode) -> Fetch[Registration]: ...
    def read_section_registrations(self, section: SectionKey) -> Fetch[Registration]: ...
    def read_person(self, person: SisPersonId) -> Person | None: ...
    def read_section(self, section: SectionKey) -> Section | None: ...
    def read_holds(self) -> Fetch[Hold]: ...
    def read_histories(self) -> Fetch[AcademicHistory]: ...


class IdentitySource(Protocol):
    """Reads what identifies people, for the privacy directory only; rosters never ask it (S220)."""

    def read_identities(self) -> Fetch[Identity]: ...


class LmsReader(Protocol):
    """Reads the learning management system."""

    def capabilities(self) -> Capabilities: ...
    def read_users(self) -> Fetch[LmsUser]: ...
    def read_courses(self, term: TermCode) -> Fetch[LmsCourse]: ...
    def read_sections(self, courses: Sequence[LmsCourse]) -> Fetch[LmsSection]: ...
    def read_enrollments(self, sections: Sequence[LmsSection]) -> Fetch[LmsEnrollment]: ...
    def find_section(self, section: SectionKey) -> LmsSection | None: ...
    def find_user(self, person: SisPersonId) -> LmsUser | None: ...
    def find_section_enrollments(
        self, section: SectionKey, person: SisPersonId | None = None
    ) -> tuple[LmsEnrollment, ...]: ...


class Observer(Protocol):
    """Looks at the records that changes name, before and after applying them."""

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        """Return the present image of the record each change touches."""
        ...


class Receipt(Record):
    """What the outside system answered to one change.

    ``accepted`` is its word only; what counts is what is read back. ``reference`` names the job or row at the target.
    """

    change: ChangeId
    accepted: bool
    reference: str = ""
    message: str = ""
    uncertain: bool = False


class Applier(Protocol):
    """Makes changes in one outside system; only the gate holds one."""

    def capabilities(self) -> Capabilities: ...
    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        """Make the changes, in order, in one call where the system can; safe to repeat with the same changes."""
        ...


class FeedEvent(Record):
    """One change notification of a source, reduced to what it names; content is read again before any use.

    ``event_id`` is unique for good and becomes the workflow and thread id; ``resource`` is the source's noun.
    """

    event_id: str
    source: str
    resource: str
    operation: str
    resource_id: str
    published_at: datetime


class Feed(Protocol):
    """A queue of change notifications with acknowledgement."""

    def read_events(self, limit: int) -> tuple[FeedEvent, ...]: ...
    def acknowledge(self, last: FeedEvent) -> None: ...


class IdentityResolver(Protocol):
    """The only place where an opaque handle meets an SIS id (principle 3)."""

    def handles(self, people: Sequence[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]: ...
    def person(self, handle: RecordHandle) -> SisPersonId: ...
    def seal(self, value: str) -> str:
        """Return a keyed digest of a personal value, for images."""
        ...


class CaseDesk(Observer, Applier, Protocol):
    """Where cases and tickets live until a campus connects its own."""

    def list_open(self) -> Iterator[Mapping[str, str]]: ...


class Classification(Record):
    """What a model made of something the rules left over: a label from a closed set, and how sure it is."""

    label: str
    confidence: float
    basis: str


class ModelPort(Protocol):
    """A model that may classify leftovers; it never decides a write (principle 1)."""

    def classify(self, question: str, labels: Sequence[str], evidence: Sequence[Evidence]) -> Classification | None: ...


class AccessDecider(Protocol):
    """Answers who may see or do what about whom; no answer means no."""

    def permits(
        self,
        principal: Principal,
        action: str,
        resource: str,
        purpose: str,
        people: Collection[RecordHandle] = (),
    ) -> bool:
        """Tell whether all of ``people`` are within reach; ``resource`` is a field or the action of a change."""
        ...


class RelationshipReader(Protocol):
    """Reads from the SIS how people stand to each other, now (R21); every answer says whether it was whole."""

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        """Return the students whose advisor this person is today."""
        ...

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        """Return who advises the student today."""
        ...

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        """Return the sections this person teaches or assists in that end after the day."""
        ...

    def read_roster(self, section: SectionKey) -> Fetch[Registration]:
        """Return the registrations of one section."""
        ...

    def read_department(self, department: str, ended_after: date) -> Fetch[Registration]:
        """Return the registrations in the department's sections that end after the day."""
        ...

    def read_confidential(self, people: Collection[SisPersonId]) -> Fetch[SisPersonId]:
        """Return those of ``people`` who opted out of the directory (R17)."""
        ...


class Engine(Protocol):
    """Durable work: an event accepted is run to its end, once, whatever dies on the way."""

    def enqueue(self, workflow: str, event_id: str, payload: Mapping[str, str]) -> None: ...
    def resume(self, run: RunId, interrupt: str, answer: Mapping[str, str]) -> None: ...
    def schedule(self, workflow: str, cron: str) -> None: ...
    def status(self, event_id: str) -> str: ...
    def cancel(self, event_id: str) -> None: ...


class Clock(Protocol):
    """The time on campus; a demo or a test may hold it still."""

    def now(self) -> datetime: ...
