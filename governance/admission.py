"""What the gate asks before it records anything: may this plan be written at all, here and now?

A decision may be old by the time it is applied, so owner, phase, kill switch and credential are asked again here.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from domain.changes import Change
from domain.errors import ApprovalRequired, ConfigurationError, PolicyDenied, WriteNotAllowed
from domain.ownership import require_ownership
from domain.plans import Plan
from governance.actions import FLAG_KINDS, action_of
from governance.authority import Authority
from governance.kill_switch import KillSwitch
from governance.phases import lowered_phases
from governance.policy import Phase, Policy
from governance.requirement import requires_waiver, undoes


class Admission:
    """Checks a plan at the gate's door; ``readable`` and ``writable`` name the systems that can be read and written."""

    def __init__(
        self, policy: Policy, kill_switch: KillSwitch, readable: Collection[str], writable: Collection[str]
    ) -> None:
        self._policy = policy
        self._kill_switch = kill_switch
        self._readable = readable
        self._writable = writable

    def require(self, plan: Plan, authority: Authority, connection: Connection) -> None:
        """Raise PolicyError, ApprovalError or ConfigurationError unless every change may be written now.

        Switches and phases are read through the ``connection`` that is about to record the plan.
        """
        if authority.plan_hash != plan.plan_hash:
            fix = "Decide the plan that is to be applied, or ask for its approval."
            raise ApprovalRequired("The authority is for another plan.", field="plan_hash", fix=fix)
        if requires_waiver(plan):
            fix = "Decide the plan again with the waiver; its parts go on from there."
            raise PolicyDenied("A plan that stopped at a limit is not applied as such.", field="topic", fix=fix)
        if undoes(plan) and authority.kind != "approval":
            fix = "Ask for approval of the rollback."
            raise ApprovalRequired("Undoing a run always needs a person (R71).", field="authority", fix=fix)
        self._require_systems(plan, connection)
        lowered = lowered_phases(self._kill_switch.phases.overrides(connection))
        for change in plan.changes:
            require_ownership(change)
            if not undoes(plan):
                self._require_phase(change, authority, lowered)

    def _require_systems(self, plan: Plan, connection: Connection) -> None:
        for target in sorted({change.target for change in plan.changes}):
            stopped = self._kill_switch.stops(target, connection)
            if stopped:
                raise WriteNotAllowed(stopped, field="kill_switch", fix="Turn it off once writing is safe again.")
            if target not in self._writable:
                fix = "Load the write credential; phases 0 to 2 run without any."
                raise WriteNotAllowed(f"No write credential is loaded for {target}.", field="target", fix=fix)
            if target not in self._readable:
                fix = "Connect the system for reading too; nothing is written that cannot be read back."
                raise ConfigurationError(f"Nothing can look into {target}.", field="target", fix=fix)

    def _require_phase(self, change: Change, authority: Authority, lowered: dict[str, int]) -> None:
        """Raise WriteNotAllowed where the phase in force does not write this kind by this authority (S32)."""
        action = action_of(change)
        phase = self._policy.phase_of(action, lowered)
        needed = Phase.CLOSED_LOOP if authority.kind == "automatic" else Phase.SUPERVISED
        if phase < (Phase.ASSISTIVE if change.kind in FLAG_KINDS else needed):
            fix = "Raise the phase once its metric is shown, or make the change by hand."
            raise WriteNotAllowed(f"{action} is in phase {phase} and is not written.", field="phase", fix=fix)
