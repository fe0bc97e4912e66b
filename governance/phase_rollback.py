"""Phase rollback: an action returns to the phase before, and what it wrote is proposed for undoing (S238)."""

from datetime import UTC, datetime, time

from domain.errors import PolicyDenied
from domain.ids import PrincipalId, RunId
from domain.records import Record
from governance.approvals import Approvals
from governance.inbox import ApprovalId
from governance.phases import PhaseLadder
from governance.policy import Phase, Policy
from governance.rollback_plan import RollbackPlan, RollbackPlanner


class PhaseStep(Record):
    """What a phase rollback did at once, and the undo that waits for approval."""

    phase: Phase
    go_back: str
    ended: tuple[ApprovalId, ...]
    undo: RollbackPlan


class PhaseRollback:
    """Steps back: first nothing new is written, then nothing that waits goes on, then the undo is planned."""

    def __init__(self, policy: Policy, ladder: PhaseLadder, planner: RollbackPlanner, approvals: Approvals) -> None:
        self._policy = policy
        self._ladder = ladder
        self._planner = planner
        self._approvals = approvals

    def step_back(
        self,
        domain: str,
        action: str,
        reason: str,
        by: PrincipalId,
        undo_run: RunId,
        *,
        requested_by: PrincipalId | None = None,
    ) -> PhaseStep:
        """Return one action to the phase before, end the requests that wait for it, and plan to undo what it wrote.

        The undo covers what was written since the first day of the phase in the policy file; ``requested_by`` is who
        asks for its approval, which may not be whoever answers. Raises PolicyDenied for an action that the ladder does
        not know or that is in phase 0.
        """
        name = f"{domain}:{action}"
        rung = self._policy.rung(name)
        if rung is None:
            fix = "Name an action of the ladder, such as roster enrol."
            raise PolicyDenied(f"The ladder does not know {name}.", field="action", fix=fix)
        step = rung.step(self._ladder.current(domain, action))
        phase = self._ladder.step_back(domain, action, reason, by)
        ended = self._approvals.end_pending(name, by)
        since = datetime.combine(rung.since, time.min, UTC)
        undo = self._planner.plan_phase_rollback(name, since, undo_run, requested_by or by)
        return PhaseStep(phase=phase, go_back=step.go_back if step else "", ended=ended, undo=undo)
