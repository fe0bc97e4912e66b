"""The port through which the passback graph's nodes reach their specialist, and what such a run is asked to do."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from pydantic import Field

from agents.grades.reading import GradeReading
from agents.grades.sheet import GradeSheet
from domain.grade_holds import GradeHold
from domain.grades import GradeColumn
from domain.ids import RecordHandle, SectionKey
from domain.plans import Plan
from domain.records import Record
from graphs.context import Acting
from graphs.governing import Populations
from graphs.workflow import Found, WorkRequest


class GradeRequest(WorkRequest):
    """One section and column to look at and, where its sheet is attested, to carry.

    ``change_of`` names a student about whom a change of grade was asked for; then nothing but its ticket is proposed.
    """

    workflow: ClassVar[str] = "grade_passback"

    section: SectionKey
    column: GradeColumn = GradeColumn.FINAL
    change_of: RecordHandle | None = None


class Looked(Record):
    """What was made of a reading: the sheet, the doubts about its marks, and whether its hash is attested."""

    sheet: GradeSheet
    holds: tuple[GradeHold, ...] = ()
    questions: tuple[GradeHold, ...] = ()
    attested: bool = False


class Carried(Record):
    """What the SIS did: how many grades were sent and accepted, and how many it does not show when read again."""

    sent: int = 0
    accepted: int = 0
    residual: int = 0
    counts: dict[str, int] = Field(default_factory=dict)


class GradeSpecialist(Protocol):
    """What the graph asks of its specialist; each may be asked again after a crash."""

    def detect(self, request: GradeRequest) -> GradeReading:
        """Read the section's grades from both systems, on record."""
        ...

    def enrich(self, request: GradeRequest, reading: GradeReading) -> Looked:
        """Look at the marks behind the grades, and make the sheet."""
        ...

    def found(self, reading: GradeReading, looked: Looked | None = None, carried: Carried | None = None) -> Found:
        """Return what the run came to, by number."""
        ...

    def propose(self, request: GradeRequest, reading: GradeReading, looked: Looked) -> Plan:
        """Return holds, attested grades, words to graders and tickets."""
        ...

    def receive(self, request: GradeRequest, looked: Looked) -> Carried:
        """Keep the receipts of what this run sent, and read back what the SIS holds now (R95)."""
        ...

    def tell(self, request: GradeRequest, reading: GradeReading, looked: Looked) -> Plan:
        """Return the words by which every grader hears of the receipts; none where nothing was sent."""
        ...

    def populations(self, reading: GradeReading) -> Populations:
        """Return how many grades the section has, for limits in percent (R67)."""
        ...


@dataclass(frozen=True)
class GradeActing(Acting):
    """A passback run's actor, with the specialist that its nodes ask."""

    grades: GradeSpecialist
