"""The demonstration, step by step: reconcile, approve, roll back, take live events, verify the ledger, score."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.ids import PrincipalId, TermCode
from domain.principals import Principal, PrincipalKind, Role
from evals.campus_process import CampusProcess
from evals.score import Score
from evals.score_run import score_run
from graphs.reports import AnswerReport, HeldPlan, Outcomes, ProgressSink, RollbackReport, RunReport

if TYPE_CHECKING:
    from graphs.assembly import Provost

LIVE_EVENTS = 12


@dataclass
class Demonstration:
    """What happened, kept for the summary and for ``--json``."""

    run: RunReport
    outcomes: Outcomes
    started: float
    approved: tuple[HeldPlan, AnswerReport] | None = None
    rolled_back: RollbackReport | None = None
    events: int = 0
    live: list[RunReport] = field(default_factory=list)
    ledger_ok: bool = False
    ledger_entries: int = 0
    score: Score | None = None
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything planted was found, nothing invented, every write read back, and the ledger whole."""
        scored = self.score
        exact = scored is not None and not scored.missed and not scored.invented
        return exact and self.ledger_ok and not self.outcomes.unverified and not self.outcomes.uncertain

    def summary(self) -> dict[str, Any]:
        """Return what ``--json`` writes; the keys are stable."""
        scored = self.score or Score(planted=0, found=0)
        return {
            "planted": scored.planted,
            "found": scored.found,
            "precision": round(scored.precision, 4),
            "recall": round(scored.recall, 4),
            "auto_resolved": self.run.outcomes.verified + self.run.outcomes.already,
            "held": self.run.outcomes.held,
            "tickets": self.run.tickets,
            "applied": self.outcomes.applied,
            "verified": self.outcomes.verified,
            "unverified": self.outcomes.unverified,
            "rolled_back": self.rolled_back.outcomes.verified if self.rolled_back else 0,
            "ledger_ok": self.ledger_ok,
            "seconds": round(self.seconds, 1),
        }


def reconcile_campus(provost: "Provost", term: TermCode, progress: ProgressSink) -> Demonstration:
    """Run the nightly reconcile over the whole term."""
    started = time.monotonic()
    report = provost.reconcile(term, progress=progress)
    return Demonstration(run=report, outcomes=report.outcomes, started=started)


def add_people(provost: "Provost", folder: Path) -> dict[Role, Principal]:
    """Give the demonstration a registrar and two colleagues; their tokens, good here only, are left in files."""
    people = {}
    for role in (Role.REGISTRAR, Role.INSTRUCTIONAL_TECHNOLOGY, Role.ADVISOR):
        name = f"demo-{role.value.replace('_', '-')}"
        token = provost.principals.add(PrincipalId(name), PrincipalKind.PERSON, [role], demo=True)
        file = folder / f"{name}.token"
        file.touch(mode=0o600)
        file.write_text(token + "\n", encoding="utf-8")
        people[role] = provost.principals.verify(token, loopback=True)
    return people


def choose_plan(provost: "Provost", held: Sequence[HeldPlan], people: dict[Role, Principal]) -> HeldPlan | None:
    """Pick the smallest held plan that one of the demonstration's people may approve alone."""
    alone = [
        plan
        for plan in held
        if Role(plan.approver_role) in people and provost.approvals.show(plan.approval_id).needed == 1
    ]
    return min(alone, key=lambda plan: (plan.changes, plan.topic), default=None)


def show_approval(provost: "Provost", demo: Demonstration, plan: HeldPlan, people: dict[Role, Principal]) -> None:
    """Approve one plan by its hash and count what was written and read back."""
    who = people[Role(plan.approver_role)]
    answer = provost.answer(
        plan.approval_id, who, "approve", plan_hash=plan.plan_hash, reason="shown in the demonstration"
    )
    demo.approved = (plan, answer)
    demo.outcomes = demo.outcomes.plus(answer.outcomes)


def show_rollback(provost: "Provost", demo: Demonstration, people: dict[Role, Principal]) -> None:
    """Carry live events, then undo the run of the last one that wrote something, and see that it stays undone."""
    written = [report for report in demo.live if report.outcomes.verified]
    if written:
        run = written[-1].run_id
        demo.rolled_back = provost.rollback(run, people[Role.REGISTRAR], reason="shown in the demonstration")


def carry_live_events(provost: "Provost", campus: CampusProcess, demo: Demonstration) -> None:
    """Let registrations happen in Banner and carry each to the LMS as its notification arrives."""
    campus.live(LIVE_EVENTS)
    while events := provost.feed.read_events(limit=100):
        for event in events:
            report = provost.run_event(event)
            demo.events += 1
            demo.live.append(report)
            demo.outcomes = demo.outcomes.plus(report.outcomes)
        provost.feed.acknowledge(events[-1])


def verify_and_score(provost: "Provost", campus: CampusProcess, demo: Demonstration) -> None:
    """Verify the ledger, then open the answer key for the first time and score the reconcile against it."""
    provost.ledger.checkpoint()
    verification = provost.ledger.verify()
    demo.ledger_ok, demo.ledger_entries = verification.ok, verification.entries
    demo.score = score_run(provost, demo.run, campus.answer_key())
    demo.seconds = time.monotonic() - demo.started
