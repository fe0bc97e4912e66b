"""Runs threads to where they must wait or end, and keeps each run's row: reconcile, event, answer, rollback.

Every entry may be called again after a crash; it then goes on where the thread stands.
"""

import hashlib
import secrets
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

import structlog

from domain.errors import ApprovalStale, ProvostError, TransientError
from domain.ids import RunId, TermCode
from domain.plans import Plan
from domain.ports import FeedEvent
from domain.principals import Principal, PrincipalKind, Role
from governance.gate_report import report_intents
from governance.inbox import ApprovalView
from governance.policy import Phase
from graphs.checkpoints import open_checkpoints
from graphs.context import Acting, RosterActing
from graphs.doors import Doors
from graphs.drop_doors import keeper_of
from graphs.foundation import Foundation
from graphs.governed_change import governed_change
from graphs.governing import Answer
from graphs.governor import LedgerGovernor, RollbackGovernor, count
from graphs.notices import finding_of, finding_of_note
from graphs.reports import Outcomes, ProgressSink, RunReport, RunState, silent
from graphs.roster_opening import open_roster_work
from graphs.roster_sync import roster_sync
from graphs.run_reports import counts_of, report_sync
from graphs.specialists import SyncRequest
from graphs.subscriptions import ROSTER_SYNC
from graphs.systems import Systems
from graphs.telling import Telling
from graphs.threads import Durability, Graph, Standing, Threads
from graphs.workflow import WorkRequest
from graphs.workflow_runs import STORED, WorkflowRuns
from graphs.workflows import WORKFLOWS
from store.plans import ApprovalState
from store.plans import RunState as Stored

_log = structlog.get_logger(__name__)

ROSTER_AGENT = Principal(
    id="agent:roster",
    kind=PrincipalKind.AGENT,
    roles=frozenset({Role.AGENT}),
    scopes=frozenset({"roster:*", "person:*", "course:*", "tickets:*", "alerts:open_case", "messages:send_message"}),
)
"""The roster specialist's own identity: what it may ask for, whatever the policy would allow others (S174)."""


_WORDS = {
    ApprovalState.APPROVED: "approve",
    ApprovalState.USED: "approve",
    ApprovalState.REJECTED: "reject",
    ApprovalState.EXPIRED: "expire",
    ApprovalState.SUPERSEDED: "supersede",
}
ROLLBACK, NOTICE = "rollback", "notice"
_PASSES_WITHIN = timedelta(minutes=5)
"""What fails for a reason that passes is tried again, and told to staff only where it lasts longer than this."""


def new_run(prefix: str = "run") -> RunId:
    """Return a fresh opaque run id, which is also the thread's."""
    return RunId(f"{prefix}_{secrets.token_hex(12)}")


def run_of_event(event: FeedEvent, workflow: str = ROSTER_SYNC) -> RunId:
    """Return the run id of an event for a workflow: the same event, however often delivered, is the same run."""
    run = f"evt_{hashlib.sha256(f'{event.source}|{event.event_id}'.encode()).hexdigest()[:24]}"
    return RunId(run if workflow == ROSTER_SYNC else f"{run}.{workflow.replace('_', '')}")


class Runner:
    """Runs the threads of one installation; ``closing`` closes the checkpoints it opens."""

    def __init__(self, foundation: Foundation, systems: Systems, closing: ExitStack, doors: Doors) -> None:
        self._base, self._systems, self._doors = foundation, systems, doors
        settings = foundation.settings
        saver = closing.enter_context(open_checkpoints(settings.database, foundation.keyring, settings.home))
        self.roster = self._threads(roster_sync().compile(checkpointer=saver, name="roster_sync"))
        self.governed = self._threads(governed_change().compile(checkpointer=saver, name="governed_change"))
        self.workflows = WorkflowRuns(foundation, systems, doors, saver)
        self.telling = Telling(foundation, ROSTER_AGENT, lambda plan: self.carry_out(plan.run, NOTICE, plan))

    def _threads(self, graph: Graph) -> Threads:
        return Threads(graph, self._base.locks, self._base.draining, self._base.tracing)

    @cached_property
    def durability(self) -> Durability:
        """Return how often checkpoints are written: at the end only, where no action of the policy may write."""
        rungs = self._base.policy.ladder
        return "exit" if all(rung.phase <= Phase.READ_ONLY for rung in rungs) else "sync"

    def sync(self, request: SyncRequest, progress: ProgressSink, wait_seconds: float = 60.0) -> RunReport:
        """Start or continue a roster run and report where it stands; raises what the run raises, after noting it."""
        kind = "dry run" if request.dry_run else "event" if request.event else "reconcile"
        row = self._base.runs.start(request.run, kind, request.term)
        durability: Durability = "exit" if request.dry_run else self.durability
        try:
            context = self.acting(request, progress)
            with self._alone_with_record(request, wait_seconds):
                standing = self.roster.run(request.run, {"request": request}, context, durability, wait_seconds)
        except ProvostError as failure:
            self._base.runs.settle(request.run, Stored.FAILED, note=f"{failure.code}: {failure.message}")
            lasting = self._base.clock.now() - row.started_at >= _PASSES_WITHIN
            if not request.dry_run and (lasting or not isinstance(failure, TransientError)):
                self.telling.notify(request.run, [finding_of(failure)])
            raise
        report = report_sync(standing, self._base.database, row.started_at, self._base.clock.now())
        self._base.runs.settle(request.run, _stored(report), counts_of(report))
        self.telling.notify_of(report)
        return report

    def work(self, request: WorkRequest, progress: ProgressSink, wait_seconds: float = 60.0) -> RunReport:
        """Start or continue a run of any other workflow and report where it stands."""
        durability: Durability = "exit" if request.dry_run else self.durability
        return self.workflows.run(request, durability, progress, wait_seconds)

    def carry_out(self, run: RunId, kind: str, plan: Plan | None = None) -> Standing:
        """Start or continue a governed change of its own, such as a notice; without a plan, the one kept goes on.

        The plan is kept before the run is, so that whoever finds the run under way finds its plan.
        """
        governor = LedgerGovernor(run, ROSTER_AGENT, self._systems.governance)
        kept = governor.keep(plan or self._base.plans.for_run(run)[0])
        self._base.runs.start(run, kind)
        standing = self.governed.run(run, {"plan": kept}, Acting(run, ROSTER_AGENT, governor), "sync")
        self._settle(run, standing)
        return standing

    def tell_deferred(self) -> None:
        """Tell staff of the runs that had to wait for the hour to end; one whose checkpoints are gone is let go."""
        for name in self._base.notices.deferred():
            run = RunId(name)
            self._base.notices.settle(run)
            row, standing = self._base.runs.read(run), self.roster.standing(run)
            if row is not None and row.state is Stored.FAILED:
                self.telling.notify(run, [finding_of_note(row.note)])
            elif row is not None and standing.begun:
                ended = row.ended_at or self._base.clock.now()
                self.telling.notify_of(report_sync(standing, self._base.database, row.started_at, ended))

    def _alone_with_record(self, request: SyncRequest, wait_seconds: float) -> AbstractContextManager[None]:
        """Let one event at a time read and write a record, so that what was read is not older than what is there."""
        if request.event is None:
            return nullcontext()
        record = f"{request.event.resource} {request.event.resource_id}"
        return self._base.locks.holding(f"record {record}", wait_seconds)

    def resume(self, view: ApprovalView) -> Standing:
        """Wake the run that waits for an approval, with what has become of it.

        Raises ApprovalStale where the run does not wait for it any more.
        """
        run = RunId(view.thread)
        threads, context = self._waiting(run)
        interrupt = next(
            (found.id for found in threads.standing(run).interrupts if found.value["approval_id"] == view.id), None
        )
        if interrupt is None:
            raise ApprovalStale("The run does not wait for this approval any more.", field=f"approval {view.id}")
        answer = Answer(approval_id=view.id, decision=_WORDS[view.state])
        standing = threads.answer(run, interrupt, answer.model_dump(), context)
        self._settle(run, standing)
        return standing

    def outcomes_of(self, view: ApprovalView) -> Outcomes:
        """Count how the changes of an approved plan ended; a rejected one counts as rejected."""
        intents = self._base.outbox.find_plan(view.plan, view.plan.run)
        if intents:
            return count(report_intents(view.plan.run, intents))
        return Outcomes(rejected=len(view.plan.changes) if view.state is ApprovalState.REJECTED else 0)

    def undo(self, undo: RunId, principal: Principal, reason: str) -> Standing:
        """Start or continue the run that undoes another; its plan is kept already."""
        self._base.runs.settle(undo, Stored.RUNNING, note=reason)
        plan = self._base.plans.for_run(undo)[0]
        governor = self._undoing(undo, reason)
        context = Acting(undo, principal, governor)
        standing = self.governed.run(undo, {"plan": governor.keep(plan)}, context, "sync")
        self._settle(undo, standing)
        return standing

    def _settle(self, run: RunId, standing: Standing) -> None:
        row = self._base.runs.read(run)
        if row is None or row.kind in (ROLLBACK, NOTICE):
            self._base.runs.settle(run, Stored.DONE if standing.over else Stored.WAITING)
            return
        if row.kind in WORKFLOWS:
            self.workflows.settle(standing.values["request"], standing)
            return
        report = report_sync(standing, self._base.database, row.started_at, self._base.clock.now())
        self._base.runs.settle(run, _stored(report), counts_of(report))
        self.telling.notify_of(report)

    def _waiting(self, run: RunId) -> tuple[Threads, Acting]:
        """Return the threads a waiting run belongs to and the context it goes on with."""
        row = self._base.runs.read(run)
        if row is not None and row.kind == ROLLBACK:
            return self.governed, Acting(run, ROSTER_AGENT, self._undoing(run, row.note))
        if row is not None and row.kind == NOTICE:
            return self.governed, Acting(run, ROSTER_AGENT, LedgerGovernor(run, ROSTER_AGENT, self._systems.governance))
        if row is not None and row.kind in WORKFLOWS:
            return self.workflows.waiting(row)
        request: SyncRequest = self.roster.standing(run).values["request"]
        return self.roster, self.acting(request, silent)

    def _undoing(self, undo: RunId, reason: str) -> RollbackGovernor:
        return RollbackGovernor(undo, ROSTER_AGENT, self._systems.governance, self._systems.rollback, reason)

    def acting(self, request: SyncRequest, progress: ProgressSink) -> RosterActing:
        """Return who acts in a roster run and what its nodes may call."""
        governor = self.workflows.governor_of(request.run, ROSTER_AGENT, dry_run=request.dry_run)
        work = replace(
            open_roster_work(self._doors, ROSTER_AGENT, progress),
            model=self._doors.models.classifier(request.run, ROSTER_AGENT.id, "roster"),
            desk=self._base.casedesk,
            evidence=keeper_of(self._doors),
        )
        return RosterActing(request.run, ROSTER_AGENT, governor, work)


def _stored(report: RunReport) -> Stored:
    """Return where the run's row stands; a dry run asks nobody, so it waits for nobody."""
    if report.dry_run and report.state is RunState.WAITING:
        return Stored.DONE
    return STORED[report.state]


def request_term(run: RunId, term: TermCode, *, dry_run: bool) -> SyncRequest:
    """Return the request of a nightly reconcile."""
    return SyncRequest(run=run, kind="term", term=term, dry_run=dry_run)


def request_event(event: FeedEvent) -> SyncRequest:
    """Return the request of one event; the term is read with it."""
    return SyncRequest(run=run_of_event(event), kind="event", term=TermCode(""), event=event)
