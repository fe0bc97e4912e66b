"""After a crash: continue the runs that stand open, wake those whose approval was settled, and end what is in flight.

A run that another process works on is left to it, and one that fails costs only itself: its failure is on its row and
in the log. Nothing is ever sent again without looking first (S112).
"""

import structlog

from domain.errors import ApprovalStale, LedgerUnavailable, ProvostError, TransientError
from domain.ids import RunId
from governance.inbox import ApprovalView
from graphs.foundation import Foundation
from graphs.governor import count
from graphs.reports import Outcomes, RecoveryReport, silent
from graphs.runner import NOTICE, ROLLBACK, ROSTER_AGENT, Runner
from graphs.specialists import SyncRequest
from graphs.systems import Systems
from graphs.workflows import WORKFLOWS
from store.plans import ApprovalState, Run, RunState

_SETTLED = (ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.EXPIRED, ApprovalState.SUPERSEDED)
_MOST_RUNS = 10_000
_log = structlog.get_logger(__name__)
_PASSING = (TransientError.code[:3], LedgerUnavailable.code)


def recover(base: Foundation, systems: Systems, runner: Runner) -> RecoveryReport:
    """Bring everything that was left half done to where it must wait or end."""
    closed = base.approvals.close_stale()
    runs = base.runs.latest(limit=_MOST_RUNS)
    continued = sum(_continue(run, runner) for run in runs if _was_cut_short(run))
    waiting = {run.id for run in runs if run.state in (RunState.RUNNING, RunState.WAITING)}
    views = [view for view in base.approvals.find(*_SETTLED) if view.thread in waiting]
    continued += sum(_wake(view, runner) for view in views)
    return RecoveryReport(
        outcomes=_end_flights(base, systems), threads_continued=continued, approvals_expired=len(closed)
    )


def _was_cut_short(run: Run) -> bool:
    """Tell whether a run may go on: it was under way, or failed for a reason that passes."""
    passing = run.state is RunState.FAILED and run.note.startswith(_PASSING)
    return passing or run.state is RunState.RUNNING


def _continue(run: Run, runner: Runner) -> bool:
    """Go on with a run that was cut short; False where another process has it or it never began."""
    thread = RunId(run.id)
    try:
        if run.kind == ROLLBACK:
            runner.undo(thread, ROSTER_AGENT, run.note)
            return True
        if run.kind == NOTICE:
            runner.carry_out(thread, NOTICE)
            return True
        if run.kind in WORKFLOWS:
            return runner.workflows.go_on(run, runner.durability)
        standing = runner.roster.standing(thread)
        if not standing.begun:
            return False
        request: SyncRequest = standing.values["request"]
        runner.sync(request, silent, wait_seconds=0)
    except ProvostError as failure:
        return _left(run.id, failure)
    return True


def _wake(view: ApprovalView, runner: Runner) -> bool:
    try:
        runner.resume(view)
    except ProvostError as failure:
        return _left(view.thread, failure)
    return True


def _left(run: str, failure: ProvostError) -> bool:
    """Leave a run where it stands; only what will not pass by itself is worth a line in the log."""
    if not isinstance(failure, (ApprovalStale, TransientError)):
        _log.warning("a run was not continued", run=run, code=failure.code)
    return False


def _end_flights(base: Foundation, systems: Systems) -> Outcomes:
    """End the changes in flight of runs that nobody works on."""
    outcomes = Outcomes()
    for run in sorted({intent.run for intent in base.outbox.all_open()}):
        release = base.locks.take(f"thread {run}")
        if release is None:
            continue
        try:
            outcomes = outcomes.plus(count(systems.gate.recover(RunId(run))))
        finally:
            release()
    return outcomes
