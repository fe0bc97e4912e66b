"""Examples of the rules about early alert: who may be alerted, how often, and what goes to people (R117 to R134)."""

from datetime import date, timedelta
from decimal import Decimal

from domain.principals import Role
from domain.rules import alert_policy, alerts, distress, messages
from domain.rules.alert_policy import AlertHistory, Candidate, CloseReason, Refire, Silence
from domain.rules.alerts import AlertLimits, AlertStanding, ParityFlag
from tests.agents.world import NOW
from tests.rules.situation import Example

LIMITS = AlertLimits()
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 18)


def candidate(key: str = "a", risk: str = "0.8", **past: object) -> Candidate:
    return Candidate(key=key, risk=Decimal(risk), history=AlertHistory.model_validate(past))


def silence(day: int, risk: str = "0.8", **past: object) -> Silence | None:
    return alert_policy.silence_of(candidate(risk=risk, **past), day, LIMITS)


def good_news(then: str, now: str, **limits: object) -> bool:
    at = AlertLimits.model_validate({"good_news_fall": "0.20", **limits})
    return messages.is_good_news(Decimal(then), Decimal(now), Decimal("0.35"), at)


def chosen(capacity: int) -> tuple[list[str], dict[str, Silence]]:
    three = [candidate("a", "0.5"), candidate("b", "0.9"), candidate("c", "0.9", raised=3)]
    picked, quiet = alert_policy.choose_alerts(three, capacity, 30, LIMITS)
    return [each.key for each in picked], quiet


ALERTS: tuple[Example, ...] = (
    Example("R117", "half the class is active", lambda: alerts.uses_lms(10, 20, LIMITS), True),
    Example("R117", "hardly anybody is", lambda: alerts.uses_lms(3, 20, LIMITS), False),
    Example("R117", "an empty class", lambda: alerts.uses_lms(0, 0, LIMITS), False),
    Example("R118", "the first day", lambda: alerts.is_opening(0, LIMITS), True),
    Example("R118", "the fourteenth day", lambda: alerts.is_opening(13, LIMITS), True),
    Example("R118", "after two weeks", lambda: alerts.is_opening(14, LIMITS), False),
    Example("R118", "before the first day another rule holds", lambda: alerts.is_opening(-3, LIMITS), False),
    Example(
        "R119",
        "only who is enrolled",
        lambda: [each for each in AlertStanding if alerts.may_be_alerted(each)],
        [AlertStanding.ENROLLED],
    ),
    Example(
        "R120", "the lecture", lambda: alerts.counts_once("202680", "BIO1", primary_lecture=True), ("202680", "BIO1")
    ),
    Example("R120", "its lab", lambda: alerts.counts_once("202680", "BIO1", primary_lecture=False), None),
    Example(
        "R121",
        "changed an hour ago",
        lambda: alert_policy.judge_refire(NOW - timedelta(hours=1), NOW, LIMITS),
        Refire.UPDATE,
    ),
    Example(
        "R121",
        "changed yesterday",
        lambda: alert_policy.judge_refire(NOW - timedelta(hours=24), NOW, LIMITS),
        Refire.RAISE,
    ),
    Example("R121", "none is open", lambda: alert_policy.judge_refire(None, NOW, LIMITS), Refire.RAISE),
    Example(
        "R121", "no rise since the last alert", lambda: silence(40, last_day=10, last_risk="0.75"), Silence.NOT_RISEN
    ),
    Example("R121", "a rise of a tenth", lambda: silence(40, last_day=10, last_risk="0.7"), None),
    Example("R122", "loaded and silent", lambda: alerts.count_or_unknown(0, loaded=True), 0),
    Example("R122", "not loaded", lambda: alerts.count_or_unknown(0, loaded=False), None),
    Example("R122", "a feed of two days ago", lambda: alerts.is_stale(NOW - timedelta(hours=48), NOW, LIMITS), False),
    Example("R122", "an older feed", lambda: alerts.is_stale(NOW - timedelta(hours=49), NOW, LIMITS), True),
    Example("R122", "no feed at all", lambda: alerts.is_stale(None, NOW, LIMITS), True),
    Example("R123", "nine students", lambda: alerts.may_compare(9, LIMITS), False),
    Example("R123", "ten students", lambda: alerts.may_compare(10, LIMITS), True),
    Example("R124", "finished, ten events each", lambda: alerts.may_train_on(200, 20, finished=True), True),
    Example("R124", "still running", lambda: alerts.may_train_on(200, 20, finished=False), False),
    Example("R124", "too quiet", lambda: alerts.may_train_on(199, 20, finished=True), False),
    Example("R124", "nobody in it", lambda: alerts.may_train_on(0, 0, finished=True), False),
    Example(
        "R125", "gender among the inputs", lambda: alerts.protected_inputs(["gender", "clicks"]), frozenset({"gender"})
    ),
    Example("R125", "none among them", lambda: alerts.protected_inputs(["clicks"]), frozenset()),
    Example(
        "R125",
        "gaps of 4, 5, 10 and 15 points",
        lambda: [alerts.parity_flag(Decimal(gap)) for gap in ("0.04", "0.05", "0.10", "0.15")],
        [ParityFlag.NONE, ParityFlag.NOTE, ParityFlag.LOOK, ParityFlag.STOP],
    ),
    Example("R126", "a student", lambda: alerts.may_see_score([Role.STUDENT]), False),
    Example("R126", "a student who teaches", lambda: alerts.may_see_score([Role.STUDENT, Role.INSTRUCTOR]), True),
    Example("R126", "a role nobody mapped", lambda: alerts.may_see_score([Role.UNKNOWN]), False),
    Example(
        "R127",
        "within the cool-down",
        lambda: silence(37, risk="0.95", last_day=10, last_risk="0.5"),
        Silence.COOL_DOWN,
    ),
    Example("R127", "a fourth in the term", lambda: silence(90, raised=3, last_day=10), Silence.TERM_LIMIT),
    Example("R127", "reached last week", lambda: silence(40, contacted_day=33), Silence.CONTACTED),
    Example("R127", "reached two weeks ago", lambda: silence(47, contacted_day=33), None),
    Example(
        "R127",
        "capacity for one",
        lambda: chosen(1),
        (["b"], {"c": Silence.TERM_LIMIT, "a": Silence.CAPACITY}),
    ),
    Example("R127", "no capacity", lambda: chosen(-1)[0], []),
    Example(
        "R127",
        "an alert is remembered",
        lambda: alert_policy.after_alert(candidate(raised=1), 30),
        AlertHistory(raised=2, last_day=30, last_risk=Decimal("0.8")),
    ),
    Example(
        "R128",
        "nobody owns it",
        lambda: alert_policy.what_alert_lacks("", None, closed=False, reason=None),
        ("owner", "due_on"),
    ),
    Example(
        "R128",
        "closed without a reason",
        lambda: alert_policy.what_alert_lacks("advisor", LAST, closed=True, reason=None),
        ("reason",),
    ),
    Example(
        "R128",
        "closed with one",
        lambda: alert_policy.what_alert_lacks("advisor", LAST, closed=True, reason=CloseReason.RESOLVED),
        (),
    ),
    Example("R129", "well below, and far lower than then", lambda: good_news("0.70", "0.20"), True),
    Example("R129", "lower by exactly the least fall", lambda: good_news("0.54", "0.34"), True),
    Example("R129", "lower by less", lambda: good_news("0.50", "0.31"), False),
    Example("R129", "still at risk", lambda: good_news("0.90", "0.35"), False),
    Example("R129", "none wanted", lambda: good_news("0.90", "0.10", good_news_fall=None), False),
    Example("R130", "a grade", lambda: messages.judges_or_names("Your grade in BIOL101"), True),
    Example("R130", "a diagnosis", lambda: messages.judges_or_names("You may be depressed."), True),
    Example("R130", "somebody else", lambda: messages.judges_or_names("Your classmates hand in on time."), True),
    Example("R130", "a course and a day", lambda: messages.judges_or_names("BIOL101: Essay 2 is due."), False),
    Example("R130", "a model gives a figure", lambda: messages.is_plain("You have 2 days left."), False),
    Example("R130", "a model gives an address", lambda: messages.is_plain("See https://example.edu"), False),
    Example("R130", "a model judges", lambda: messages.is_plain("You are failing."), False),
    Example("R130", "plain words", lambda: messages.is_plain("Come by and we look at it together."), True),
    Example(
        "R131", "plain trouble", lambda: distress.path_of("I am killing time before the lab"), distress.Path.AUTOMATION
    ),
    Example("R131", "distress", lambda: distress.path_of("some days I want to\n die"), distress.Path.CRISIS),
    Example("R131", "curly quotes", lambda: distress.path_of("I can\u2019t go on anymore"), distress.Path.CRISIS),
    Example(
        "R131",
        "no point",
        lambda: distress.path_of("I cannot do this anymore. I don't see the point of anything."),
        distress.Path.CRISIS,
    ),
    Example("R131", "nobody notices", lambda: distress.path_of("can't get out of bed"), distress.Path.CRISIS),
    Example("R131", "about a friend", lambda: distress.path_of("she talks of Suicide"), distress.Path.CRISIS),
    Example("R132", "an essay due on Friday", lambda: alert_policy.is_time_bound("Essay 2", LAST, FIRST), True),
    Example("R132", "a general reminder", lambda: alert_policy.is_time_bound(" ", LAST, FIRST), False),
    Example("R132", "already due", lambda: alert_policy.is_time_bound("Essay 2", FIRST, LAST), False),
    Example("R132", "no date", lambda: alert_policy.is_time_bound("Essay 2", None, FIRST), False),
    Example(
        "R133", "with a reason", lambda: alert_policy.is_accountable_override("advisor", "ill, back on Monday"), True
    ),
    Example("R133", "without one", lambda: alert_policy.is_accountable_override("advisor", " "), False),
    Example("R134", "the last day", lambda: alert_policy.closes_with_term(LAST, LAST), None),
    Example(
        "R134",
        "the day after",
        lambda: alert_policy.closes_with_term(LAST + timedelta(days=1), LAST),
        CloseReason.TERM_ENDED,
    ),
    Example(
        "R134", "a flag of last term", lambda: alert_policy.stale_after_term(FIRST, FIRST - timedelta(days=1)), True
    ),
)
