"""Starts, continues and reports runs of any workflow; entries may be called again after a crash."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from domain.errors import ProvostError
from domain.ids import RunId
from domain.principals import Principal
from graphs.checkpoints import Saver
from graphs.context import Acting
from graphs.governing import Governor
from graphs.governor import DryGovernor, LedgerGovernor
from graphs.reports import ProgressSink, RunReport, RunState, silent
from graphs.run_reports import counts_of, report_work
from graphs.threads import Durability, Standing, Threads
from graphs.workflow import Workflow, WorkRequest
from graphs.workflows import find_workflow
from store.plans import Run
from store.plans import RunState as Stored

if TYPE_CHECKING:
    from graphs.doors import Doors
    from graphs.foundation import Foundation
    from graphs.systems import Systems

STORED: Mapping[RunState, Stored] = {
    RunState.CLEAN: Stored.DONE,
    RunState.WAITING: Stored.WAITING,
    RunState.STOPPED: Stored.STOPPED,
    RunState.FAILED: Stored.FAILED,
}


class WorkflowRuns:
    """The runs of one installation's workflows, over its checkpoints."""

    def __init__(self, base: "Foundation", systems: "Systems", doors: "Doors", saver: Saver) -> None:
        self._base, self._systems, self._doors, self._saver = base, systems, doors, saver
        self._threads: dict[str, Threads] = {}

    def run(
        self, request: WorkRequest, durability: Durability, progress: ProgressSink, wait_seconds: float
    ) -> RunReport:
        """Start or continue a run; raises what the run raises, after noting it on the run's row."""
        workflow = find_workflow(request.workflow)
        self._base.runs.start(request.run, workflow.name, request.term)
        context = self._acting(workflow, request, progress)
        threads = self.threads(workflow)
        try:
            standing = threads.run(request.run, {"request": request}, context, durability, wait_seconds)
        except ProvostError as failure:
            self._base.runs.settle(request.run, Stored.FAILED, note=f"{failure.code}: {failure.message}")
            raise
        return self.settle(request, standing)

    def go_on(self, row: Run, durability: Durability) -> bool:
        """Continue a run that was cut short; False where it never began."""
        standing = self.threads(find_workflow(row.kind)).standing(RunId(row.id))
        if standing.begun:
            self.run(standing.values["request"], durability, silent, 0)
        return standing.begun

    def waiting(self, row: Run) -> tuple[Threads, Acting]:
        """Return the threads that a waiting run belongs to and the context it goes on with."""
        workflow = find_workflow(row.kind)
        threads = self.threads(workflow)
        request: WorkRequest = threads.standing(RunId(row.id)).values["request"]
        return threads, self._acting(workflow, request, silent)

    def settle(self, request: WorkRequest, standing: Standing) -> RunReport:
        """Keep where the run stands on its row, and return its report."""
        row = self._base.runs.read(request.run) or self._base.runs.start(request.run, request.workflow, request.term)
        report = report_work(request, standing, self._base.database, row.started_at, self._base.clock.now())
        asks_nobody = request.dry_run and report.state is RunState.WAITING
        self._base.runs.settle(request.run, Stored.DONE if asks_nobody else STORED[report.state], counts_of(report))
        return report

    def threads(self, workflow: Workflow[Any]) -> Threads:
        """Return the threads of a workflow; its graph is compiled once."""
        if workflow.name not in self._threads:
            graph = workflow.graph().compile(checkpointer=self._saver, name=workflow.name)
            self._threads[workflow.name] = Threads(graph, self._base.locks, self._base.draining, self._base.tracing)
        return self._threads[workflow.name]

    def _acting(self, workflow: Workflow[Any], request: WorkRequest, progress: ProgressSink) -> Acting:
        governor = self.governor_of(request.run, workflow.agent, dry_run=request.dry_run)
        return workflow.acting(self._doors, request, governor, progress)

    def governor_of(self, run: RunId, agent: Principal, *, dry_run: bool) -> Governor:
        """Return governance as a run reaches it: the real one, or one that asks nobody and writes nothing (R72)."""
        if dry_run:
            return DryGovernor(agent, self._base.policy, self._base.contexts)
        return LedgerGovernor(run, agent, self._systems.governance)
