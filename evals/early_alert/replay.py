"""Replays a term week by week with a limited number of alerts, by the rules that hold on a campus (R121, R127).

The protocol: every week the capacity is a share of those still enrolled, four weeks of quiet after an alert, at most
three about one student. Precision is over the students alerted, recall over all of the first week who failed or left.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import ceil
from statistics import median
from typing import NamedTuple

import numpy as np

from agents.early_alert.features import Array
from domain.rules.alert_policy import AlertHistory, Candidate, after_alert, choose_alerts
from domain.rules.alerts import AlertLimits

WEEKS = range(1, 13)
PROTOCOL = AlertLimits(opening_days=0, rise=None)


class Week(NamedTuple):
    """One week to replay: who is enrolled and how great each one's risk is, from 0 to 1."""

    enrolments: Array
    risk: Array


class Replay(NamedTuple):
    """What a term of alerts reached."""

    alerted_share: float
    precision: float
    recall: float
    leavers_reached: float
    median_lead_days: float


def replay(
    weeks: Mapping[int, Week], at_risk: Array, left_day: Array, share: float, limits: AlertLimits = PROTOCOL
) -> Replay:
    """Replay the weeks; ``at_risk`` and ``left_day`` stand at the index of the enrolment less one."""
    histories: dict[int, AlertHistory] = {}
    first: dict[int, int] = {}
    for number in sorted(weeks):
        day = 7 * number
        for enrolment, history in _alert_week(weeks[number], histories, share, day, limits):
            histories[enrolment] = history
            first.setdefault(enrolment, day)
    everyone = weeks[min(weeks)].enrolments.astype(int)
    return _sum_up(first, everyone, at_risk, left_day)


def _alert_week(
    week: Week, histories: Mapping[int, AlertHistory], share: float, day: int, limits: AlertLimits
) -> list[tuple[int, AlertHistory]]:
    if day < limits.opening_days:
        return []
    candidates = [
        Candidate(
            key=str(int(enrolment)), risk=Decimal(str(round(float(risk), 6))),
            history=histories.get(int(enrolment), AlertHistory()),
        )
        for enrolment, risk in zip(week.enrolments, week.risk, strict=True)
    ]  # fmt: skip
    chosen, _ = choose_alerts(candidates, ceil(share * len(candidates)), day, limits)
    return [(int(each.key), after_alert(each, day)) for each in chosen]


def _sum_up(first: Mapping[int, int], everyone: Array, at_risk: Array, left_day: Array) -> Replay:
    alerted = np.array(sorted(first), dtype=int) - 1
    start = min(first.values(), default=7)
    leavers = [each for each in everyone if start <= left_day[each - 1] < _NEVER]
    leads = [left_day[each - 1] - first[each] for each in leavers if first.get(each, _NEVER) < left_day[each - 1]]
    return Replay(
        alerted_share=len(alerted) / len(everyone),
        precision=float(at_risk[alerted].mean()) if len(alerted) else 0.0,
        recall=float(at_risk[alerted].sum() / at_risk[everyone - 1].sum()),
        leavers_reached=len(leads) / max(1, len(leavers)),
        median_lead_days=float(median(leads)) if leads else 0.0,
    )


_NEVER = 9999
