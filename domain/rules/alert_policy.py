"""Which alerts are raised, and what keeps them few: repeats, cool-down, capacity, contact, term end (R121, R127, R134).

All decisions are taken from the candidate and what is known of earlier alerts; nothing here reads a clock.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.records import Record
from domain.rules.alerts import AlertLimits


class AlertHistory(Record):
    """What is known of the alerts about one student in one section and term; days count within the section."""

    raised: int = 0
    last_day: int | None = None
    last_risk: Decimal | None = None
    contacted_day: int | None = None


class Candidate(Record):
    """A student who might be alerted: the risk from 0 to 1, and the alerts so far."""

    key: str
    risk: Decimal
    history: AlertHistory = AlertHistory()


class Silence(StrEnum):
    """Why a candidate is not alerted now."""

    TERM_LIMIT = "term_limit"
    COOL_DOWN = "cool_down"
    NOT_RISEN = "not_risen"
    CONTACTED = "contacted"
    CAPACITY = "capacity"


class Refire(StrEnum):
    """What an alert of the same student, type and key becomes."""

    UPDATE = "update"
    RAISE = "raise"


def judge_refire(open_since: datetime | None, now: datetime, limits: AlertLimits) -> Refire:
    """Update the open alert if it changed within the last hours, otherwise raise one (R121)."""
    recent = open_since is not None and now - open_since <= timedelta(hours=limits.reuse_hours)
    return Refire.UPDATE if recent else Refire.RAISE


def silence_of(candidate: Candidate, day: int, limits: AlertLimits) -> Silence | None:
    """Return why a candidate stays quiet on a day, whatever the capacity; None where an alert may be raised."""
    past = candidate.history
    if past.raised >= limits.most_in_term:
        return Silence.TERM_LIMIT
    if past.contacted_day is not None and day - past.contacted_day < limits.contact_days:
        return Silence.CONTACTED
    if past.last_day is not None and day - past.last_day < limits.cool_down_days:
        return Silence.COOL_DOWN
    return Silence.NOT_RISEN if _has_not_risen(candidate, limits) else None


def _has_not_risen(candidate: Candidate, limits: AlertLimits) -> bool:
    """Tell whether the risk is too close to that of the last alert to say it again."""
    last = candidate.history.last_risk
    return last is not None and limits.rise is not None and candidate.risk < last + limits.rise


def choose_alerts(
    candidates: Sequence[Candidate], capacity: int, day: int, limits: AlertLimits
) -> tuple[tuple[Candidate, ...], dict[str, Silence]]:
    """Return whom to alert on a day, highest risk first within the capacity, and why not the others (R127)."""
    silenced = {each.key: silence_of(each, day, limits) for each in candidates}
    due = (each for each in candidates if silenced[each.key] is None)
    ready = sorted(due, key=lambda each: (-each.risk, each.key))
    over = {each.key: Silence.CAPACITY for each in ready[max(capacity, 0) :]}
    quiet = {key: why for key, why in silenced.items() if why is not None}
    return tuple(ready[: max(capacity, 0)]), {**quiet, **over}


def after_alert(candidate: Candidate, day: int) -> AlertHistory:
    """Return the history of a candidate who has just been alerted."""
    raised = candidate.history.raised + 1
    return candidate.history.model_copy(update={"raised": raised, "last_day": day, "last_risk": candidate.risk})


class CloseReason(StrEnum):
    """Why an alert was closed; the one who raised it is told (R128)."""

    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    ALREADY_KNOWN = "already_known"
    LEFT = "left"
    TERM_ENDED = "term_ended"


def what_alert_lacks(owner: str, due_on: date | None, *, closed: bool, reason: CloseReason | None) -> tuple[str, ...]:
    """Return what an alert must still have: an owner, a due date and, once closed, the reason (R128)."""
    wanted = (("owner", bool(owner)), ("due_on", due_on is not None), ("reason", not closed or reason is not None))
    return tuple(name for name, there in wanted if not there)


def closes_with_term(today: date, term_ends_on: date) -> CloseReason | None:
    """Return the reason by which an open alert ends once its term is over; None before (R134)."""
    return CloseReason.TERM_ENDED if today > term_ends_on else None


def is_time_bound(item: str, due_on: date | None, today: date) -> bool:
    """Tell whether a nudge names a piece of work and a day still to come; general reminders are not sent (R132)."""
    return bool(item.strip()) and due_on is not None and due_on >= today


def is_accountable_override(advisor: str, reason: str) -> bool:
    """Tell whether an advisor's override can stand: it says who and why, and changes no policy by itself (R133)."""
    return bool(advisor.strip()) and bool(reason.strip())


def stale_after_term(first_day: date, alert_on: date) -> bool:
    """Tell whether an alert is from an earlier term, and so may not enter this term's score unseen (R134)."""
    return alert_on < first_day
