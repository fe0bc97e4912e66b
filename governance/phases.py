"""Phases in force: what the policy file says, or less where an operator stepped back (S237, S238).

Nothing at run time may rise above the file, which is reviewed and shows the metric of each phase. What was lowered may
return only when the metric is shown anew.
"""

from collections.abc import Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

from domain.errors import PolicyDenied
from domain.ids import PrincipalId
from governance.actions import known_actions
from governance.policy import Phase, Policy
from store.canonical import JSON
from store.database import Database
from store.ledger import Ledger
from store.plans import PhaseOverride, Phases


def lowered_phases(overrides: Sequence[PhaseOverride]) -> dict[str, int]:
    """Return the lowest phase that overrides set for each action; their domain and action may be globs."""
    lowered: dict[str, int] = {}
    for action in known_actions():
        phases = [row.phase for row in overrides if fnmatchcase(action, f"{row.domain}:{row.action}")]
        if phases:
            lowered[action] = min(phases)
    return lowered


class PhaseLadder:
    """Reads the phase in force, steps back, and returns where the metric is shown."""

    def __init__(self, database: Database, ledger: Ledger, policy: Policy, phases: Phases) -> None:
        self._database = database
        self._ledger = ledger
        self._policy = policy
        self._phases = phases

    def lowered(self) -> dict[str, int]:
        """Return the phases that are lowered now, by action."""
        return lowered_phases(self._phases.overrides())

    def current(self, domain: str, action: str) -> Phase:
        """Return the phase in force for one action; shadow where the policy does not know it."""
        return self._policy.phase_of(f"{domain}:{action}", self.lowered())

    def step_back(self, domain: str, action: str, reason: str, by: PrincipalId) -> Phase:
        """Return to the phase before, at once and on record; PolicyDenied where there is none before (S238)."""
        current = self.current(domain, action)
        if current is Phase.SHADOW:
            raise PolicyDenied(f"{domain}:{action} is in phase 0 already.", field="phase", fix="Nothing is to be done.")
        before = Phase(current - 1)
        body: dict[str, JSON] = {
            "action": f"{domain}:{action}",
            "from": int(current),
            "to": int(before),
            "reason": reason,
        }
        with self._database.session() as session:
            self._ledger.append("phase.lowered", by, "", body, session=session)
            self._phases.override(domain, action, before, reason, by, session=session)
        return before

    def promote(self, domain: str, action: str, value: Decimal, shown_in: str, by: PrincipalId) -> Phase:
        """Return to the next phase, up to the policy file's, with the metric shown; PolicyDenied otherwise (S237)."""
        name = f"{domain}:{action}"
        current, rung = self.current(domain, action), self._policy.rung(name)
        if rung is None or current >= rung.phase:
            fix = "Raise the phase in the policy file, with the metric that each phase below it has shown."
            raise PolicyDenied(f"The policy file does not let {name} rise above {current}.", field="phase", fix=fix)
        step = rung.step(current)
        if step is None or not shown_in or not step.meets(value):
            wanted = f"{step.metric} of {step.target}" if step else f"a metric for phase {current}"
            fix = "Measure it and name the report it stands in, or stay in this phase."
            raise PolicyDenied(f"{name} stays in phase {current}: {wanted} is not shown.", field="phase", fix=fix)
        following = Phase(current + 1)
        body: dict[str, JSON] = {
            "action": name,
            "from": int(current),
            "to": int(following),
            "shown": str(value),
            "shown_in": shown_in,
        }
        with self._database.session() as session:
            self._ledger.append("phase.raised", by, "", body, session=session)
            self._phases.override(domain, action, following, f"{step.metric} shown in {shown_in}", by, session=session)
        return following
