"""Hands events on: what came in to the engine, and what the ledger says happened to those who are to be told.

An event is kept before it is acknowledged and handed on from there, so that a crash between the two loses nothing; the
engine takes the same id once, so that handing it on twice changes nothing. Outgoing notices are made from the ledger's
own entries, up to a mark that moves in the same transaction.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog

from domain.changes import Change, PostGrade
from domain.ids import RecordHandle, RunId
from store.canonical import canonical_json
from store.clock import SYSTEM_CLOCK
from store.hooks import DeliveryRow, DeliveryState, HookInbox, HookOutbox
from store.intents import IntentState
from store.ledger.entries import EntryRow
from store.ledger.reading import last_entry, read_entries

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from graphs.web_settings import Receiver
    from service.engine import WorkQueue

_log = structlog.get_logger(__name__)
HOOK, DELIVER = "hook", "deliver"
OUTCOME, OPENED = "write.outcome", "alert.opened"
MOST_TRIES = 24
"""How often the engine is given a notice anew, each time with tries of its own; then it is given up, on the log."""
_MARK, _BATCH = "ledger", 200


class Notice(NamedTuple):
    """Something to be told: its kind, whom it is about, and what is said of it by handle."""

    kind: str
    about: str
    data: Mapping[str, str]


def pass_in(provost: "Provost", queue: "WorkQueue") -> int:
    """Hand what was kept to the engine and return how much that was."""
    inbox = HookInbox(provost.database, provost.keyring)
    waiting = inbox.waiting()
    for sender, event in waiting:
        queue.enqueue(HOOK, run_of_hook(sender, event), {"sender": sender, "event": event})
        inbox.queued(sender, event)
    return len(waiting)


def pass_out(provost: "Provost", queue: "WorkQueue") -> int:
    """Make notices of what the ledger says since the last time, hand them to the engine, and return how many."""
    receivers = provost.settings.hooks.receivers
    if not receivers:
        return 0
    outbox = HookOutbox(provost.database)
    mark = outbox.mark(_MARK) or _begin(provost, outbox)
    newest = last_entry(provost.database)  # before the reading, so that nothing is passed over unread
    entries = read_entries(provost.database, after=mark, limit=_BATCH, kinds=(OUTCOME, OPENED))
    rows = [row for entry in entries for row in _rows(provost, entry, receivers)]
    seen = entries[-1].seq if len(entries) == _BATCH else max(newest, *(entry.seq for entry in entries), mark)
    if seen > mark:
        outbox.add(rows, _MARK, seen)
    waiting = outbox.standing(DeliveryState.WAITING)
    for row in waiting:
        _hand_on(queue, outbox, row, 1)
    return len(waiting)


def try_again(provost: "Provost", queue: "WorkQueue") -> int:
    """Give the engine the notices anew that it could not deliver, as long as they are not given up, and tidy up."""
    outbox = HookOutbox(provost.database)
    failed = [row for row in outbox.standing(DeliveryState.QUEUED) if queue.status(work_of(row)) == "failed"]
    for row in failed:
        if row.tries < MOST_TRIES:
            _hand_on(queue, outbox, row, row.tries + 1)
        else:
            _log.error("a notice was given up", system=row.receiver, what=row.kind)
            outbox.settle(row.id, DeliveryState.GIVEN_UP)
    old = SYSTEM_CLOCK.now() - timedelta(days=provost.settings.hooks.keep_days)
    HookInbox(provost.database, provost.keyring).forget_before(old)
    outbox.forget_before(old)
    return len(failed)


def run_of_hook(sender: str, event: str) -> RunId:
    """Return the engine's id of an event: the same event is the same work, however often it comes."""
    return RunId(f"hook_{hashlib.sha256(f'{sender}|{event}'.encode()).hexdigest()[:24]}")


def work_of(row: DeliveryRow) -> str:
    """Return the engine's id of the latest try of a notice."""
    return f"{row.id}.{row.tries}"


def _hand_on(queue: "WorkQueue", outbox: HookOutbox, row: DeliveryRow, tries: int) -> None:
    queue.enqueue(DELIVER, f"{row.id}.{tries}", {"delivery": row.id})
    outbox.settle(row.id, DeliveryState.QUEUED, tries)


def _begin(provost: "Provost", outbox: HookOutbox) -> int:
    """Begin with what happens from now on: a receiver that is new is not told of the past."""
    last = last_entry(provost.database)
    outbox.add([], _MARK, last)
    return last


def _rows(provost: "Provost", entry: EntryRow, receivers: Sequence["Receiver"]) -> Iterable[DeliveryRow]:
    """Yield what each receiver is told of an entry; ids follow from it, so that making them again changes nothing."""
    for notice in _notices(provost, entry):
        for receiver in receivers:
            if notice.kind in receiver.kinds:
                named = f"{receiver.name}|{notice.kind}|{notice.about}"
                id_ = f"whk_{hashlib.sha256(named.encode()).hexdigest()[:24]}"
                body = canonical_json({"type": notice.kind, "timestamp": entry.at, "data": dict(notice.data)})
                yield DeliveryRow(
                    id=id_,
                    receiver=receiver.name,
                    kind=notice.kind,
                    body=body,
                    state=DeliveryState.WAITING,
                    at=SYSTEM_CLOCK.now(),
                )


def _notices(provost: "Provost", entry: EntryRow) -> Iterable[Notice]:
    body = json.loads(entry.body)
    if entry.kind == OPENED:
        alert = provost.alerts.read(body["alert"])
        data = {"alert": alert.id, "person": alert.person, "section": str(alert.section), "run": entry.run}
        yield Notice("student.at_risk", alert.id, data)
        return
    verified = set(body["outcomes"].get(IntentState.VERIFIED.value, ()))
    for change in _changes(provost, entry.run, verified):
        if isinstance(change, PostGrade) and change.grade_type == "final":
            data = {"section": str(change.section), "person": change.person, "run": entry.run}
            yield Notice("grade.posted", change.change_id, data)


def _changes(provost: "Provost", run: str, wanted: set[str]) -> Iterable[Change]:
    """Yield the changes of a run that are meant; none is read where none was verified."""
    intents = provost.outbox.for_run(RunId(run)) if wanted else ()
    for intent in intents:
        if intent.change_id in wanted and intent.kind == "post_grade":
            yield intent.as_change()


def person_in(body: str) -> RecordHandle:
    """Return whom a notice is about."""
    return RecordHandle(json.loads(body)["data"]["person"])
