"""What a drop run is asked, and the port through which its nodes reach the drop specialist."""

from datetime import date
from typing import ClassVar, Protocol

from pydantic import Field

from agents.drop.seat import Seat
from domain.drops import DropFacts
from domain.ids import RecordHandle
from domain.plans import Plan
from domain.ports import FeedEvent
from graphs.governing import Populations
from graphs.workflow import WorkRequest


class DropRequest(WorkRequest):
    """A change of a registration that was heard of, or a student's question what a drop would do.

    With ``event`` the SIS is asked what became of that registration. Else ``person`` and ``section`` (as the SIS feed
    names it) say whose seat it is, ``on`` the campus day asked about, and ``ticket`` whether the office is to hear.
    """

    workflow: ClassVar[str] = "drop_withdrawal"

    event: FeedEvent | None = None
    person: RecordHandle = RecordHandle("")
    section: str = ""
    on: date | None = Field(default=None)
    ticket: bool = False


class DropSpecialist(Protocol):
    """What the drop graph asks of its specialist; reading again after a crash is always allowed."""

    def detect(self, request: DropRequest) -> Seat | None:
        """Read the registration anew and say how the student stands; None where it is of no concern (R52)."""
        ...

    def enrich(self, request: DropRequest, seat: Seat) -> DropFacts:
        """Gather what the statement rests on, and keep the evidence of engagement before anything else (R116)."""
        ...

    def propose_access(self, request: DropRequest, seat: Seat) -> tuple[Plan, Populations]:
        """Return the end of access as the roster rules want it; empty where it has ended already (S117)."""
        ...

    def propose_notices(self, request: DropRequest, seat: Seat, facts: DropFacts) -> Plan:
        """Make and keep the statement, and return what follows from it: case, tickets, messages."""
        ...

    def is_gone(self, request: DropRequest) -> bool:
        """Tell whether the student has still left the class, read anew; a return makes every notice untrue (R51)."""
        ...
