"""Sends changes and takes each to an end: look, send what is untouched, look again, record.

The same steps serve a fresh plan and one that a crash cut short, because each starts by looking. A change is sent again
only after a look that shows it undone, never blindly; what cannot be looked for ends as uncertain and a person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from domain.errors import (
    CircuitOpen,
    ConfigurationError,
    PolicyError,
    ProvostError,
    RecordLocked,
    SourceDataError,
    Throttled,
    TransientError,
    UncertainEffect,
    WriteNotAllowed,
)
from domain.ids import ChangeId
from domain.ports import Applier, Receipt
from governance.kill_switch import KillSwitch
from governance.looking import Looking, Sight
from governance.outcomes import Ending, Flight, OutcomeLog
from store.outbox import Intent, IntentState, Outbox

DID_NOTHING = (Throttled, RecordLocked, CircuitOpen)
"""Failures by which a system says that it did nothing; sending again later may work."""
REFUSALS = (SourceDataError, PolicyError, ConfigurationError)
"""Failures that sending again cannot cure."""


@runtime_checkable
class PatientApplier(Applier, Protocol):
    """An applier whose system works on after it answered, and that can wait until nothing is under way there."""

    def settle(self) -> None:
        """Wait until nothing is under way."""
        ...


@dataclass(frozen=True)
class Answered:
    """What one sending brought: a receipt for each change that got one, and the failure of the call where it failed."""

    receipts: Mapping[ChangeId, Receipt]
    error: ProvostError | None = None

    def accepted(self, flight: Flight) -> bool:
        """Tell whether the system said that it took the change."""
        receipt = self.receipts.get(flight.id)
        return receipt is not None and receipt.accepted and not receipt.uncertain

    def refused(self, flight: Flight) -> bool:
        """Tell whether the system said that it did not take the change and never will."""
        receipt = self.receipts.get(flight.id)
        if receipt is None:
            return isinstance(self.error, REFUSALS)
        return not receipt.accepted and not receipt.uncertain

    def words(self, flight: Flight) -> str:
        """Return what the system said about a change, or the failure of the call."""
        receipt = self.receipts.get(flight.id)
        if receipt is not None and receipt.message:
            return receipt.message
        return f"{self.error.code}: {self.error.message}" if self.error else "No answer came for this change."


class Sender:
    """Takes the changes of one system and kind to their end; holds the hands that write."""

    def __init__(
        self,
        looking: Looking,
        outbox: Outbox,
        outcomes: OutcomeLog,
        *,
        appliers: Mapping[str, Applier],
        kill_switch: KillSwitch,
        rounds: int,
    ) -> None:
        self._appliers = appliers
        self._looking = looking
        self._outbox = outbox
        self._outcomes = outcomes
        self._kill_switch = kill_switch
        self._rounds = rounds

    def settle(self, intents: Sequence[Intent]) -> tuple[Intent, ...]:
        """Take every intent, of one system and kind, to an end and return them as they ended.

        Raises WriteNotAllowed where a write is due and no write credential is loaded, and whatever the observer raises;
        what had not ended by then stays in flight, for recovery.
        """
        flights = [Flight(intent, intent.as_change()) for intent in intents]
        ended: list[Intent] = []
        answered = Answered({})
        self._await_crossed(flights)
        for _ in range(self._rounds):
            flights = self._look(flights, ended)
            if not flights or self._stopped(flights, ended):
                return tuple(ended)
            flights, answered = self._send(flights, ended)
            if isinstance(answered.error, UncertainEffect):
                break
        ended += self._outcomes.end([_give_up(one, answered) for one in flights])
        return tuple(ended)

    def _await_crossed(self, flights: Sequence[Flight]) -> None:
        """Give writes that a crash cut off the time to show: until the system is quiet, and then as any other."""
        crossed = [one.change for one in flights if one.intent.state is not IntentState.PLANNED]
        if not crossed:
            return
        applier = self._appliers.get(crossed[0].target)
        if isinstance(applier, PatientApplier):
            applier.settle()
        self._looking.wait_for(crossed)

    def _look(self, flights: Sequence[Flight], ended: list[Intent]) -> list[Flight]:
        """End what a look settles and return what is untouched and may be sent."""
        sights = self._looking.look([one.change for one in flights]) if flights else {}
        endings = [ending for one in flights if (ending := _settled(one, sights[one.id])) is not None]
        ended += self._outcomes.end(endings)
        over = {ending.flight.id for ending in endings}
        return [one for one in flights if one.id not in over]

    def _stopped(self, flights: Sequence[Flight], ended: list[Intent]) -> bool:
        """End everything where the kill switch is on; what may have been sent before is uncertain."""
        reason = self._kill_switch.stops(flights[0].change.target)
        if reason:
            ended += self._outcomes.end([_halt(one, reason) for one in flights])
        return bool(reason)

    def _send(self, flights: Sequence[Flight], ended: list[Intent]) -> tuple[list[Flight], Answered]:
        """Send, read back, end what is known, and return what is not, with what the system answered."""
        applier = self._require_hands(flights[0].change.target)
        marked = self._outbox.mark([one.intent for one in flights], IntentState.SENDING)
        sent = [replace(one, intent=intent) for one, intent in zip(flights, marked, strict=True)]
        answered = _apply(applier, sent)
        sent = self._mark_accepted(sent, answered)
        sights = self._read_back(sent, answered)
        endings = [ending for one in sent if (ending := _ending(one, sights[one.id], answered)) is not None]
        ended += self._outcomes.end(endings)
        over = {ending.flight.id for ending in endings}
        return [one for one in sent if one.id not in over], answered

    def _require_hands(self, target: str) -> Applier:
        applier = self._appliers.get(target)
        if applier is None:
            fix = "Load the write credential, which phases 0 to 2 never do, and recover the run then."
            raise WriteNotAllowed(f"No write credential is loaded for {target}.", field="target", fix=fix)
        return applier

    def _mark_accepted(self, sent: Sequence[Flight], answered: Answered) -> list[Flight]:
        accepted = [one for one in sent if answered.accepted(one)]
        if not accepted:
            return list(sent)
        marked = self._outbox.mark([one.intent for one in accepted], IntentState.SENT, receipts=dict(answered.receipts))
        moved = dict(zip((one.id for one in accepted), marked, strict=True))
        return [replace(one, intent=moved.get(one.id, one.intent)) for one in sent]

    def _read_back(self, sent: Sequence[Flight], answered: Answered) -> dict[ChangeId, Sight]:
        """Wait for what may still show; look once at what was refused, since a call can fail half way."""
        refused = [one.change for one in sent if answered.refused(one)]
        waiting = [one.change for one in sent if not answered.refused(one)]
        sights = self._looking.look(refused) if refused else {}
        return sights | (self._looking.wait_for(waiting) if waiting else {})


def _apply(applier: Applier, sent: Sequence[Flight]) -> Answered:
    """Make the one call that writes; a failure that says who must act is an answer, anything else is a crash."""
    try:
        return Answered(applier.apply([one.change for one in sent]))
    except (TransientError, UncertainEffect, *REFUSALS) as error:
        return Answered({}, error)


def _settled(flight: Flight, sight: Sight) -> Ending | None:
    """Return the ending that a look gives before any sending; None where the change is to be sent."""
    if sight is Sight.DONE:
        return Ending(flight, IntentState.VERIFIED)
    if flight.intent.state is IntentState.SENT:
        return Ending(flight, IntentState.UNVERIFIED)
    if sight is Sight.MOVED:
        return Ending(flight, IntentState.CONFLICT, "The record moved since the plan was made.")
    if sight is Sight.UNSEEN:
        return _halt(flight, "The record cannot be looked for, so it is not written.")
    return None


def _halt(flight: Flight, reason: str) -> Ending:
    """End a change that must not be sent: refused if it never was, uncertain if it may have been."""
    planned = flight.intent.state is IntentState.PLANNED
    return Ending(flight, IntentState.REFUSED if planned else IntentState.UNCERTAIN, reason)


def _ending(flight: Flight, sight: Sight, answered: Answered) -> Ending | None:
    """Return the ending after sending and reading back; None where nobody knows yet."""
    if sight is Sight.DONE:
        return Ending(flight, IntentState.VERIFIED)
    if answered.accepted(flight):
        return Ending(flight, IntentState.UNVERIFIED)
    if answered.refused(flight):
        return Ending(flight, IntentState.REFUSED, answered.words(flight))
    return None


def _give_up(flight: Flight, answered: Answered) -> Ending:
    """End a change whose outcome stayed unknown: uncertain, unless the system said that it did nothing."""
    nothing = isinstance(answered.error, DID_NOTHING)
    return Ending(flight, IntentState.REFUSED if nothing else IntentState.UNCERTAIN, answered.words(flight))
