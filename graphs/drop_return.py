"""What is known of earlier drops of one student and class, and how they are taken back when the student returns (R51).

What waits for a person ends unanswered, open cases and tickets are withdrawn, and whoever was told of the drop is told
that it no longer holds. Access and work come back with the registration, through the roster workflow.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.drop.following import AGAIN
from agents.drop.kept import KeptDrop
from agents.drop.messages import plan_return
from agents.drop.seat import Seat, SeatState
from agents.drop.statement import Standing
from domain.changes import Change, CreateTicket, OpenCase, SendMessage, Tier
from domain.drops import DropKind
from domain.ids import RecordHandle, RuleId, RunId, SectionKey
from domain.images import Image
from domain.records import Registration
from governance.approvals import Approvals
from graphs.drop_specialist import DropRequest
from store.drops import DropRecords
from store.outbox import IntentState, Outbox
from store.plans import ApprovalState

_TOLD = frozenset({IntentState.SENT, IntentState.VERIFIED, IntentState.UNVERIFIED, IntentState.UNCERTAIN})
"""States in which a message may have been read."""


@dataclass(frozen=True)
class DropReturn:
    """Finds earlier drops by what was kept of them."""

    drops: DropRecords
    outbox: Outbox
    approvals: Approvals

    def is_known(self, request: DropRequest, seat: Seat) -> bool:
        """Tell whether another run deals with this very drop, so that a second notification of it starts nothing.

        A drop whose date or status was corrected since is another one, and its statement is made anew.
        """
        newest = self._newest(request, seat.drop.person, seat.drop.section)
        if newest is None:
            return False
        known, drop = newest.seat.drop, seat.drop
        return (known.status, known.at, known.sequence) == (drop.status, drop.at, drop.sequence)

    def seat_of(self, request: DropRequest, person: RecordHandle, row: Registration) -> Seat | None:
        """Return the seat that is held again after a drop that was dealt with here; None where there was none."""
        newest = self._newest(request, person, row.section)
        if newest is None:
            return None
        return newest.seat.model_copy(update={"state": SeatState.RETURNED, "sequence": row.sequence})

    def reference(self, request: DropRequest, seat: Seat) -> str:
        """Return the reference of the drop that is taken back; empty for a drop of its own."""
        returned = seat.state is SeatState.RETURNED
        newest = self._newest(request, seat.drop.person, seat.drop.section) if returned else None
        return newest.reference if newest else ""

    def times_undone(self, request: DropRequest, seat: Seat) -> int:
        """Return how often the student left this class and came back before."""
        kept = self.drops.statements(seat.drop.person, str(seat.drop.section))
        return sum(one.standing == Standing.SUPERSEDED.value for one in kept if one.run != request.run)

    def take_back(self, request: DropRequest, seat: Seat, reference: str) -> tuple[Change, ...]:
        """End what waits for a person, and return what withdraws the rest."""
        runs = [run for run, _ in self._standing(seat.drop.person, seat.drop.section, request.run)]
        if not request.dry_run:
            for run in runs:
                self._end_pending(run, request.run)
        intents = [intent for run in runs for intent in self.outbox.for_run(run)]
        open_ = [one.as_change() for one in intents if one.state is IntentState.VERIFIED]
        told = [one.as_change() for one in intents if one.state in _TOLD]
        readers = dict.fromkeys(one.recipient for one in told if isinstance(one, SendMessage) and one.topic != AGAIN)
        marked = {one.marker: one for one in open_ if isinstance(one, OpenCase | CreateTicket) and one.after.exists}
        return (*map(_withdrawn, marked.values()), *plan_return(seat, reference, tuple(readers)))

    def _end_pending(self, earlier: RunId, run: RunId) -> None:
        """Let this run speak for what the earlier one asked approval of; its request ends as superseded."""
        for view in self.approvals.find(ApprovalState.PENDING, run=earlier):
            keys = [change.natural_key for change in view.plan.changes]
            self.approvals.supersede(keys, run, view.plan.plan_hash)

    def _newest(self, request: DropRequest, person: RecordHandle, section: SectionKey) -> KeptDrop | None:
        return next((kept for _, kept in self._standing(person, section, request.run)), None)

    def _standing(self, person: RecordHandle, section: SectionKey, but: RunId) -> Iterator[tuple[RunId, KeptDrop]]:
        """Yield the registered drops that stand, newest first: those since the student last came back."""
        for row in self.drops.statements(person, str(section)):
            if row.run == but or row.kind != DropKind.REGISTERED.value or row.text is None:
                continue
            if row.standing == Standing.SUPERSEDED.value:
                return
            yield row.run, KeptDrop.model_validate_json(row.text)


def _withdrawn(change: OpenCase | CreateTicket) -> Change:
    """Withdraw what was opened at our own desk, by itself: it told of a drop that is none any more."""
    how = {"rule": RuleId("R51"), "tier": Tier.AUTO, "topic": AGAIN, "confidence_basis": "registered again in the SIS"}
    return change.model_copy(update={"before": change.after, "after": Image.absent(), **how})
