"""The governor of a drop run: an approval counts only while the student is still gone (R51).

Between the question and the answer days may pass, and the notification of a return may still be on its way. So the
registration is read once more when a person has answered, and what was approved of a drop that is undone ends here.
"""

from collections.abc import Callable

from agents.drop.following import AGAIN
from domain.plans import Plan
from governance.authority import Authority
from governance.decided import Waiver
from graphs.governing import Ask, Governor, PlanRef, Populations, Split
from graphs.reports import Outcomes


class WhileGone:
    """Another governor, asked only as long as the drop stands; fits ``graphs.governing.Governor``."""

    def __init__(self, governor: Governor, is_gone: Callable[[], bool]) -> None:
        self._governor, self._is_gone = governor, is_gone

    def keep(self, plan: Plan) -> PlanRef:
        """Keep a plan."""
        return self._governor.keep(plan)

    def decide(self, plan: PlanRef, populations: Populations, waiver: Waiver | None) -> Split:
        """Split a plan by policy."""
        return self._governor.decide(plan, populations, waiver)

    def request(self, plan: PlanRef) -> Ask | None:
        """Ask for approval of a held plan."""
        return self._governor.request(plan)

    def authority(self, ask: Ask) -> Authority | Waiver | None:
        """Read the approval row, and the registration: None where the student holds the seat again."""
        found = self._governor.authority(ask)
        if found is None or ask.topic == AGAIN or self._is_gone():
            return found
        return None

    def instead(self, ask: Ask) -> PlanRef | None:
        """Return the smaller plan of an edit; that the student is gone is looked at when it is answered."""
        return self._governor.instead(ask)

    def record(self, plan: PlanRef, authority: Authority) -> None:
        """Put the plan on record as about to be applied."""
        self._governor.record(plan, authority)

    def apply(self, plan: PlanRef, authority: Authority) -> None:
        """Apply the plan through the gate."""
        self._governor.apply(plan, authority)

    def verify(self, plan: PlanRef) -> Outcomes:
        """Count how each change ended."""
        return self._governor.verify(plan)
