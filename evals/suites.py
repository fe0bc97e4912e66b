"""Evaluation suites: each measures one piece of the work against thresholds, on data that is named, never assumed.

A suite whose data is not there says ``skipped`` with the reason; it neither passes nor fails.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict


class Suite(NamedTuple):
    """One suite: the module whose ``run`` measures it, what it measures in one line, and what ``run`` is given."""

    module: str
    about: str
    takes: tuple[str, ...] = ()


SUITES: dict[str, Suite] = {
    "drop": Suite("evals.drop.suite", "What leaving a class means, on dated cases computed by hand."),
    "early_alert": Suite(
        "evals.early_alert.suite",
        "Early alert on a term that the model never saw: ranking, calibration, replay, fairness.",
        ("data", "test"),
    ),
    "grades": Suite(
        "evals.grades.measuring",
        "Wrong marks among real ones, and every hard rule of grade passback.",
        ("data",),
    ),
}


class Threshold(TypedDict, total=False):
    """The bounds of one metric."""

    at_least: float
    at_most: float


class EvalReport(TypedDict):
    """What ``provost eval --json`` writes; ``passed`` is empty and ``skipped`` says why where nothing was measured.

    ``wrong`` names the cases that came out otherwise than expected, where a suite has cases.
    """

    suite: str
    n: int
    metrics: Mapping[str, float]
    thresholds: Mapping[str, Threshold]
    passed: bool | None
    model: str
    seed: int
    skipped: NotRequired[str]
    wrong: NotRequired[Mapping[str, list[str]]]


def run_suite(name: str, data: Path | None = None, test: str = "2014B") -> EvalReport:
    """Run one suite by name: ``data`` is the folder of records and ``test`` the term in it, where the suite asks."""
    suite, given = SUITES[name], {"data": data, "test": test}
    report: EvalReport = importlib.import_module(suite.module).run(**{key: given[key] for key in suite.takes})
    return report


def floors(**least: float) -> dict[str, Threshold]:
    """Return thresholds that are all floors."""
    return {name: Threshold(at_least=value) for name, value in least.items()}


def shortfalls(metrics: Mapping[str, float], thresholds: Mapping[str, Threshold]) -> list[str]:
    """Return the metrics outside their bounds, or not measured, in order."""
    return [name for name, bounds in thresholds.items() if not _within(metrics.get(name), bounds)]


def _within(value: float | None, bounds: Threshold) -> bool:
    if value is None:
        return False
    return bounds.get("at_least", value) <= value <= bounds.get("at_most", value)
