"""The worker's half of webhooks: what an event that came in sets off, and telling whoever is to be told."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.errors import ProvostError
from domain.ids import RunId
from graphs.connections import open_receiver
from graphs.hook_events import plan_event
from service.hook_gathering import keep_waiting
from service.hook_passes import person_in
from service.hook_signatures import sign
from store.canonical import canonical_json
from store.clock import SYSTEM_CLOCK
from store.hooks import DeliveryRow, DeliveryState, EventState, HookInbox, HookOutbox
from store.ledger import Subject

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from graphs.web_settings import Receiver
    from service.engine import WorkQueue

SIS_ID = "person:sis_id"


def carry_hooks(provost: "Provost", queue: "WorkQueue", thread: str, payload: Mapping[str, str]) -> str:
    """Carry one piece of work of webhooks: an event that came in, or a notice that goes out."""
    if "delivery" in payload:
        return deliver(provost, payload["delivery"])
    return carry_hook(provost, queue, thread, payload)


def carry_hook(provost: "Provost", queue: "WorkQueue", thread: str, payload: Mapping[str, str]) -> str:
    """Have the engine run what an event asks for, under an id made from the event, and say what that was.

    What concerns a student in a class waits for a run that takes all such events of the class.

    Raises TransientError where Canvas had to be asked and did not answer; it is tried again.
    """
    inbox, sender, event = HookInbox(provost.database, provost.keyring), payload["sender"], payload["event"]
    kept = inbox.read(sender, event)
    if kept is None:
        return "dealt with"
    wanted = plan_event(provost, kept.kind, json.loads(kept.body))
    if wanted is None:
        inbox.settle(sender, event, EventState.IGNORED)
        return "nothing to do"
    run = RunId(thread.replace("hook_", "evt_", 1))
    if "person" in wanted.values:
        keep_waiting(provost, queue, run, kept, wanted)
    else:
        provost.ledger.append("hook.taken", sender, run, {"kind": kept.kind, "workflow": wanted.workflow})
        queue.enqueue(wanted.workflow, run, wanted.values)
    inbox.settle(sender, event, EventState.DONE)
    return wanted.workflow


def deliver(provost: "Provost", id_: str) -> str:
    """Tell a receiver of one event, signed, and put on record who was told about whom (R25).

    Raises TransientError where the receiver does not take it; the engine tries again.
    """
    outbox = HookOutbox(provost.database)
    row = outbox.read(id_)
    receivers = {one.name: one for one in provost.settings.hooks.receivers}
    if row is None or row.state is DeliveryState.DELIVERED or row.receiver not in receivers:
        return "nothing to do"
    _send(provost, receivers[row.receiver], row)
    body = {"receiver": row.receiver, "kind": row.kind, "scopes": list(receivers[row.receiver].scopes)}
    provost.ledger.append("hook.delivered", f"receiver:{row.receiver}", "", body, [Subject(person_in(row.body))])
    outbox.settle(id_, DeliveryState.DELIVERED)
    return "delivered"


def _send(provost: "Provost", receiver: "Receiver", row: DeliveryRow) -> None:
    body = _body(provost, receiver, row)
    headers = {"Content-Type": "application/json", **sign(receiver.secret, row.id, SYSTEM_CLOCK.now(), body)}
    with open_receiver(provost.settings, receiver.name, receiver.url) as client:
        client.post(receiver.url, content=body.encode(), headers=headers, idempotent=True)


def _body(provost: "Provost", receiver: "Receiver", row: DeliveryRow) -> str:
    """Return what is sent: record handles, and the SIS id where the receiver's scopes name it and it is known."""
    said = json.loads(row.body)
    if SIS_ID in receiver.scopes:
        try:
            said["data"]["sis_id"] = str(provost.identities.person(person_in(row.body)))
        except ProvostError:
            return row.body
    return canonical_json(said)
