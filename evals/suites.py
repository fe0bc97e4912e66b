"""Evaluation suites: each measures one piece of the work against thresholds, on data that is named, never assumed.

A suite whose data is not there says ``skipped`` with the reason; it neither passes nor fails.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

SUITES = {"early_alert": "Early alert on a term that the model never saw: ranking, calibration, replay, fairness."}


class Threshold(TypedDict, total=False):
    """The bounds of one metric."""

    at_least: float
    at_most: float


class EvalReport(TypedDict):
    """What ``provost eval --json`` writes; ``passed`` is empty and ``skipped`` says why where nothing was measured."""

    suite: str
    n: int
    metrics: Mapping[str, float]
    thresholds: Mapping[str, Threshold]
    passed: bool | None
    model: str
    seed: int
    skipped: NotRequired[str]


def run_suite(name: str, data: Path | None, test: str) -> EvalReport:
    """Run one suite by name on a folder of records and a term in it."""
    report: EvalReport = importlib.import_module(f"evals.{name}.suite").run(data, test)
    return report


def shortfalls(metrics: Mapping[str, float], thresholds: Mapping[str, Threshold]) -> list[str]:
    """Return the metrics outside their bounds, or not measured, in order."""
    return [name for name, bounds in thresholds.items() if not _within(metrics.get(name), bounds)]


def _within(value: float | None, bounds: Threshold) -> bool:
    if value is None:
        return False
    return bounds.get("at_least", value) <= value <= bounds.get("at_most", value)
