"""Governance and specialists joined with the systems they reach: what a run needs beyond the foundation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.ports import Applier, Observer
from governance.gate import Gate
from governance.rollback import Rollback
from governance.rollback_plan import RollbackPlanner
from graphs.connections import Readers
from graphs.foundation import Foundation
from graphs.governor import Governance
from tools.lms.canvas.read import CanvasReader
from tools.sis.banner.records.images import BannerObserver
from tools.wire import WireClient


@dataclass(frozen=True)
class Systems:
    """The readers, and the hands that policy and credentials allow; without hands nothing is written."""

    base: Foundation
    readers: Readers
    appliers: Mapping[str, Applier]
    sent: WireClient | None = None

    @cached_property
    def observers(self) -> Mapping[str, Observer]:
        """The systems whose records can be looked at; messages are looked for where their sender keeps them."""
        base, readers = self.base, self.readers
        account = base.settings.canvas.account
        canvas = CanvasReader(
            readers.canvas, account, base.identities, sis=readers.sis, sent=self.sent, clock=base.clock
        )
        banner = {"banner": BannerObserver(readers.banner)} if readers.banner else {}
        return {"canvas": canvas, "casedesk": base.casedesk, **banner}

    @cached_property
    def gate(self) -> Gate:
        """The one door to a write."""
        base = self.base
        return Gate(
            base.database,
            base.ledger,
            base.outbox,
            base.policy,
            observers=self.observers,
            appliers=self.appliers,
            approvals=base.approvals,
            decisions=base.decisions,
            kill_switch=base.kill_switch,
            clock=base.clock,
        )

    @cached_property
    def governance(self) -> Governance:
        """Governance as a run reaches it."""
        base = self.base
        return Governance(
            base.policy, base.plans, base.contexts, base.decisions, base.approvals, self.gate, base.outbox
        )

    @cached_property
    def planner(self) -> RollbackPlanner:
        """Plans the way back from a run."""
        return RollbackPlanner(self.base.database, self.observers, clock=self.base.clock)

    @cached_property
    def rollback(self) -> Rollback:
        """Undoes what is approved to be undone."""
        base = self.base
        return Rollback(
            base.database, base.ledger, base.outbox, base.policy, planner=self.planner, gate=self.gate, clock=base.clock
        )
