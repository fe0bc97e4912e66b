"""Scores: the probability to fail or leave, the sub-scores that add up to it, and the reasons with their evidence.

In log-odds, a score is the phase's base plus the contribution of each signal; a sub-score is the sum over a family, so
the parts add up to the whole exactly (S80). A reason says how far a signal puts the student above the section's median.
"""

from collections.abc import Mapping
from math import isnan
from typing import NamedTuple

import numpy as np

from agents.early_alert.features import Array, Inputs
from agents.early_alert.model import Phase, RiskModel
from agents.early_alert.signals import FACTS, SHARES, SIGNALS, Family, Scale, Signal
from domain.records import Record

REASONS = 3
_NOTABLE = 0.05
"""Log-odds below which a signal is no reason."""


class Scores(NamedTuple):
    """The scores of some enrolments: ``parts`` has a column per family in their order; all in log-odds but the last."""

    enrolments: Array
    base: Array
    parts: Array
    probability: Array


class Reason(Record):
    """One signal that raises the risk: by how much beyond the section's median student, and what was seen."""

    signal: str
    family: Family
    weight: float
    seen: float | None
    section_median: float | None
    text: str


class RiskScore(Record):
    """One student's score with everything that made it, as it is kept with an alert.

    ``score`` is the probability in percent. ``base`` and ``parts`` are log-odds and add up to it. ``gaps`` names
    families of which the whole section shows nothing.
    """

    enrolment: int
    model: str
    week: int
    probability: float
    score: int
    base: float
    parts: Mapping[Family, float]
    reasons: tuple[Reason, ...]
    gaps: tuple[Family, ...] = ()


def score_all(inputs: Inputs, model: RiskModel) -> Scores:
    """Score every row of the inputs, each with the phase of its section's week."""
    rows = len(inputs.enrolments)
    base, parts = np.zeros(rows), np.zeros((rows, len(Family)))
    for phase, chosen in _rows_by_phase(inputs, model):
        shares = contributions(inputs.values[chosen], phase)
        base[chosen] = phase.intercept
        for place, family in enumerate(Family):
            columns = [at for at, signal in enumerate(SIGNALS) if signal.family is family]
            parts[chosen, place] = shares[:, columns].sum(axis=1)
    return Scores(inputs.enrolments, base, parts, probability_of(base + parts.sum(axis=1)))


def probability_of(log_odds: Array) -> Array:
    """Return the probability of log-odds."""
    return 1 / (1 + np.exp(-log_odds))


def contributions(values: Array, phase: Phase) -> Array:
    """Return what each signal adds to the log-odds, a column per signal."""
    coefficients = np.array([phase.coefficients.get(signal.name, 0.0) for signal in SIGNALS])
    centres = np.array([phase.centres.get(signal.name, 0.0) for signal in SIGNALS])
    shares: Array = (values - centres) * coefficients
    return shares


def explain_score(inputs: Inputs, model: RiskModel, row: int = 0) -> RiskScore:
    """Word one row of the inputs: its score, its parts and its top reasons beside the section's median."""
    one = Inputs(inputs.names, *(column[row : row + 1] for column in inputs[1:]))
    scores, week = score_all(one, model), int(one.weeks[0])
    probability = float(scores.probability[0])
    return RiskScore(
        enrolment=int(one.enrolments[0]),
        model=model.version,
        week=week,
        probability=probability,
        score=round(100 * probability),
        base=float(scores.base[0]),
        parts={family: float(part) for family, part in zip(Family, scores.parts[0], strict=True)},
        reasons=_reasons(one, model.phase_at(week)),
        gaps=gaps_of(one),
    )


def gaps_of(one: Inputs) -> tuple[Family, ...]:
    """Return the families of which the student's whole section shows nothing yet (R122)."""
    known = {
        signal.family
        for at, signal in enumerate(SIGNALS)
        if signal.scale is not Scale.SHARE and not np.isnan(one.raw_medians[0, at])
    }
    return tuple(family for family in Family if family not in known)


def _reasons(one: Inputs, phase: Phase) -> tuple[Reason, ...]:
    above = contributions(one.values, phase)[0] - contributions(one.medians, phase)[0]
    ranked = sorted(zip(above, SIGNALS, one.raw[0], one.raw_medians[0], strict=True), key=lambda each: -each[0])
    return tuple(
        Reason(
            signal=signal.name,
            family=signal.family,
            weight=float(weight),
            seen=_known(seen),
            section_median=_known(median),
            text=explain_reason(signal, _known(seen), _known(median)),
        )
        for weight, signal, seen, median in ranked[:REASONS]
        if weight > _NOTABLE
    )


def explain_reason(signal: Signal, seen: float | None, median: float | None) -> str:
    """Word one reason: what was seen, and the section's median (S139); a fact is its own words."""
    if seen and signal.name in FACTS:
        return signal.words
    shown = "not known" if seen is None else _number(signal, seen)
    beside = "no median in the section" if median is None else f"section median {_number(signal, median)}"
    return f"{signal.words}: {shown}; {beside}"


def _number(signal: Signal, value: float) -> str:
    return f"{value:.0%}" if signal.name in SHARES else f"{round(value, 1):g}"


def _known(value: np.float64) -> float | None:
    return None if isnan(value) else float(value)


def _rows_by_phase(
    inputs: Inputs, model: RiskModel
) -> "list[tuple[Phase, np.ndarray[tuple[int, ...], np.dtype[np.intp]]]]":
    weeks = np.unique(inputs.weeks)
    return [(model.phase_at(int(week)), np.flatnonzero(inputs.weeks == week)) for week in weeks]
