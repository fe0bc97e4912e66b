"""Good news is found where an alert stood and the risk fell, once, and never beside distress (R129, R131)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agents.early_alert.alerts_file import load_alert_settings
from agents.early_alert.drafts import read_sentences
from agents.early_alert.good_news import TEMPLATE, GoodNewsText, find_good_news, plan_good_news
from agents.early_alert.numbering import Numbers, Place
from agents.early_alert.signalled import GoodNews
from agents.wording import read_template
from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.changes import Tier
from domain.ids import Crn, RecordHandle, RunId, SectionKey, TermCode
from domain.rules.messages import judges_or_names
from evals.installation import ROOT
from store.alerts import Alert, AlertDetail, AlertEvent, EventKind

SETTINGS = load_alert_settings(ROOT / "provost.alerts.yaml")
SECTION = SectionKey(TermCode("202680"), Crn("10001"))
ANNE = RecordHandle("per_anne")
AT = datetime(2026, 10, 5, 6, tzinfo=UTC)
PLACE = Place(section=1, crn="10001", course="BIOL101", starts_on=date(2026, 8, 24), ends_on=date(2026, 12, 11))
NUMBERS = Numbers(term=SECTION.term, places={"10001": PLACE}, people={ANNE: 7})


def alert(**more: object) -> Alert:
    made = Alert(
        id="alr_1", person=ANNE, section=SECTION, owner="per_advisor", advisor="per_advisor",
        issue=IssueType.ENGAGEMENT, level=AlertLevel.HIGH, party=Party.ADVISOR, channel=Channel.CASE_DESK,
        intervention=Intervention.ADVISOR_OUTREACH, route="silence", state=AlertState.OPEN, marker="m",
        run=RunId("run_1"), raised_on=AT.date(), raised_at=AT, changed_at=AT, due_on=AT.date(), closed_at=None,
        close_reason="", propensity=Decimal(1),
        detail=AlertDetail(risk=Decimal("0.7"), model="m", week=5, base=0, parts={}, reasons=()),
    )  # fmt: skip
    return made.model_copy(update=more)


def told(*alerts: Alert, risk: str = "0.20", seat: tuple[int, int] = (7, 1)) -> tuple[GoodNews, ...]:
    return find_good_news({seat: Decimal(risk)}, NUMBERS, alerts, SETTINGS)


NEWS = GoodNews(alert="alr_1", person=ANNE, section=SECTION, course="BIOL101")
ONCE = AlertEvent(at=AT, kind=EventKind.GOOD_NEWS, actor="agent")


@pytest.mark.parametrize(
    ("news", "found"),
    [
        (told(alert()), (NEWS,)),
        (told(alert(state=AlertState.CLOSED, close_reason="resolved")), (NEWS,)),
        (told(alert(state=AlertState.CLOSED, close_reason="false_alarm")), ()),
        (told(alert(state=AlertState.HELD_BACK)), ()),
        (told(alert(state=AlertState.DROPPED)), ()),
        (told(alert(events=(ONCE,))), ()),
        (told(alert(advisor="")), ()),
        (told(alert(detail=None)), ()),
        (told(alert(), alert(id="alr_2", issue=IssueType.DISTRESS)), ()),
        (told(alert(), risk="0.36"), ()),
        (told(alert(), seat=(8, 1)), ()),
        (told(alert(section=SectionKey(SECTION.term, Crn("10009")))), ()),
    ],
    ids=[
        *("open", "resolved", "false alarm", "left to chance", "not let through", "told before", "nobody advises"),
        *("forgotten", "in distress", "still at risk", "not scored now", "section not followed"),
    ],
)
def test_r129_good_news_is_told_of_whom_it_is_true(news: tuple[GoodNews, ...], found: tuple[GoodNews, ...]) -> None:
    assert news == found


def test_r129_a_message_of_good_news_is_proposed_and_found_again() -> None:
    (one,), (again,) = plan_good_news([NEWS]), plan_good_news([NEWS])
    assert (one.tier, one.recipient, one.marker) == (Tier.PROPOSE, ANNE, again.marker)
    assert "BIOL101" in one.subject


def test_r130_no_sentence_of_ours_to_a_student_judges_or_names_anybody() -> None:
    news, sentences = read_template("agents.early_alert", TEMPLATE, GoodNewsText), read_sentences()
    ours = [news.subject, news.body, *sentences.lines.values(), *sentences.kinds.values()]
    ours += [text for message in sentences.messages.values() for text in message.model_dump().values()]
    assert len(ours) > 10
    assert [text for text in ours if judges_or_names(text)] == []
