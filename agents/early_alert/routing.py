"""Classifies an alert, suggests an action and finds who answers it, by the institution's table (S97, S211 to S213)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agents.early_alert.drafts import Draft, Wording, draft_message
from agents.early_alert.proposal import Routed, distress_reasons, score_reasons
from agents.early_alert.signalled import Distressed, Signalled
from domain.alert_settings import AlertSettings, RouteRow
from domain.alerting import WRITES_TO_STUDENT, AlertLevel, FeedbackOutcome, Intervention, IssueType, Party
from domain.ids import RecordHandle
from domain.rules.alert_routing import Tried, choose_intervention
from store.alerts import Alert, EventKind

_HELPED = frozenset({FeedbackOutcome.USEFUL.value, FeedbackOutcome.RESOLVED.value})
Titles = Mapping[int, str]
Cite = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Router:
    """Routes alerts; ``tried`` is how workflows fared, ``word`` a model's wording, ``cite`` the knowledge base."""

    settings: AlertSettings
    tried: Sequence[Tried]
    earlier: Sequence[Alert]
    today: date
    word: Wording | None = None
    cite: Cite = lambda _: ()

    def route(self, signalled: Signalled, titles: Titles) -> Routed:
        """Return where an alert goes, and the draft where one is suggested and can be made (R132)."""
        row = self.settings.route(signalled.issue, signalled.level)
        failed = self._failed_before(signalled)
        intervention = choose_intervention(row.interventions, signalled.issue, self.tried, failed)
        draft = self._draft(signalled, intervention, titles)
        if intervention in WRITES_TO_STUDENT and draft is None:
            intervention = _without_message(row)
        owner = _owner(row, signalled.advisor, signalled.instructor)
        return Routed(
            id=signalled.id,
            person=signalled.person,
            section=signalled.section,
            course=signalled.course,
            issue=signalled.issue,
            level=signalled.level,
            route=row.row,
            party=row.party,
            channel=row.channel,
            intervention=intervention,
            owner=owner,
            queue=row.queue or "advising",
            due_on=self.today + timedelta(days=row.due_days),
            reasons=score_reasons(signalled.course, signalled.score),
            citations=self.cite(f"{signalled.issue} {intervention}".replace("_", " ")),
            draft=draft,
        )

    def hand_over(self, one: Distressed) -> Routed:
        """Return where somebody in distress goes: to people, today, with nothing automatic (R131)."""
        row = self.settings.route(IssueType.DISTRESS, AlertLevel.URGENT)
        return Routed(
            id=one.id,
            person=one.person,
            section=one.section,
            course="",
            issue=IssueType.DISTRESS,
            level=AlertLevel.URGENT,
            route=row.row,
            party=row.party,
            channel=row.channel,
            intervention=Intervention.WELLBEING_HANDOVER,
            owner=_owner(row, one.advisor, None),
            queue=row.queue or "advising",
            due_on=self.today + timedelta(days=row.due_days),
            reasons=distress_reasons(one),
        )

    def _failed_before(self, signalled: Signalled) -> frozenset[Intervention]:
        """Return the workflows of earlier alerts on the same issue that nobody called useful."""
        return frozenset(
            alert.intervention
            for alert in self.earlier
            if alert.person == signalled.person and alert.issue is signalled.issue and not alert.is_open
            if not any(event.kind is EventKind.FEEDBACK and event.word in _HELPED for event in alert.events)
        )

    def _draft(self, signalled: Signalled, intervention: Intervention, titles: Titles) -> Draft | None:
        if intervention not in WRITES_TO_STUDENT or signalled.advisor is None or signalled.held_back:
            return None
        return draft_message(
            intervention, signalled.course, signalled.work, titles=titles, today=self.today, word=self.word
        )


def _owner(row: RouteRow, advisor: RecordHandle | None, instructor: RecordHandle | None) -> RecordHandle | None:
    """Return who answers: a tutor is found by the queue, and without an instructor the advisor answers (R128)."""
    if row.party is Party.TUTOR:
        return None
    return (instructor or advisor) if row.party is Party.FACULTY else advisor


def _without_message(row: RouteRow) -> Intervention:
    """Return the first suggestion of the row that needs no message to the student."""
    rest = (option for option in row.interventions if option not in WRITES_TO_STUDENT)
    return next(rest, Intervention.ADVISOR_OUTREACH)
