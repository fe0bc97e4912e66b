"""Good news: who was alerted about and is well on the way again, so that an advisor can say so (R129).

It is read from the same scores as alerts, drafted once for an alert, and always waits for the student's own advisor.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from agents.early_alert.features import Inputs
from agents.early_alert.numbering import Numbers
from agents.early_alert.scoring import Scores
from agents.early_alert.signalled import GoodNews, risk_of
from agents.wording import read_template
from domain.alert_settings import AlertSettings
from domain.alerting import IssueType
from domain.changes import SendMessage, Tier, digest
from domain.records import Record
from domain.rules.alert_policy import CloseReason
from domain.rules.messages import is_good_news
from store.alerts import Alert, EventKind

if TYPE_CHECKING:
    import duckdb

TOPIC = "good news "
TEMPLATE = "good_news_v1"
_SEEN = """
SELECT person, section, enrolment FROM enrolment
WHERE enrolment NOT IN (SELECT enrolment FROM not_in_lms)"""
_MARKER_LENGTH = 20
Risks = Mapping[tuple[int, int], Decimal]


class GoodNewsText(Record):
    """The sentences of one version."""

    version: str
    subject: str
    body: str


def find_good_news(
    risks: Risks, numbers: Numbers, earlier: Sequence[Alert], settings: AlertSettings
) -> tuple[GoodNews, ...]:
    """Return the alerts of which there is good news now, each told once, none about somebody in distress (R131)."""
    distressed = {alert.person for alert in earlier if alert.issue is IssueType.DISTRESS and alert.is_open}
    return tuple(
        GoodNews(alert=alert.id, person=alert.person, section=alert.section, course=place.course)
        for alert in earlier
        if _may_be_told(alert) and alert.person not in distressed
        if (place := numbers.place(alert.section)) is not None
        if _has_fallen(alert, risks.get((numbers.people.get(alert.person, 0), place.section)), settings)
    )


def plan_good_news(news: Sequence[GoodNews]) -> Iterator[SendMessage]:
    """Yield the messages, each for the student's own advisor to send or not."""
    words = read_template("agents.early_alert", TEMPLATE, GoodNewsText)
    for one in news:
        marker = f"provost-{digest(['early alert', TOPIC, one.alert])[:_MARKER_LENGTH]}"
        said = words.subject.format(course=one.course), words.body.format(course=one.course)
        topic = f"{TOPIC}{one.alert}"
        yield SendMessage.once(one.person, said, marker, rule="R129", tier=Tier.PROPOSE, topic=topic)


def _may_be_told(alert: Alert) -> bool:
    """Tell whether an alert stood before people, was not called false, has an advisor, and was not followed up yet."""
    stood = alert.counts and (alert.is_open or alert.close_reason == CloseReason.RESOLVED)
    return (
        stood
        and bool(alert.advisor)
        and alert.issue is not IssueType.DISTRESS
        and not any(event.kind is EventKind.GOOD_NEWS for event in alert.events)
    )


def _has_fallen(alert: Alert, now: Decimal | None, settings: AlertSettings) -> bool:
    if now is None or alert.detail is None:
        return False
    return is_good_news(alert.detail.risk, now, settings.levels.watch_from, settings.limits)


def risks_by_seat(connection: "duckdb.DuckDBPyConnection", inputs: Inputs, scores: Scores) -> Risks:
    """Return the risk of everybody who was scored and whom the LMS has, by the numbers of person and section."""
    by_enrolment = dict(zip(inputs.enrolments.astype(int).tolist(), scores.probability.tolist(), strict=True))
    rows = connection.execute(_SEEN).fetchall()
    return {(person, section): risk_of(by_enrolment[one]) for person, section, one in rows if one in by_enrolment}
