"""The figures of a risk score: how it ranks, whether it is calibrated, and whom a limited number of alerts reaches."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.early_alert.features import Array

BINS = 10


def area_under_curve(outcome: Array, risk: Array) -> float:
    """Return the area under the ROC curve from ranks; ties count half."""
    _, inverse, counts = np.unique(risk, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = float(outcome.sum())
    negatives = len(outcome) - positives
    return float((ranks[outcome > 0].sum() - positives * (positives + 1) / 2) / (positives * negatives))


class CalibrationBin(NamedTuple):
    """A tenth of the students by risk: the mean predicted and the share that came true."""

    predicted: float
    observed: float
    students: int


def calibration_bins(outcome: Array, risk: Array, bins: int = BINS) -> list[CalibrationBin]:
    """Split by risk into bins of equal mass."""
    order = np.argsort(risk, kind="stable")
    return [
        CalibrationBin(float(risk[part].mean()), float(outcome[part].mean()), len(part))
        for part in np.array_split(order, bins)
    ]


def calibration_error(outcome: Array, risk: Array, bins: int = BINS) -> float:
    """Return the expected calibration error over bins of equal mass."""
    found = calibration_bins(outcome, risk, bins)
    return sum(abs(each.predicted - each.observed) * each.students for each in found) / len(outcome)


def top_share(risk: Array, share: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Mark the share of the students with the highest risk."""
    marked = np.zeros(len(risk), dtype=bool)
    marked[np.argsort(-risk, kind="stable")[: round(share * len(risk))]] = True
    return marked


def paired_bootstrap(outcome: Array, ours: Array, theirs: Array, seed: int, rounds: int = 200) -> tuple[float, float]:
    """Return the 95% interval of the difference in area, ours less theirs, over students drawn anew together."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        drawn = random.integers(0, len(outcome), len(outcome))
        found.append(area_under_curve(outcome[drawn], ours[drawn]) - area_under_curve(outcome[drawn], theirs[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def group_rates(
    outcome: Array,
    flagged: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    groups: Sequence[str],
    smallest: int = 100,
) -> dict[str, tuple[float, float]]:
    """Return per group the share flagged of those who did well, and of those who did not; small groups are left out."""
    found, labels = {}, np.array(groups)
    for group in sorted(set(groups)):
        mine = labels == group
        well, badly = mine & (outcome == 0), mine & (outcome > 0)
        if min(well.sum(), badly.sum()) >= smallest:
            found[group] = (float(flagged[well].mean()), float(flagged[badly].mean()))
    return found
