"""From where a thread stands to what a person is told: the report of a run, made from state and approval rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce

from agents.roster.detected import Detection
from graphs.governing import Ask, Ended, PlanRef
from graphs.reports import HeldPlan, Outcomes, RunReport, RunState
from graphs.roster_sync import Proposal
from graphs.specialists import SyncRequest
from graphs.threads import Standing
from graphs.workflow import Found, WorkRequest
from store.database import Database
from store.plans import ApprovalRequests

_DOUBTFUL = ("unverified", "uncertain", "refused")


def report_sync(standing: Standing, database: Database, started_at: datetime, ended_at: datetime) -> RunReport:
    """Return the report of a roster run as it stands now."""
    request: SyncRequest = standing.values["request"]
    detection = standing.values["detection"].read(Detection)
    proposals: Sequence[Proposal] = standing.gather("proposals")
    ended: Sequence[Ended] = standing.gather("ended")
    held = held_plans(standing, database)
    outcomes = sum_outcomes(ended).plus(Outcomes(held=sum(plan.changes for plan in held)))
    automatic = sum(part.changes for part in ended if part.state == "applied" and not part.approval_id)
    roster = [proposal.plan for proposal in proposals if proposal.branch == "provisioning"]
    return RunReport(
        run_id=request.run,
        kind="dry_run" if request.dry_run else request.kind,
        term=detection.term,
        state=_state(outcomes, held, stopped=bool(detection.stopped)),
        dry_run=request.dry_run,
        counts={kind.value: count for kind, count in detection.counts.items()},
        discrepancies=detection.discrepancies,
        findings=detection.findings,
        plan_hash=roster[-1].plan_hash if roster else None,
        proposed=sum(proposal.plan.changes for proposal in proposals),
        automatic=automatic,
        would_apply=automatic if request.dry_run else 0,
        outcomes=outcomes,
        held=held,
        alerts=sum(proposal.plan.changes for proposal in proposals if proposal.branch == "pre_semester"),
        tickets=outcomes.tickets,
        started_at=started_at,
        ended_at=ended_at,
    )


def report_work(
    request: WorkRequest, standing: Standing, database: Database, started_at: datetime, ended_at: datetime
) -> RunReport:
    """Return the report of a run of any other workflow as it stands now."""
    found: Found = standing.values.get("found") or Found()
    proposals: Sequence[PlanRef] = standing.gather("proposals")
    ended: Sequence[Ended] = standing.gather("ended")
    held = held_plans(standing, database)
    outcomes = sum_outcomes(ended).plus(Outcomes(held=sum(plan.changes for plan in held)))
    automatic = sum(part.changes for part in ended if part.state == "applied" and not part.approval_id)
    return RunReport(
        run_id=request.run,
        kind=request.workflow,
        term=request.term,
        state=_state(outcomes, held, stopped=found.stopped),
        dry_run=request.dry_run,
        counts=found.counts,
        findings=found.findings,
        plan_hash=proposals[-1].plan_hash if proposals else None,
        proposed=sum(plan.changes for plan in proposals),
        automatic=automatic,
        would_apply=automatic if request.dry_run else 0,
        outcomes=outcomes,
        held=held,
        tickets=outcomes.tickets,
        started_at=started_at,
        ended_at=ended_at,
    )


def held_plans(standing: Standing, database: Database) -> tuple[HeldPlan, ...]:
    """Return the plans that the thread waits for a person to answer."""
    requests = ApprovalRequests(database)
    asks = [Ask.model_validate(interrupt.value) for interrupt in standing.interrupts]
    rows = [(ask, requests.read(ask.approval_id)) for ask in asks]
    return tuple(HeldPlan(**ask.model_dump(), expires_at=row.expires_at if row else None) for ask, row in rows)


def sum_outcomes(ended: Iterable[Ended]) -> Outcomes:
    """Add up how the parts of a run ended."""
    return reduce(Outcomes.plus, (part.outcomes for part in ended), Outcomes())


def counts_of(report: RunReport) -> dict[str, int]:
    """Return the numbers that the run's row keeps, for reports over many runs (S32, S72)."""
    found = {f"found {name}": count for name, count in report.counts.items()}
    numbers = report.outcomes.model_dump()
    return {**found, **numbers, "proposed": report.proposed, "automatic": report.automatic}


def _state(outcomes: Outcomes, held: Sequence[HeldPlan], *, stopped: bool) -> RunState:
    if stopped:
        return RunState.STOPPED
    if any(getattr(outcomes, name) for name in _DOUBTFUL):
        return RunState.FAILED
    return RunState.WAITING if held or outcomes.held else RunState.CLEAN
