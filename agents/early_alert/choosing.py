"""Which contenders are alerted about today: what each advisor can take up, and what was said before (R121, R127, S97).

Chance may leave some out, where the institution wants to learn what alerts change; the draw is the same however often
it is repeated.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from domain.alert_settings import AlertSettings
from domain.alerting import AlertState, FeedbackOutcome, IssueType
from domain.changes import digest
from domain.ids import RecordHandle, SectionKey
from domain.rules.alert_policy import AlertHistory, Candidate, Refire, choose_alerts, judge_refire
from store.alerts import Alert, EventKind

WEEK = timedelta(days=7)
_DRAWS = 1 << 32


class Wish(NamedTuple):
    """One contender by handle: where, how high the risk is, and who would answer."""

    person: RecordHandle
    section: SectionKey
    risk: Decimal
    advisor: RecordHandle | None


class Moment(NamedTuple):
    """By which rules and when it is chosen; ``today`` is the campus day of ``now``."""

    settings: AlertSettings
    now: datetime
    today: date


class Chosen(NamedTuple):
    """Whom to alert about, whom chance leaves out, which open alerts get a new score, and why not others."""

    alerts: tuple[Wish, ...]
    held_back: tuple[Wish, ...]
    refreshed: Mapping[str, Wish]
    silenced: Mapping[str, int]


def choose(
    wishes: Sequence[Wish],
    earlier: Sequence[Alert],
    moment: Moment,
    with_people: frozenset[RecordHandle] = frozenset(),
) -> Chosen:
    """Return what becomes of the contenders, highest risk first within what each advisor can take up.

    Those ``with_people``, whose words of distress were just read, take up nobody's room (R131).
    """
    by_person: dict[RecordHandle, list[Alert]] = {}
    for alert in earlier:
        by_person.setdefault(alert.person, []).append(alert)
    silenced: Counter[str] = Counter()
    refreshed: dict[str, Wish] = {}
    due: dict[str, list[Candidate]] = {}
    for wish in wishes:
        past = by_person.get(wish.person, [])
        why, refresh = ("with people", "") if wish.person in with_people else _pause(wish, past, moment)
        silenced.update([why] if why else [])
        refreshed.update({refresh: wish} if refresh else {})
        if not why:
            candidate = Candidate(key=wish.person, risk=wish.risk, history=history_of(past, wish.section))
            due.setdefault(wish.advisor or "", []).append(candidate)
    taken, quiet = _within_capacity(due, earlier, moment)
    named = [wish for wish in wishes if wish.person in taken]
    held_back = tuple(wish for wish in named if is_left_to_chance(wish, moment))
    alerts = tuple(wish for wish in named if wish not in held_back)
    return Chosen(alerts, held_back, refreshed, silenced + quiet)


def _within_capacity(
    due: Mapping[str, Sequence[Candidate]], earlier: Sequence[Alert], moment: Moment
) -> tuple[set[str], Counter[str]]:
    """Return whom each advisor can take up, and how many were silenced for which reason."""
    taken, quiet = set[str](), Counter[str]()
    for advisor, candidates in sorted(due.items()):
        room = capacity_left(advisor, earlier, moment)
        chosen, why_not = choose_alerts(candidates, room, moment.today.toordinal(), moment.settings.limits)
        taken.update(each.key for each in chosen)
        quiet.update(reason.value for reason in why_not.values())
    return taken, quiet


def _pause(wish: Wish, past: Iterable[Alert], moment: Moment) -> tuple[str, str]:
    """Say why a student is left alone whatever the capacity, and which alert of moments ago gets the score (R121)."""
    rest = timedelta(days=moment.settings.limits.cool_down_days)
    for alert in past:
        if alert.issue is IssueType.DISTRESS and alert.is_open:
            return "with people", ""
        if alert.state is AlertState.HELD_BACK and moment.today - alert.raised_on < rest:
            return "left to chance", ""
        if alert.is_open and alert.section == wish.section:
            refire = judge_refire(alert.changed_at, moment.now, moment.settings.limits)
            return "open already", alert.id if refire is Refire.UPDATE else ""
    return "", ""


def history_of(past: Iterable[Alert], section: SectionKey) -> AlertHistory:
    """Return what is known of a student's alerts this term; days are those of the calendar, so that sections agree."""
    told = [alert for alert in past if alert.counts and alert.issue is not IssueType.DISTRESS]
    last = max(told, key=lambda alert: alert.raised_on, default=None)
    return AlertHistory(
        raised=sum(alert.section == section for alert in told),
        last_day=last.raised_on.toordinal() if last else None,
        last_risk=last.detail.risk if last and last.detail else None,
        contacted_day=max((day for alert in told for day in _contacts(alert)), default=None),
    )


def _contacts(alert: Alert) -> Iterable[int]:
    """Yield the days on which a person reached the student, as told or as a message that went out."""
    for event in alert.events:
        told = event.kind is EventKind.FEEDBACK and event.word == FeedbackOutcome.CONTACTED
        if told or event.kind is EventKind.MESSAGE_SENT:
            yield event.at.date().toordinal()


def capacity_left(advisor: str, earlier: Iterable[Alert], moment: Moment) -> int:
    """Return how many new alerts an advisor can take up in these seven days; without a name, all the unadvised."""
    week = [alert for alert in earlier if alert.counts and moment.today - alert.raised_on < WEEK]
    taken = sum(alert.advisor == advisor and alert.issue is not IssueType.DISTRESS for alert in week)
    capacity = moment.settings.capacity
    return (capacity.per_advisor_week if advisor else capacity.unadvised_week) - taken


def is_left_to_chance(wish: Wish, moment: Moment) -> bool:
    """Draw whether an alert that is due is left out; the same draw for the same student, section and day."""
    if not moment.settings.holdout_share:
        return False
    drawn = int(digest(["holdout", wish.person, str(wish.section), moment.today.isoformat()])[:8], 16)
    return Decimal(drawn) / _DRAWS < moment.settings.holdout_share


def alert_id(person: RecordHandle, section: SectionKey, issue: str, today: date) -> str:
    """Return the name of an alert: the same alert found twice is the same."""
    return f"alr_{digest([person, str(section), issue, today.isoformat()])[:16]}"
