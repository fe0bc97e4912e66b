"""How a plan ended at the gate, change by change; success is only what was read back (principle 6)."""

from collections.abc import Iterable

from domain.ids import ChangeId, RunId
from domain.records import Record
from store.outbox import IN_FLIGHT, Intent, IntentState


class ChangeOutcome(Record):
    """How one change ended: its state, how often it was sent, and what the outside system said."""

    change_id: ChangeId
    natural_key: str
    kind: str
    state: IntentState
    attempts: int
    reference: str = ""
    message: str = ""


class GateReport(Record):
    """The outcomes of a plan in plan order, with the counts people ask for."""

    run: RunId
    outcomes: tuple[ChangeOutcome, ...]

    def _count(self, *states: IntentState) -> int:
        return sum(one.state in states for one in self.outcomes)

    @property
    def verified(self) -> int:
        """Changes that were written and read back (R75)."""
        return self._count(IntentState.VERIFIED) - self.unchanged

    @property
    def unchanged(self) -> int:
        """Changes whose record was as wanted already, so that nothing was written."""
        return sum(one.state is IntentState.VERIFIED and one.attempts == 0 for one in self.outcomes)

    @property
    def unverified(self) -> int:
        """Changes that were accepted and do not show."""
        return self._count(IntentState.UNVERIFIED)

    @property
    def applied(self) -> int:
        """Changes that the outside system accepted: verified and unverified together."""
        return self.verified + self.unverified

    @property
    def refused(self) -> int:
        """Changes that the outside system or a stop of ours refused."""
        return self._count(IntentState.REFUSED)

    @property
    def conflicts(self) -> int:
        """Changes whose record moved since the plan was made, or that a later run took over."""
        return self._count(IntentState.CONFLICT)

    @property
    def uncertain(self) -> int:
        """Changes that may or may not have happened; a person decides."""
        return self._count(IntentState.UNCERTAIN)

    @property
    def compensated(self) -> int:
        """Changes that were undone since."""
        return self._count(IntentState.COMPENSATED)

    @property
    def in_flight(self) -> int:
        """Changes that have not ended; recovery takes them up."""
        return self._count(*IN_FLIGHT)

    def counts(self) -> dict[str, int]:
        """Return every count by its name."""
        names = ("applied", "verified", "unverified", "unchanged", "refused", "conflicts", "uncertain", "compensated")
        return {name: getattr(self, name) for name in names}


def report_intents(run: RunId, intents: Iterable[Intent]) -> GateReport:
    """Return the report of these intents as they stand now."""
    return GateReport(run=run, outcomes=tuple(_outcome(intent) for intent in intents))


def _outcome(intent: Intent) -> ChangeOutcome:
    receipt = intent.as_receipt()
    return ChangeOutcome(
        change_id=ChangeId(intent.change_id),
        natural_key=intent.natural_key,
        kind=intent.kind,
        state=intent.state,
        attempts=intent.attempts,
        reference=receipt.reference if receipt else "",
        message=receipt.message if receipt else "",
    )
