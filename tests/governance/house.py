"""Governance put together over a database and a campus, the way the composition root does it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.changes import Change
from domain.ids import RunId
from domain.plans import Plan
from domain.ports import Applier, Observer
from domain.principals import Principal
from governance.approvals import Approvals
from governance.authority import Authority
from governance.context import ContextReader
from governance.decided import Decided
from governance.decision import decide
from governance.decision_log import DecisionLog
from governance.gate import Gate
from governance.gate_report import GateReport
from governance.kill_switch import KillSwitch
from governance.policy import Policy
from governance.rollback import Rollback
from governance.rollback_plan import RollbackPlanner
from store.database import Database
from store.ledger import Ledger
from store.outbox import Outbox
from store.plans import Phases
from tests.governance.campus import Campus
from tests.governance.plans import AGENT, StillClock, plan_of, policy_of, registrar

TARGETS = ("canvas", "casedesk")


@dataclass
class House:
    """Everything a test of the gate needs; ``writable`` is false in phases without a write credential."""

    database: Database
    ledger: Ledger
    folder: Path
    policy: Policy = field(default_factory=policy_of)
    campus: Campus = field(default_factory=Campus)
    clock: StillClock = field(default_factory=StillClock)
    writable: bool = True
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.observers: dict[str, Observer] = dict.fromkeys(TARGETS, self.campus)
        self.writers: dict[str, Applier] = {target: self.campus for target in TARGETS if self.writable}
        self.rebuild()

    def rebuild(self) -> "House":
        """Put governance together again, as after a restart."""
        self.outbox = Outbox(self.database, clock=self.clock)
        self.phases = Phases(self.database, clock=self.clock)
        self.kill_switch = KillSwitch(self.phases, self.folder)
        self.approvals = Approvals(self.database, self.ledger, self.policy, clock=self.clock)
        self.decisions = DecisionLog(self.database, self.ledger, self.policy, clock=self.clock)
        self.gate = Gate(
            self.database,
            self.ledger,
            self.outbox,
            self.policy,
            observers=self.observers,
            appliers=self.writers,
            approvals=self.approvals,
            decisions=self.decisions,
            kill_switch=self.kill_switch,
            clock=self.clock,
            sleep=self.slept.append,
        )
        self.planner = RollbackPlanner(self.database, self.observers, clock=self.clock)
        self.rollback = Rollback(
            self.database, self.ledger, self.outbox, self.policy, planner=self.planner, gate=self.gate, clock=self.clock
        )
        return self

    def decide(self, plan: Plan, requester: Principal = AGENT, **more: Any) -> Decided:
        """Decide and record."""
        context = ContextReader(self.database, clock=self.clock).read(requester, **more)
        decided = decide(plan, self.policy, context)
        self.decisions.record(decided)
        return decided

    def run(self, *changes: Change, run: str = "run-1") -> GateReport:
        """Decide, record and apply the automatic part."""
        decided = self.decide(plan_of(*changes, run=run))
        assert decided.automatic is not None
        return self.gate.apply(decided.automatic, RunId(run), self.decisions.authority(decided))

    def approve(self, plan: Plan, *names: str) -> Authority:
        """Ask for approval of a plan and have these people approve it."""
        approval = self.approvals.request(plan)
        for name in names or ("ruth",):
            self.approvals.answer(approval, plan.plan_hash, registrar(name), "approve", "Looked at.")
        authority = self.approvals.authority(approval, plan.plan_hash)
        assert isinstance(authority, Authority)
        return authority

    def entries(self, run: str = "run-1") -> list[str]:
        """Return the kinds of ledger entries of a run, in order."""
        import json

        return [json.loads(line)["kind"] for line in self.ledger.export(run=run)]
