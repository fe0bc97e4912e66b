"""The policy of the institution: how far each action may go, who approves, and how much one run may change.

The file ``provost.policy.yaml`` holds it; every key is described here and nowhere else, and a key that is not described
is refused. What no rule matches is denied: there is no default that permits.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.principals import Role
from domain.rules.bulk import BulkLimits
from governance.actions import ObjectType


class Phase(IntEnum):
    """How much the system does by itself for one action; the one ladder of all domains (E12)."""

    SHADOW = 0
    READ_ONLY = 1
    ASSISTIVE = 2
    SUPERVISED = 3
    CLOSED_LOOP = 4


class Better(StrEnum):
    """Which direction of a metric is an improvement."""

    HIGHER = "higher"
    LOWER = "lower"


class Key(BaseModel):
    """Base of the policy's records: frozen, and no key that is not described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(Key):
    """What one phase must show before the next may begin, and how to go back from it (S237, S238)."""

    phase: Phase = Field(description="The phase that must show the metric before the next one begins.")
    metric: str = Field(min_length=1, description="Name of the metric, as the evaluation or report prints it.")
    target: Decimal = Field(description="Value the metric must reach.")
    better: Better = Field(default=Better.HIGHER, description="Whether a higher or a lower value is better.")
    shown: Decimal | None = Field(default=None, description="Value that was measured; empty while none was.")
    shown_in: str = Field(default="", description="Where the value was measured: a report, a run or a test.")
    go_back: str = Field(min_length=1, description="How to return to the phase before, in words for the operator.")

    @property
    def reached(self) -> bool:
        """Whether the metric was measured, says where, and meets its target (S237)."""
        return self.shown is not None and bool(self.shown_in) and self.meets(self.shown)

    def meets(self, value: Decimal) -> bool:
        """Tell whether a measured value is good enough."""
        if not value.is_finite():
            return False
        return value >= self.target if self.better is Better.HIGHER else value <= self.target


class Rung(Key):
    """Where the actions that match a glob stand on the ladder."""

    match: str = Field(min_length=1, description="Glob over domain:kind, such as roster:*; the first match counts.")
    phase: Phase = Field(description="Present phase: 0 shadow, 1 read-only, 2 assistive, 3 supervised, 4 closed loop.")
    since: date = Field(description="First day of the present phase; a phase rollback undoes what was written since.")
    steps: tuple[Step, ...] = Field(default=(), description="What each phase below the present one had to show.")

    def step(self, phase: Phase) -> Step | None:
        """Return what a phase must show, or None where the policy does not say."""
        return next((step for step in self.steps if step.phase is phase), None)


class Rule(Key):
    """Who approves the actions that match, and how sure a change must be to go without a person."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Name of the rule, recorded with each decision.")
    actions: tuple[str, ...] = Field(min_length=1, description="Globs over domain:kind that the rule speaks about.")
    topics: tuple[str, ...] = Field(default=("*",), min_length=1, description="Globs over the topic of the change.")
    deny: bool = Field(default=False, description="Whether matching changes are refused outright.")
    approver_role: Role = Field(description="Role of the person who may approve.")
    two_persons: bool = Field(default=False, description="Whether two different persons must approve.")
    confidence_floor: Decimal = Field(ge=0, le=1, description="Confidence below which a person is always asked.")
    expires_hours: int = Field(default=72, ge=1, le=2880, description="Hours after which an approval request expires.")
    irreversible_automatic: bool = Field(
        default=False, description="Whether a change that cannot be undone may go without a person in phase 4."
    )

    def matches(self, action: str, topic: str) -> bool:
        """Tell whether the rule speaks about this action and topic."""
        return any(fnmatchcase(action, glob) for glob in self.actions) and any(
            fnmatchcase(topic, glob) for glob in self.topics
        )

    @property
    def expires_after(self) -> timedelta:
        """How long an approval request stays open."""
        return timedelta(hours=self.expires_hours)


class Limit(Key):
    """How many objects of one type one run may change before it stops and asks (R67)."""

    object: ObjectType = Field(description="Object type that is counted.")
    effect: Literal["any", "removal"] = Field(
        default="any", description="Whether all changes count or only those that take something away."
    )
    absolute: int = Field(ge=0, description="Most objects that may change.")
    percent: Decimal = Field(ge=0, le=100, description="Most objects that may change, in percent of all there are.")
    percent_from: int = Field(
        default=25, ge=0, description="Number of changes up to which the percentage is not asked."
    )


class WaiverRule(Key):
    """Who may let one run exceed the limits with one plan (R58)."""

    approver_role: Role = Field(description="Role of the person who may let one run exceed the limits.")
    two_persons: bool = Field(default=True, description="Whether two different persons must let it.")
    expires_hours: int = Field(default=24, ge=1, le=720, description="Hours after which the request expires.")

    @property
    def expires_after(self) -> timedelta:
        """How long a request for a waiver stays open."""
        return timedelta(hours=self.expires_hours)


class ReadBack(Key):
    """How long the gate waits for a write to show (R75)."""

    attempts: int = Field(default=4, ge=1, le=20, description="Times a written record is read back before giving up.")
    wait_seconds: float = Field(default=0.5, ge=0, le=60, description="Seconds between two readings, doubling.")


class Batches(Key):
    """In which portions the gate sends a plan."""

    size: int = Field(default=500, ge=1, le=5000, description="Most changes of one kind sent to a system in one call.")
    canary: int = Field(default=10, ge=0, description="Changes of a kind sent first; none verified stops the kind.")
    resend: int = Field(default=3, ge=1, le=10, description="Most times one change is sent, each after looking first.")


class RollbackRule(Key):
    """Who may let a run be undone, and for how long what was undone stays suppressed (R71)."""

    approver_role: Role = Field(description="Role of the person who approves a rollback.")
    two_persons: bool = Field(default=False, description="Whether two different persons must approve a rollback.")
    expires_hours: int = Field(default=24, ge=1, le=720, description="Hours after which the request expires.")
    suppress_days: int = Field(default=14, ge=1, le=365, description="Days in which no run repeats what was undone.")

    @property
    def expires_after(self) -> timedelta:
        """How long a request to undo a run stays open."""
        return timedelta(hours=self.expires_hours)


class Policy(Key):
    """The whole policy file."""

    version: Literal[1] = Field(description="Version of this format.")
    ladder: tuple[Rung, ...] = Field(min_length=1, description="Phase per action; the first match counts.")
    rules: tuple[Rule, ...] = Field(min_length=1, description="Approval rules; the first match counts, none denies.")
    limits: tuple[Limit, ...] = Field(description="Blast-radius limits; every object type needs one.")
    plausible: BulkLimits = Field(description="How far counts may differ before they are not believed.")
    waiver: WaiverRule = Field(description="Who may let one run exceed the limits.")
    rollback: RollbackRule = Field(description="Who approves a rollback and how long it is honoured.")
    read_back: ReadBack = Field(default_factory=ReadBack, description="How writes are read back.")
    batches: Batches = Field(default_factory=Batches, description="In which portions changes are sent.")

    def rung(self, action: str) -> Rung | None:
        """Return where an action stands on the ladder; None denies it."""
        return next((rung for rung in self.ladder if fnmatchcase(action, rung.match)), None)

    def rule(self, action: str, topic: str) -> Rule | None:
        """Return the first rule that speaks about an action and topic; None denies it."""
        return next((rule for rule in self.rules if rule.matches(action, topic)), None)

    def limits_of(self, object_type: ObjectType) -> tuple[Limit, ...]:
        """Return the limits on an object type; none at all means that none of it may change."""
        return tuple(limit for limit in self.limits if limit.object is object_type)

    def phase_of(self, action: str, lowered: Mapping[str, int] | None = None) -> Phase:
        """Return the phase in force: the file's, or a lower one set by a phase rollback (S238); none is shadow."""
        rung = self.rung(action)
        if rung is None:
            return Phase.SHADOW
        return Phase(min(rung.phase, (lowered or {}).get(action, rung.phase)))
