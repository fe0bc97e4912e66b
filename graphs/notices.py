"""Telling staff that a run failed or that data is doubtful: once per problem and day, in the LMS's inbox (S57 to S59).

One kind of job sends at most one message an hour (F107); what comes up in between waits for the next.

A notice is a plan like any other and goes through the gate; its marker is searched before it could be sent again.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from agents.roster.digest import DigestLine, group_findings, word_digest
from domain.changes import SendMessage, Tier, digest
from domain.errors import ProvostError, RefusedBySystem, UncertainEffect, UnverifiedWrite
from domain.findings import Finding, Severity
from domain.ids import PrincipalId, RecordHandle, RunId, SisPersonId
from domain.plans import Plan
from graphs.foundation import Foundation
from graphs.reports import RunReport
from store.intents import Intent, IntentState

QUIET, BETWEEN = timedelta(days=1), timedelta(hours=1)
_MARKER_LENGTH = 20
_LOOK = "Look at the record with provost ledger export --run, then reconcile again."
_ENDED_BADLY: Mapping[IntentState, tuple[type[ProvostError], str, str]] = {
    IntentState.REFUSED: (RefusedBySystem, "was refused.", _LOOK),
    IntentState.UNVERIFIED: (UnverifiedWrite, "was sent and does not show when it is read back.", _LOOK),
    IntentState.UNCERTAIN: (
        UncertainEffect,
        "may or may not have been carried out.",
        "Look at the record in the system itself and settle it by hand; it is not sent again.",
    ),
}
"""How writes end badly, in words; refused ones include those that a stop of ours held back."""


def plan_notice(
    base: Foundation, about: RunId, findings: Iterable[Finding], requested_by: PrincipalId, job: str = "roster"
) -> Plan | None:
    """Return the plan of one message per recipient, or None where nobody listens or nothing is new today.

    Within an hour of the job's last message None is returned too, and the run is kept as one to tell of.
    """
    people = [SisPersonId(person) for person in base.settings.notices.recipients]
    loud = [line for line in group_findings(findings) if line.severity is not Severity.INFO] if people else []
    new = [line for line in loud if base.notices.is_due(_problem(line), QUIET)]
    if new and not base.notices.claim(f"message of {job}", about, BETWEEN):
        base.notices.defer(about)
        return None
    fresh = [line for line in new if base.notices.claim(_problem(line), about, QUIET)]
    if not fresh:
        return None
    handles = base.identities.handles(people)
    body = word_digest(fresh)
    changes = tuple(
        message(handles[person], "Roster reconciliation: data to look at", body, about) for person in people
    )
    run = RunId(f"ntc_{digest([about, body])[:24]}")
    return Plan(
        run=run, topic="notice of doubtful data", requested_by=requested_by, made_at=base.clock.now(), changes=changes
    )


def finding_of(failure: ProvostError) -> Finding:
    """Return a failure as a finding, so that it is told like any other."""
    return Finding(
        code=failure.code,
        severity=Severity.STOP,
        subject=failure.field or "run",
        message=failure.message,
        fix=failure.fix,
    )


def finding_of_note(note: str) -> Finding:
    """Return the failure that a run's row notes, as ``PV102: sentence``, as a finding."""
    code, _, message = note.partition(": ")
    return Finding(code=code, severity=Severity.STOP, subject="run", message=message, fix=_LOOK)


def findings_of(report: RunReport, intents: Iterable[Intent] = ()) -> tuple[Finding, ...]:
    """Return what staff should hear of a run: its findings, and every write that did not end well (S57, R75).

    ``intents`` are the run's. A write is named by its natural key, people by handle; those that ended alike share a
    message, so the digest groups them, and tells the same trouble once a day.
    """
    return (*(_doubtful(intent) for intent in intents if intent.state in _ENDED_BADLY), *report.findings)


def _doubtful(intent: Intent) -> Finding:
    failure, words, fix = _ENDED_BADLY[intent.state]
    return Finding(
        code=failure.code,
        severity=Severity.STOP,
        subject=intent.natural_key,
        message=f"{intent.kind} in {intent.target} {words}",
        fix=fix,
    )


def message(recipient: RecordHandle, subject: str, body: str, about: str) -> SendMessage:
    """Return one message; its marker names what it is about, so that it is sent once."""
    marker = f"provost-{digest([about, recipient, subject, body])[:_MARKER_LENGTH]}"
    return SendMessage.once(
        recipient, (subject, body), marker, rule="S57", tier=Tier.AUTO, topic="notice of doubtful data"
    )


def _problem(line: DigestLine) -> str:
    return f"problem {digest([line.code, line.severity.value, line.message])[:32]}"
