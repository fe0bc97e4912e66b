"""A rollback in sentences: what was undone, what stays and why, and what waits for a person."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from graphs.reports import PhaseReport, RollbackReport
from service.screens.words import counted

_SHOWN = 5


def rollback_lines(report: RollbackReport) -> Iterator[str]:
    """Yield what the undo of a run came to."""
    done = report.outcomes
    yield (
        f"Rollback {report.run_id} of {report.of}: {counted(done.verified, 'change')} undone and read back, "
        f"{done.already} already so, {done.unverified} not read back, {done.refused + done.conflicts} refused. "
        f"{counted(report.suppressions, 'record')} left alone by later runs."
    )
    yield from _left_lines(report)
    yield from _waiting_lines(report)


def phase_lines(report: PhaseReport) -> Iterator[str]:
    """Yield what stepping back a phase did at once, and what is left to a person."""
    yield f"{report.action} is in phase {report.phase} from now on."
    if report.go_back:
        yield f"The policy says about going back: {report.go_back}"
    if report.ended:
        yield f"Requests that waited for it and are ended: {', '.join(report.ended)}."
    if report.undo is not None:
        yield from _left_lines(report.undo)
        yield from _waiting_lines(report.undo)
        if not report.undo.held:
            yield "Nothing that it wrote in this phase is left to undo."


def _left_lines(report: RollbackReport) -> Iterator[str]:
    yield from _grouped("Cannot be undone", report.irreversible)
    yield from _grouped("Left as it is", report.moved)


def _waiting_lines(report: RollbackReport) -> Iterator[str]:
    for plan in report.held:
        words = f"Undoing {counted(plan.changes, 'change')} waits for the role {plan.approver_role}"
        yield f"{words}: provost approvals show {plan.approval_id}"


def _grouped(what: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield each reason once with the first records it holds for; lines are ``record: reason``."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        record, _, reason = line.rpartition(": ")
        reasons[reason].append(record)
    for reason, records in reasons.items():
        yield f"{what}, {counted(len(records), 'record')}: {reason}."
        yield from (f"    {record}" for record in records[:_SHOWN])
        if len(records) > _SHOWN:
            yield f"    and {len(records) - _SHOWN} more; provost ledger export --run names them"
