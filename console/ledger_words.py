"""What an entry of the ledger says, in the words of whoever reads it."""

from collections.abc import Mapping

from store.canonical import JSON
from store.ledger import TrailEntry

_KINDS = {
    "read": "Looked at",
    "denied": "A look was refused",
    "aggregate": "Counted in a number",
    "decision": "Decided by policy",
    "write.intended": "About to be written",
    "write.outcome": "Written and looked at again",
    "write.refused": "Not written",
    "alert.raised": "An alert was raised",
    "alert.opened": "An alert was opened",
    "alert.updated": "An alert was brought up to date",
    "alert.feedback": "Somebody said what came of an alert",
    "alert.closed": "An alert was closed",
    "approval.requested": "Approval was asked for",
    "approval.answered": "Approval was answered",
    "approval.refused": "An answer did not count",
    "approval.expired": "The request expired",
    "approval.superseded": "A later run took the request over",
    "approval.used": "The approval was used up",
    "approval.edited": "The request was made smaller",
    "grades.attested": "Grades were attested",
    "grades.entered": "The instructor entered something",
    "grades.hold_answered": "A hold was answered",
    "erase": "Forgotten",
}


def entry_title(entry: TrailEntry) -> str:
    """Return what an entry is about."""
    return _KINDS.get(entry.kind, entry.kind.replace("_", " ").replace(".", " ").capitalize())


def entry_gist(entry: TrailEntry) -> str:
    """Return the one thing of an entry's body that tells most; empty where none does."""
    body = entry.body
    said = body.get("what") or body.get("topic") or body.get("state") or body.get("word") or _outcomes(body)
    return str(said or "").replace("_", " ")


def _outcomes(body: Mapping[str, JSON]) -> str:
    found = body.get("outcomes")
    if not isinstance(found, dict):
        return ""
    counts = {state: len(changes) if isinstance(changes, list) else 1 for state, changes in found.items()}
    return ", ".join(f"{number} {state}" for state, number in counts.items())
