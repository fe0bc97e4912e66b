"""Ends intents: the outcome goes to the ledger and to the outbox in one transaction, or to neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from domain.changes import Change
from domain.ids import ChangeId
from domain.ports import Receipt
from governance.records_named import name_subjects
from store.canonical import JSON
from store.database import Database
from store.ledger import Ledger
from store.outbox import Intent, IntentState, Outbox

GATE_ACTOR = "provost.gate"


@dataclass(frozen=True)
class Flight:
    """A change on its way: the intent as it stands, and the change it holds."""

    intent: Intent
    change: Change

    @property
    def id(self) -> ChangeId:
        """The change's id, as it was recorded."""
        return ChangeId(self.intent.change_id)


@dataclass(frozen=True)
class Ending:
    """How one flight ends, and the words for a person where it did not go well."""

    flight: Flight
    state: IntentState
    message: str = ""


class OutcomeLog:
    """Writes endings."""

    def __init__(self, database: Database, ledger: Ledger, outbox: Outbox) -> None:
        self._database = database
        self._ledger = ledger
        self._outbox = outbox

    def end(self, endings: Sequence[Ending], session: Session | None = None) -> tuple[Intent, ...]:
        """Record the endings and return their intents; nothing happens for none.

        Raises LedgerUnavailable where the ledger does not take them; they then stay in flight until recovery.
        """
        if not endings:
            return ()
        if session is not None:
            return self._end(endings, session)
        with self._database.session() as own:
            return self._end(endings, own)

    def _end(self, endings: Sequence[Ending], session: Session) -> tuple[Intent, ...]:
        self._append(endings, session)
        ended: list[Intent] = []
        for state in dict.fromkeys(ending.state for ending in endings):
            group = [ending for ending in endings if ending.state is state]
            intents = [ending.flight.intent for ending in group]
            ended += self._outbox.mark(intents, state, receipts=_receipts(group), session=session)
        return tuple(ended)

    def _append(self, endings: Sequence[Ending], session: Session) -> None:
        """Append one entry; what the outside system said is sealed under each person's key."""
        states: dict[str, list[JSON]] = {}
        for ending in endings:
            states.setdefault(ending.state.value, []).append(ending.flight.id)
        first = endings[0].flight.intent
        body: dict[str, JSON] = {"plan": first.plan_hash, "outcomes": dict(states)}
        details = [(ending.flight.change, _detail(ending)) for ending in endings]
        self._ledger.append("write.outcome", GATE_ACTOR, first.run, body, name_subjects(details), session=session)


def _detail(ending: Ending) -> dict[str, JSON]:
    return {
        "change": ending.flight.id,
        "record": ending.flight.change.natural_key,
        "state": ending.state.value,
        "message": ending.message,
    }


def _receipts(endings: Sequence[Ending]) -> Mapping[ChangeId, Receipt]:
    """Return receipts that carry the words of endings that have some; the others keep what the system answered."""
    return {
        ending.flight.id: Receipt(
            change=ending.flight.id,
            accepted=False,
            message=ending.message,
            uncertain=ending.state is IntentState.UNCERTAIN,
        )
        for ending in endings
        if ending.message
    }
