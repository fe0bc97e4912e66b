"""Routes one situation by the shipped table and puts what follows from it at real desks, to be looked at there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from agents.early_alert.alerts_file import load_alert_settings
from agents.early_alert.proposal import Routed, case_of, plan_writing
from agents.early_alert.routing import Router
from agents.early_alert.scoring import RiskScore
from agents.early_alert.signalled import Distressed, Signalled, WorkItem
from domain.alert_settings import AlertSettings
from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.changes import SendMessage, Tier
from domain.ids import Crn, RecordHandle, RunId, SectionKey, TermCode
from domain.rules.alert_routing import Tried, issue_of, level_of
from evals.installation import ROOT
from evals.routing.tasks import RoutingTask
from store.alerts import Alert
from store.casedesk import LocalCaseDesk

STUDENT, ADVISOR, TEACHER = (RecordHandle(f"per_{name.ljust(16, '0')}") for name in ("student", "advisor", "teacher"))
SECTION = SectionKey(TermCode("202680"), Crn("10001"))
NOW = datetime(2026, 9, 23, 15, tzinfo=UTC)
_COMING, _MISSED = date(2026, 9, 30), date(2026, 9, 20)


class Landed(NamedTuple):
    """What one situation came to: the row at the desk, the messages, and the workflow that is suggested."""

    row: dict[str, str] | None
    messages: tuple[SendMessage, ...]
    suggests: Intervention | None


def shipped_settings() -> AlertSettings:
    """Return the alert file as it is shipped."""
    return load_alert_settings(ROOT / "provost.alerts.yaml")


def land(task: RoutingTask, desk: LocalCaseDesk, settings: AlertSettings) -> Landed:
    """Route one situation and open what it opens."""
    routed = _route(task, settings)
    if routed is None:
        return Landed(None, (), None)
    case = case_of(routed, NOW)
    desk.apply([case])
    row = next(dict(each) for each in desk.list_open() if each["marker"] == case.marker)
    return Landed(
        {**row, "due_on": row["due_on"] or routed.due_on.isoformat()}, plan_writing([routed]), routed.intervention
    )


def _route(task: RoutingTask, settings: AlertSettings) -> Routed | None:
    issue = issue_of(task.families)
    router = Router(settings, _tried(task, issue), _earlier(task, issue), NOW.date())
    advisor = ADVISOR if task.advisor else None
    if task.distress:
        one = Distressed(
            id=task.id, person=STUDENT, section=SECTION, advisor=advisor, source="canvas", record="entry 7", at=NOW
        )
        return router.hand_over(one)
    level = level_of(task.risk, settings.levels)
    return None if level is None else router.route(_signalled(task, issue, level), {})


def _signalled(task: RoutingTask, issue: IssueType, level: AlertLevel) -> Signalled:
    score = RiskScore(
        enrolment=1, model="suite", week=5, probability=float(task.risk), score=0, base=0, parts={}, reasons=()
    )
    return Signalled(
        id=task.id,
        person=STUDENT,
        section=SECTION,
        course="BIOL101",
        advisor=ADVISOR if task.advisor else None,
        instructor=TEACHER if task.instructor else None,
        issue=issue,
        level=level,
        score=score,
        features={},
        inputs={},
        work=_work(task),
        held_back=task.left_to_chance,
    )


def _work(task: RoutingTask) -> tuple[WorkItem, ...]:
    missed = (WorkItem(lms_id=1, kind="quiz", due_on=_MISSED, missed=True),) if task.missed else ()
    coming = (WorkItem(lms_id=2, kind="assignment", due_on=_COMING, missed=False),) if task.coming else ()
    return (*missed, *coming)


def _tried(task: RoutingTask, issue: IssueType) -> Sequence[Tried]:
    return [Tried(issue=issue, **each.model_dump()) for each in task.tried]


def _earlier(task: RoutingTask, issue: IssueType) -> Sequence[Alert]:
    """Return closed alerts on the same issue that nobody called useful, one per workflow that failed."""
    return [
        Alert(
            id=f"alr_{number}",
            person=STUDENT,
            section=SECTION,
            owner=ADVISOR,
            advisor=ADVISOR,
            issue=issue,
            level=AlertLevel.HIGH,
            party=Party.ADVISOR,
            channel=Channel.CASE_DESK,
            intervention=failed,
            route="earlier",
            state=AlertState.CLOSED,
            marker=f"earlier-{number}",
            run=RunId("run_earlier"),
            raised_on=date(2026, 9, 1),
            due_on=date(2026, 9, 4),
            propensity=Decimal(1),
            raised_at=NOW,
            changed_at=NOW,
            closed_at=NOW,
            close_reason="",
            detail=None,
        )
        for number, failed in enumerate(task.failed)
    ]


def told_of(messages: Sequence[SendMessage]) -> list[str]:
    """Return who is written to; what goes to a student by itself counts as a fault of its own."""
    found = []
    for message in messages:
        to_student = message.recipient == STUDENT
        automatic = to_student and message.tier is not Tier.PROPOSE
        found.append("student by itself" if automatic else "student" if to_student else "faculty")
    return sorted(found)
