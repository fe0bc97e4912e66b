"""What a run, an answer, a rollback or a recovery came to, as records that screens and ``--json`` files are made from.

Nothing here names a person: discrepancies and counts carry record handles only.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from domain.findings import Discrepancy, Finding
from domain.ids import PlanHash, RunId
from domain.records import Record


class RunState(StrEnum):
    """How a run ended; the command line makes its exit code from this."""

    CLEAN = "clean"
    WAITING = "waiting"
    STOPPED = "stopped"
    FAILED = "failed"


class Stage(StrEnum):
    """The stages every workflow shows by name (S156)."""

    DETECT = "detect"
    ENRICH = "enrich"
    PROPOSE = "propose"
    GOVERN = "govern"


class Progress(Record):
    """One step forward within a stage; ``total`` is None while it is not known."""

    stage: Stage
    label: str
    done: int
    total: int | None = None


ProgressSink = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Show no progress."""


class Outcomes(Record):
    """How the changes of a run ended, by number (principle 6: what was read back counts).

    ``applied`` is what the outside system accepted: ``verified + unverified == applied``. ``already`` needed no write.
    ``shadow`` was rehearsed in phase 0, ``reported`` is all that phase 1 does with a change (E12).
    ``tickets`` is how many of those applied are tickets; in a dry run, how many would be opened.
    """

    applied: int = 0
    verified: int = 0
    unverified: int = 0
    already: int = 0
    refused: int = 0
    conflicts: int = 0
    uncertain: int = 0
    denied: int = 0
    shadow: int = 0
    reported: int = 0
    suppressed: int = 0
    held: int = 0
    rejected: int = 0
    tickets: int = 0

    def plus(self, other: "Outcomes") -> "Outcomes":
        """Return the sum, field by field."""
        return Outcomes(**{name: getattr(self, name) + getattr(other, name) for name in Outcomes.model_fields})


class HeldPlan(Record):
    """One plan that waits for a person: what to ask for, and of whom."""

    approval_id: str
    plan_hash: PlanHash
    approver_role: str
    topic: str
    changes: int
    expires_at: datetime | None = None


class RunReport(Record):
    """What one run found and did.

    ``counts`` is the number of discrepancies by type; ``plan_hash`` names everything that was proposed, before it was
    split; ``would_apply`` is what a dry run stopped short of (R72). ``tickets`` are those opened, or in a dry run to be
    opened; what is open already is not proposed again.
    """

    run_id: RunId
    kind: str
    term: str
    state: RunState
    dry_run: bool = False
    counts: dict[str, int] = Field(default_factory=dict)
    discrepancies: tuple[Discrepancy, ...] = ()
    findings: tuple[Finding, ...] = ()
    plan_hash: PlanHash | None = None
    proposed: int = 0
    automatic: int = 0
    would_apply: int = 0
    outcomes: Outcomes = Outcomes()
    held: tuple[HeldPlan, ...] = ()
    alerts: int = 0
    tickets: int = 0
    started_at: datetime
    ended_at: datetime

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.ended_at - self.started_at).total_seconds()


class AnswerReport(Record):
    """What followed from one answer to one approval; ``complete`` is False while a second person is still needed."""

    approval_id: str
    run_id: RunId
    state: str
    complete: bool
    outcomes: Outcomes = Outcomes()


class RollbackReport(Record):
    """What a rollback undid, what it could not, and what waits for a person."""

    run_id: RunId
    of: RunId
    outcomes: Outcomes = Outcomes()
    irreversible: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    held: tuple[HeldPlan, ...] = ()
    suppressions: int = 0


class PhaseReport(Record):
    """What stepping back one phase did at once, and the undo that waits for a person (S238)."""

    action: str
    phase: int
    go_back: str = ""
    ended: tuple[str, ...] = ()
    undo: RollbackReport | None = None


class RecoveryReport(Record):
    """What was found in flight after a crash, and how each ended."""

    outcomes: Outcomes = Outcomes()
    threads_continued: int = 0
    approvals_expired: int = 0
