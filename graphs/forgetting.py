"""Forgetting a person: their key and their name go, the chain of the ledger and its hashes stay (E18)."""

from agents.early_alert.activity_files import ActivityFiles
from domain.errors import ConflictError
from domain.ids import PrincipalId, RecordHandle
from domain.records import Record
from domain.rules.alert_policy import CloseReason
from graphs.foundation import Foundation
from privacy.directory.known import KnownDirectory
from store.alerts import AlertBook
from store.plans import ApprovalState


class ForgetReport(Record):
    """Where it stands on record that a person was forgotten, and under how many SIS ids they were known."""

    handle: RecordHandle
    ledger_entry: int
    ids: int


def forget(
    base: Foundation, directory: KnownDirectory, handle: RecordHandle, actor: PrincipalId, reason: str
) -> ForgetReport:
    """Erase what the ledger says of a person, what the directory knows, and the link of their handle to SIS ids.

    With the person's key goes what alerts say of them; their activity and the score on view are taken out.

    What still names the handle names nobody any more. Somebody whom the SIS lists still gets a new handle with the next
    run. Raises InvalidRecord where nobody has the handle, ConflictError while a change about them is under way.
    """
    base.identities.people([handle])
    if _is_under_way(base, handle):
        fix = "Answer or reject what waits for an approval, let running work end, and forget them then."
        raise ConflictError("Changes about this person are under way.", field=f"handle {handle}", fix=fix)
    alerts = AlertBook(base.database, base.ledger, base.keyring, clock=base.clock)
    for alert in alerts.of_person(handle):
        alerts.close(alert.id, CloseReason.LEFT, actor)
    ActivityFiles(base.settings.home / "alerts", base.keyring).forget_person(handle)
    base.casedesk.forget_score(handle)
    entry = base.ledger.erase(handle, actor, reason)
    directory.forget(handle)
    return ForgetReport(handle=handle, ledger_entry=entry.seq, ids=base.identities.forget(handle))


def _is_under_way(base: Foundation, handle: RecordHandle) -> bool:
    """Tell whether a change that names the person is in flight or waits for an approval."""
    flying = (intent.as_change() for intent in base.outbox.all_open())
    waiting = (change for view in base.approvals.find(ApprovalState.PENDING) for change in view.plan.changes)
    return any(handle in change.model_dump_json() for changes in (flying, waiting) for change in changes)
