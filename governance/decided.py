"""What deciding returns: what goes on by itself, what waits for whom, and what was denied and why."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from domain.changes import Tier
from domain.ids import ChangeId, PlanHash, PrincipalId, RunId
from domain.plans import Plan
from domain.principals import Principal, Role
from domain.records import Record
from governance.actions import ObjectType
from governance.policy import Phase


class Verdict(StrEnum):
    """What was decided about one change."""

    AUTOMATIC = "automatic"
    APPROVAL = "approval"
    DRAFT = "draft"
    SHADOW = "shadow"
    REPORT = "report"
    INFORM = "inform"
    SUPPRESSED = "suppressed"
    STOPPED = "stopped"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Waiver(Record):
    """A person's leave for one run to exceed the limits with exactly one plan (R58)."""

    run: RunId
    plan_hash: PlanHash
    approval: str


class Suppressed(Record):
    """What no run may touch until a moment: one record by its key, or all that one rule asks for (R71)."""

    natural_key: str = ""
    rule: str = ""
    reason: str
    until: datetime


class RunContext(Record):
    """What a decision needs to know besides the plan and the policy; all of it is read before, so deciding is pure.

    ``populations`` is how many objects of each type the SIS has (for percentages), ``recent`` how many of each limit's
    objects were changed in the last day, ``lowered`` phases set by a phase rollback, by action. ``requester`` is who
    made the plan, as proven by a token: an agent or a service is limited to its scopes (S174).
    """

    now: datetime
    requester: Principal
    populations: dict[ObjectType, int] = Field(default_factory=dict)
    recent: dict[str, int] = Field(default_factory=dict)
    lowered: dict[str, int] = Field(default_factory=dict)
    suppressed: tuple[Suppressed, ...] = ()
    waiver: Waiver | None = None


class DecisionRecord(Record):
    """One decision as it is written to the ledger: what, by which rule, in which phase, how sure (S30)."""

    change_id: ChangeId
    natural_key: str
    action: str
    verdict: Verdict
    rule: str
    topic: str
    asked_by_rule: str
    phase: Phase
    tier: Tier
    confidence: Decimal
    confidence_floor: Decimal | None = None
    reason: str


class Denial(Record):
    """A change that does not go on, with the error code it would raise, the reason and the next step."""

    change_id: ChangeId
    natural_key: str
    verdict: Verdict
    code: str
    reason: str
    fix: str


class Breach(Record):
    """A limit that the plan exceeds: how many objects, of how many, and what the limit is (R67)."""

    object: ObjectType
    effect: str
    count: int
    absolute: int
    percent: Decimal
    population: int | None
    reason: str


class Held(Record):
    """A plan that waits for a person: who may approve it, whether two must, and for how long it stays open."""

    plan: Plan
    approver_role: Role
    two_persons: bool
    expires_after: timedelta
    rules: tuple[str, ...]


class Decided(Record):
    """The whole decision about one plan.

    ``waiting`` says of each held plan how it is approved; ``held`` is the plans alone. ``breaches`` is not empty where
    the set stopped at a limit: then nothing is automatic and the one held plan asks for a waiver for this run only.
    """

    run: RunId
    plan_hash: PlanHash
    requested_by: PrincipalId
    automatic: Plan | None = None
    waiting: tuple[Held, ...] = ()
    denied: tuple[Denial, ...] = ()
    records: tuple[DecisionRecord, ...] = ()
    breaches: tuple[Breach, ...] = ()

    @property
    def held(self) -> tuple[Plan, ...]:
        """The plans that wait for a person, one per approver role and topic."""
        return tuple(one.plan for one in self.waiting)

    @property
    def stopped(self) -> bool:
        """Whether the set exceeded a limit, so that none of it goes on (R67)."""
        return bool(self.breaches)
