"""The suites of ``provost eval``, by name: where each is, and what it measures."""

import importlib
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict


class Suite(NamedTuple):
    """One suite: the module whose ``run`` measures it, and what it measures in one line."""

    module: str
    about: str


SUITES: dict[str, Suite] = {
    "grades": Suite("evals.grades.measuring", "Wrong marks among real ones, and every hard rule of grade passback."),
}


class SuiteReport(TypedDict):
    """What ``provost eval --json`` writes; ``skipped`` says why data were missing; ``passed`` is then None."""

    suite: str
    n: int
    metrics: dict[str, float]
    thresholds: dict[str, float]
    passed: bool | None
    model: str
    seed: int
    skipped: NotRequired[str]


def run_suite(name: str, data: Path | None) -> SuiteReport:
    """Run one suite by name; ``data`` is the folder of the records it needs, None where there is none."""
    report: SuiteReport = importlib.import_module(SUITES[name].module).run(data)
    return report


def skipped_report(name: str, why: str, seed: int) -> SuiteReport:
    """Return the report of a suite whose data are missing: nothing was measured, so nothing has passed."""
    return SuiteReport(suite=name, n=0, metrics={}, thresholds={}, passed=None, model="none", seed=seed, skipped=why)


def reaches(metrics: dict[str, float], thresholds: dict[str, float]) -> bool:
    """Tell whether every threshold is reached; all are floors."""
    return all(metrics[name] >= floor for name, floor in thresholds.items())
