"""Which alerts are raised over simulated weeks: capacity, pauses, hysteresis, the term's limit, chance (R121, R127)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from agents.early_alert.alerts_file import load_alert_settings
from agents.early_alert.choosing import Moment, Wish, choose, history_of, is_left_to_chance
from domain.alert_settings import AlertCapacity, AlertSettings
from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.ids import Crn, RecordHandle, RunId, SectionKey, TermCode
from evals.installation import ROOT
from store.alerts import Alert, AlertDetail, AlertEvent, EventKind

SETTINGS = load_alert_settings(ROOT / "provost.alerts.yaml")
BIO, MATH = (SectionKey(TermCode("202680"), Crn(crn)) for crn in ("10001", "10002"))
FIRST = date(2026, 9, 7)


def wish(person: int, risk: str, advisor: str | None = "per_advisor", section: SectionKey = BIO) -> Wish:
    who = RecordHandle(advisor) if advisor else None
    return Wish(RecordHandle(f"per_{person}"), section, Decimal(risk), who)


def raised(one: Wish, day: date, state: AlertState = AlertState.CLOSED, *events: AlertEvent, **more: object) -> Alert:
    at = datetime.combine(day, time(6), UTC)
    return Alert(
        id=f"alr_{one.person}_{day}", person=one.person, section=one.section, owner="per_advisor",
        advisor=one.advisor or "", issue=IssueType.ENGAGEMENT, level=AlertLevel.HIGH, party=Party.ADVISOR,
        channel=Channel.CASE_DESK, intervention=Intervention.ADVISOR_OUTREACH, route="silence", state=state,
        marker="m", run=RunId("run_1"), raised_on=day, raised_at=at, changed_at=at, due_on=day, closed_at=None,
        close_reason="", propensity=Decimal(1), events=events,
        detail=AlertDetail(risk=one.risk, model="m", week=3, base=0, parts={}, reasons=()),
    ).model_copy(update=more)  # fmt: skip


def at(day: date, settings: AlertSettings = SETTINGS) -> Moment:
    return Moment(settings, datetime.combine(day, time(6), UTC), day)


def told(chosen: Sequence[Wish]) -> list[str]:
    return [each.person for each in chosen]


def small(per_week: int, **limits: object) -> AlertSettings:
    capacity = AlertCapacity(per_advisor_week=per_week, unadvised_week=per_week)
    return SETTINGS.model_copy(update={"capacity": capacity, "limits": SETTINGS.limits.model_copy(update=limits)})


def test_r127_each_advisor_gets_no_more_than_a_week_holds_highest_risk_first() -> None:
    wishes = [wish(n, f"0.{60 + n}") for n in range(5)] + [wish(9, "0.55", "per_other"), wish(8, "0.9", None)]
    chosen = choose(wishes, (), at(FIRST, small(2)))
    assert told(chosen.alerts) == ["per_3", "per_4", "per_9", "per_8"]
    assert chosen.silenced == {"capacity": 3}


def test_r131_whoever_wrote_of_distress_takes_up_nobodys_room() -> None:
    """What the advisor can take up goes to the next student the same night."""
    wishes = [wish(1, "0.9"), wish(2, "0.8"), wish(3, "0.7")]
    chosen = choose(wishes, (), at(FIRST, small(2)), frozenset({wishes[0].person}))
    assert told(chosen.alerts) == ["per_2", "per_3"]
    assert chosen.silenced == {"with people": 1}


def test_r127_what_was_raised_in_the_last_seven_days_fills_the_week() -> None:
    earlier = [raised(wish(7, "0.9"), FIRST - timedelta(days=6)), raised(wish(6, "0.9"), FIRST - timedelta(days=7))]
    chosen = choose([wish(1, "0.6"), wish(2, "0.7")], earlier, at(FIRST, small(2)))
    assert told(chosen.alerts) == ["per_2"]


def test_r127_over_sixteen_weeks_nobody_is_told_of_more_than_three_times_nor_within_four_weeks() -> None:
    earlier: list[Alert] = []
    days: list[date] = []
    for night in range(16 * 7):
        day = FIRST + timedelta(days=night)
        risk = min(Decimal("0.99"), Decimal("0.55") + Decimal(night) / 200)
        for each in choose([wish(1, str(risk))], earlier, at(day)).alerts:
            earlier.append(raised(each, day))
            days.append(day)
    assert len(days) == 3
    gaps = [(later - before).days for before, later in pairwise(days)]
    assert min(gaps) >= SETTINGS.limits.cool_down_days


def test_r121_a_risk_that_has_not_risen_is_not_said_again() -> None:
    earlier = [raised(wish(1, "0.70"), FIRST - timedelta(days=40))]
    assert choose([wish(1, "0.79")], earlier, at(FIRST)).silenced == {"not_risen": 1}
    assert told(choose([wish(1, "0.80")], earlier, at(FIRST)).alerts) == ["per_1"]


def test_r127_the_pause_holds_across_a_students_sections_and_the_limit_in_each() -> None:
    earlier = [raised(wish(1, "0.6"), FIRST - timedelta(days=3))]
    assert choose([wish(1, "0.9", section=MATH)], earlier, at(FIRST)).silenced == {"cool_down": 1}
    full = [raised(wish(1, "0.5"), FIRST - timedelta(days=30 * n)) for n in (1, 2, 3)]
    assert choose([wish(1, "0.9")], full, at(FIRST)).silenced == {"term_limit": 1}
    assert told(choose([wish(1, "0.9", section=MATH)], full, at(FIRST)).alerts) == ["per_1"]


@pytest.mark.parametrize(
    "event", [(EventKind.FEEDBACK, "contacted"), (EventKind.MESSAGE_SENT, "")], ids=["told", "message"]
)
def test_r127_after_contact_a_student_is_left_in_peace(event: tuple[EventKind, str]) -> None:
    reached = AlertEvent(
        at=datetime.combine(FIRST - timedelta(days=3), time(9), UTC), kind=event[0], actor="a", word=event[1]
    )
    earlier = [raised(wish(1, "0.5"), FIRST - timedelta(days=60), AlertState.CLOSED, reached)]
    assert choose([wish(1, "0.9")], earlier, at(FIRST)).silenced == {"contacted": 1}


def test_r121_an_open_alert_is_updated_within_two_hours_and_never_doubled() -> None:
    one = wish(1, "0.9")
    fresh = raised(one, FIRST, AlertState.OPEN)
    chosen = choose([one], [fresh], at(FIRST))
    assert (chosen.alerts, list(chosen.refreshed)) == ((), [fresh.id])
    old = raised(one, FIRST - timedelta(days=50), AlertState.OPEN)
    chosen = choose([one], [old], at(FIRST))
    assert (chosen.alerts, dict(chosen.refreshed), chosen.silenced) == ((), {}, {"open already": 1})


def test_r131_somebody_in_distress_is_for_people_until_that_is_closed() -> None:
    case = raised(wish(1, "0.5"), FIRST - timedelta(days=60), AlertState.OPEN, issue=IssueType.DISTRESS)
    assert choose([wish(1, "0.9", section=MATH)], [case], at(FIRST)).silenced == {"with people": 1}
    closed = case.model_copy(update={"state": AlertState.CLOSED})
    assert told(choose([wish(1, "0.9")], [closed], at(FIRST)).alerts) == ["per_1"]


def test_alerts_that_were_dropped_or_left_to_chance_count_towards_no_limit() -> None:
    past = [raised(wish(1, "0.9"), FIRST - timedelta(days=2), AlertState.DROPPED)]
    assert history_of(past, BIO).raised == 0
    assert told(choose([wish(1, "0.9")], past, at(FIRST)).alerts) == ["per_1"]


def test_chance_leaves_out_the_share_that_is_set_and_says_so_again_for_four_weeks() -> None:
    settings = SETTINGS.model_copy(
        update={"holdout_share": Decimal("0.2"), "capacity": AlertCapacity(per_advisor_week=2000)}
    )
    wishes = [wish(n, "0.9") for n in range(1000)]
    chosen = choose(wishes, (), at(FIRST, settings))
    assert 150 < len(chosen.held_back) < 250
    assert choose(wishes, (), at(FIRST, settings)).held_back == chosen.held_back
    past = [raised(chosen.held_back[0], FIRST, AlertState.HELD_BACK)]
    again = choose([chosen.held_back[0]], past, at(FIRST + timedelta(days=27), settings))
    assert again.silenced == {"left to chance": 1}
    assert not any(is_left_to_chance(each, at(FIRST)) for each in wishes)
