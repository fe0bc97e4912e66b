"""The composition root: everything is put together here, and only here can a module that writes be seen (S222, S223).

``assemble(settings)`` opens the database, keys, ledger and policy, and gives a :class:`Provost`, through which the
command line, the worker and the console do everything. Connectors are opened when they are first needed. A write
connector is imported only where the policy has reached phase 3 for something it writes and a write credential is set;
before that nothing in the process could write.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from domain.errors import ApprovalRequired, ApproverNotAllowed
from domain.ids import PrincipalId, RecordHandle, RunId, TermCode
from domain.ports import Applier, FeedEvent
from domain.principals import Principal, Role
from governance.actions import actions_on
from governance.inbox import ApprovalView
from governance.phases import PhaseLadder, lowered_phases
from governance.policy import Phase
from governance.records_named import person_of
from graphs.doors import Doors
from graphs.foundation import lay_foundation
from graphs.reports import (
    AnswerReport,
    PhaseReport,
    ProgressSink,
    RecoveryReport,
    RollbackReport,
    RunReport,
    silent,
)
from graphs.settings import Settings
from store.plans import ApprovalState

if TYPE_CHECKING:
    from graphs.chat_room import ChatRoom
    from graphs.forgetting import ForgetReport
    from graphs.past_runs import PastRuns
    from graphs.retention import FinishedWork, PruneReport
    from graphs.runner import Runner
    from graphs.systems import Systems
    from graphs.workflow import WorkRequest
    from tools.wire import WireClient


class Provost(Doors):
    """One installation, put together: what may be asked of it."""

    def reconcile(
        self,
        term: TermCode,
        *,
        dry_run: bool = False,
        run_id: RunId | None = None,
        progress: ProgressSink | None = None,
    ) -> RunReport:
        """Compare the whole of a term and bring the LMS into line as far as the policy allows (S246, R72).

        Raises SourceDataError, TransientError, PolicyError or ConfigurationError where the run cannot go on; what had
        been applied by then is recorded, and the same ``run_id`` continues it.
        """
        from graphs.runner import new_run, request_term

        request = request_term(run_id or new_run(), term, dry_run=dry_run)
        return self.runner.sync(request, progress or silent)

    def run_event(self, event: FeedEvent, *, progress: ProgressSink | None = None) -> RunReport:
        """Bring one registration into line after a change in the SIS; stale and repeated events do nothing (S62)."""
        from graphs.runner import request_event

        return self.runner.sync(request_event(event), progress or silent)

    def work(self, request: "WorkRequest", *, progress: ProgressSink | None = None) -> RunReport:
        """Start or continue a run of any workflow beside roster sync; the same ``run`` goes on where it stands."""
        return self.runner.work(request, progress or silent)

    def work_from(self, workflow: str, run: RunId, values: Mapping[str, str]) -> RunReport | None:
        """Run a workflow for an event or a schedule; None where it does not concern the workflow.

        A value ``dry_run`` of ``yes`` stops short of every write.

        Raises ConfigurationError for an unknown workflow, or one that nothing but a person begins.
        """
        from graphs.workflows import begin_work

        request = begin_work(workflow, run, {name: value for name, value in values.items() if name != "dry_run"})
        if request is not None and values.get("dry_run") == "yes":
            request = request.model_copy(update={"dry_run": True})
        return self.work(request) if request is not None else None

    def works_of_night(self, workflow: str, values: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
        """Return the values of each run that the night asks of a workflow for a term: one, unless it says otherwise."""
        from graphs.workflows import find_workflow

        spread = find_workflow(workflow).spread
        return tuple(spread(self, values)) if spread is not None else (values,)

    def answer(
        self, approval_id: str, principal: Principal, decision: str, *, plan_hash: str, reason: str = ""
    ) -> AnswerReport:
        """Take a person's ``approve`` or ``reject`` of exactly this plan hash, and carry on with the run that waits.

        Raises ApprovalStale or ApproverNotAllowed where the answer does not count.
        """
        state = self.approvals.answer(approval_id, plan_hash, principal, decision, reason)
        view = self.approvals.show(approval_id)
        if state is not ApprovalState.PENDING:
            self.runner.resume(view)
        return self._answered(approval_id)

    def wake(self, approval_id: str) -> AnswerReport:
        """Let the run that waits for an answered approval go on.

        Raises ApprovalRequired where nobody has answered it, ApprovalStale where no run waits for it any more.
        """
        view = self.approvals.show(approval_id)
        if view.state is ApprovalState.PENDING:
            fix = "Answer it with provost approvals approve or reject."
            raise ApprovalRequired("Nobody has answered this approval.", field=f"approval {approval_id}", fix=fix)
        self.runner.resume(view)
        return self._answered(approval_id)

    def _answered(self, approval_id: str) -> AnswerReport:
        view = self.approvals.show(approval_id)
        return AnswerReport(
            approval_id=approval_id,
            run_id=RunId(view.thread),
            state=view.state.value,
            complete=view.state is not ApprovalState.PENDING,
            outcomes=self.runner.outcomes_of(view),
        )

    def inbox(self, principal: Principal) -> tuple[ApprovalView, ...]:
        """Return what waits for this person, by role and relationship; the look is on record (S224, S260)."""
        views = self.approvals.answerable(principal)
        people = {who for view in views for change in view.plan.changes if (who := person_of(change))}
        if people:
            self.ledger.record_reads(
                principal.id, agent="none", purpose="approvals", run="", what="plan", people=sorted(people)
            )
        return views

    def rollback(self, run: RunId, principal: Principal, *, reason: str = "") -> RollbackReport:
        """Undo what a run changed, as far as it can be undone, through the same gate (S238).

        The undo is planned by the system and put to a person; a caller who may approve it does so by calling, and where
        the policy wants another role or a second person the plan waits.
        """
        from graphs.rolling_back import roll_back

        return roll_back(self, run, principal, reason)

    def step_back(self, domain: str, action: str, principal: Principal, *, reason: str) -> PhaseReport:
        """Return an action to the phase before, end what waits for it, and propose to undo what it wrote (S238).

        Raises PolicyDenied where there is no phase before, ApproverNotAllowed unless a registrar asks.
        """
        from graphs.rolling_back import step_back

        self.require_registrar(principal, "step back a phase")
        return step_back(self, domain, action, principal, reason)

    def promote(self, domain: str, action: str, principal: Principal, *, shown: Decimal, shown_in: str) -> int:
        """Let an action that was lowered rise one phase, its metric shown, and return the phase (S237).

        Raises PolicyDenied where the metric is not met or the policy file does not let it rise.
        """
        self.require_registrar(principal, "raise a phase")
        return self.ladder.promote(domain, action, shown, shown_in, principal.id)

    def rotate_keys(self, principal: Principal) -> str:
        """Make a new sealing key, on record, and return its id; what was sealed before stays readable (S226).

        Raises ApproverNotAllowed unless a registrar asks.
        """
        self.require_registrar(principal, "rotate the keys")
        keyring = self._base.keyring
        with self.database.session() as session:
            self.ledger.append("keys.rotated", principal.id, "", {"from": keyring.active_key_id}, session=session)
            return keyring.rotate()

    def prune(self, principal: Principal, work: "FinishedWork | None" = None, *, dry_run: bool) -> "PruneReport":
        """Remove what old runs and ended conversations left behind; the ledger is never touched.

        Raises ApproverNotAllowed unless a registrar asks, ConfigurationError where no age is set.
        """
        from graphs.retention import Retention

        self.require_registrar(principal, "remove what finished runs left behind")
        report = Retention(self._base, work).prune(principal.id, dry_run=dry_run)
        if not dry_run:
            self.boundary.vault.expire()
        return report

    def forget_ended_chats(self, actor: PrincipalId) -> int:
        """Let go of the codes and the rows of conversations whose time is over; return how many of the latter."""
        from graphs.retention import forget_ended_chats

        self.boundary.vault.expire()
        return forget_ended_chats(self._base, actor)

    def forget(self, handle: RecordHandle, principal: Principal, *, reason: str) -> "ForgetReport":
        """Make what is kept about a person unreadable, on record (E18).

        Raises ApproverNotAllowed unless a registrar asks, ConflictError while a change about them is under way.
        """
        from graphs.forgetting import forget

        self.require_registrar(principal, "forget a person")
        return forget(self._base, self.boundary.directory, handle, principal.id, reason)

    @property
    def ladder(self) -> PhaseLadder:
        """The phases in force: the policy file's, or less where somebody stepped back."""
        return PhaseLadder(self.database, self.ledger, self.policy, self.kill_switch.phases)

    def recover(self) -> RecoveryReport:
        """Settle what a crash left in flight: look first, never send blindly, then continue open runs."""
        from graphs.recovery import recover

        return recover(self._base, self.systems, self.runner)

    def tell_staff(self) -> None:
        """Tell staff what had to wait for the last message's hour to end, and where events stay away (S57, F107)."""
        self.runner.tell_deferred()
        if self.readers.feed is not None:
            self.runner.telling.notify_of_silence(self.last_event)

    def require_registrar(self, principal: Principal, what: str) -> None:
        """Raise ApproverNotAllowed unless the principal is a registrar or an administrator, acting as themselves."""
        if principal.acting_as is not None or not principal.roles & {Role.REGISTRAR, Role.ADMIN}:
            raise ApproverNotAllowed(f"A registrar is needed to {what}.", field="principal", fix="Ask the registrar.")

    @cached_property
    def systems(self) -> "Systems":
        """Governance joined with the systems it reaches."""
        from graphs.systems import Systems

        appliers, sent = self._open_appliers()
        return Systems(self._base, self.readers, appliers, sent)

    @cached_property
    def runner(self) -> "Runner":
        """What runs threads; LangGraph is imported here and not before."""
        from graphs.runner import Runner

        return Runner(self._base, self.systems, self._closing, self)

    @cached_property
    def past(self) -> "PastRuns":
        """What earlier runs found; LangGraph is imported here and not before."""
        from graphs.past_runs import PastRuns

        return PastRuns(self._base, self._closing)

    @cached_property
    def chat(self) -> "ChatRoom":
        """The room of the advising chat; LangChain is imported here and not before."""
        from graphs.chat_room import ChatRoom

        return ChatRoom(self)

    def may_write(self) -> bool:
        """Tell whether anything outside may be written: an action at phase 3, and its system's credential (S223)."""
        return self._may_write_canvas() or self._may_write_banner()

    def _may_write_canvas(self) -> bool:
        return self._highest_phase("canvas") >= Phase.SUPERVISED and self.settings.canvas.may("write")

    def _may_write_banner(self) -> bool:
        return self._highest_phase("banner") >= Phase.SUPERVISED and self.settings.banner.may_write

    def _highest_phase(self, system: str) -> Phase:
        lowered = lowered_phases(self.kill_switch.phases.overrides())
        return max(self.policy.phase_of(action, lowered) for action in actions_on(system))

    def _open_appliers(self) -> tuple[Mapping[str, Applier], "WireClient | None"]:
        """Open what may write: our own case desk, and each system where its policy and its credential allow it."""
        appliers: dict[str, Applier] = {"casedesk": self.casedesk}
        client = None
        if self._may_write_canvas():
            from graphs.connections import open_canvas
            from tools.lms.canvas.write import CanvasWriter, ImportPatience

            canvas = self.settings.canvas
            client = open_canvas(self.settings, "write", self._closing, self._base.turns)
            patience = ImportPatience(first_wait=canvas.import_look_seconds)
            appliers["canvas"] = CanvasWriter(
                client, canvas.account, self.identities, self.readers.sis, patience=patience
            )
        if self._may_write_banner() and self.readers.banner is not None:
            from graphs.connections import open_banner_writing
            from tools.sis.banner.write import BannerGrader

            writing = open_banner_writing(self.settings, self._closing, turns=self._base.turns)
            appliers["banner"] = BannerGrader(writing, self.readers.banner)
        return appliers, client


def assemble(settings: Settings) -> Provost:
    """Put an installation together from its settings.

    Raises ConfigurationError naming the key where a file, credential or address is missing, or where the environment
    would send prompts or graph state elsewhere.
    """
    from graphs.models import refuse_unwanted_tracing

    refuse_unwanted_tracing(settings)
    closing = ExitStack()
    try:
        return Provost(lay_foundation(settings, closing), closing)
    except BaseException:
        closing.close()
        raise
