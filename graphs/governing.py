"""What a governed change keeps in state, and the port through which its nodes reach governance.

State holds references: a plan by its hash, an approval by its id. The plan itself lies in the store, people in it as
record handles. ``Governor`` has two forms: the real one, and the one of a dry run, which answers the same questions and
neither asks anyone nor writes anything (R72).
"""

from typing import Literal, Protocol

from pydantic import Field

from domain.ids import PlanHash
from domain.plans import Plan
from domain.records import Record
from governance.actions import ObjectType
from governance.authority import Authority
from governance.decided import Waiver
from graphs.reports import Outcomes


class PlanRef(Record):
    """A plan in the store, by the hash a person would approve; ``changes`` is how many there are."""

    plan_hash: PlanHash
    topic: str
    approver_role: str = ""
    changes: int


class Populations(Record):
    """How many objects of each type the SIS has, for limits in percent (R67)."""

    counts: dict[ObjectType, int] = Field(default_factory=dict)


class Split(Record):
    """What deciding came to: what goes on by itself with which authority, what waits, how much goes no further."""

    automatic: PlanRef | None = None
    authority: Authority | None = None
    held: tuple[PlanRef, ...] = ()
    stopped: bool = False
    denied: int = 0
    shadow: int = 0
    reported: int = 0
    suppressed: int = 0


class Ask(Record):
    """A request for approval as the person and the waiting run see it; the payload of the interrupt."""

    approval_id: str
    plan_hash: PlanHash
    approver_role: str
    topic: str
    changes: int


class Answer(Record):
    """What a run is resumed with. It only wakes the run: what counts is the approval row, read in the next node."""

    approval_id: str
    decision: Literal["approve", "reject", "expire", "supersede"]


class Ended(Record):
    """How one part of a plan ended."""

    plan_hash: PlanHash
    topic: str
    state: str
    changes: int = 0
    outcomes: Outcomes = Outcomes()
    approval_id: str = ""
    waiver: Waiver | None = None


class Governor(Protocol):
    """Governance as the graph calls it; a method called again after a crash changes nothing more."""

    def keep(self, plan: Plan) -> PlanRef:
        """Keep a plan where later nodes and people can read it, and return its reference."""
        ...

    def decide(self, plan: PlanRef, populations: Populations, waiver: Waiver | None) -> Split:
        """Split a plan by policy and record every decision with its rule."""
        ...

    def request(self, plan: PlanRef) -> Ask | None:
        """Ask for approval of a held plan, once; None where nobody is asked, as in a dry run."""
        ...

    def authority(self, ask: Ask) -> Authority | Waiver | None:
        """Read the approval row again; None unless a person approved exactly this hash, in time."""
        ...

    def instead(self, ask: Ask) -> PlanRef | None:
        """Return the smaller plan that an approver put in a request's place; it is asked for like any other."""
        ...

    def record(self, plan: PlanRef, authority: Authority) -> None:
        """Settle what an earlier attempt left in flight and put the plan on record as about to be applied."""
        ...

    def apply(self, plan: PlanRef, authority: Authority) -> None:
        """Apply the plan through the gate."""
        ...

    def verify(self, plan: PlanRef) -> Outcomes:
        """Count how each change of the plan ended, as it was read back."""
        ...
