"""The suite of early alert: the figures of a term the model never saw, beside their thresholds (ALERTS.md section 6).

The thresholds hold for a model trained on 2013B and 2013J and tested on 2014B; they were set before it was measured.
"""

from importlib.util import find_spec
from pathlib import Path

from agents.early_alert.model import RiskModel, load_model
from evals.early_alert.measured import AUDITED_WEEKS, Measured, measure
from evals.early_alert.oulad import missing_files
from evals.early_alert.training import SEED
from evals.suites import EvalReport, Threshold, shortfalls, skipped_report, thresholds_of

SUITE = "early_alert"
_AREA = "auc_week_"


def thresholds() -> dict[str, Threshold]:
    """Return the bounds of every metric that has some, from the gate."""
    return thresholds_of(SUITE)


AREA_FLOORS = {
    int(name.removeprefix(_AREA)): bounds["at_least"] for name, bounds in thresholds().items() if name.startswith(_AREA)
}
"""The least area under the curve, by week."""


def run(data: Path | None, test: str) -> EvalReport:
    """Measure the model in use on a term; skipped, with the reason, where the records or scikit-learn are missing."""
    reason = why_skipped(data)
    if data is None or reason:
        return skipped(reason)
    model = load_model()
    return report_of(measure(data, model, test), model)


def why_skipped(data: Path | None) -> str:
    """Say what is missing for the suite; empty where it can run."""
    if data is None:
        return "no folder of OULAD records was named; use --data"
    missing = missing_files(data)
    if missing:
        return f"the folder named holds no {missing[0]}"
    return "" if find_spec("sklearn") else "scikit-learn is not installed; install the extra named train"


def skipped(reason: str) -> EvalReport:
    """Return the report of a suite that did not run."""
    return skipped_report(SUITE, reason, SEED)


def report_of(measured: Measured, model: RiskModel) -> EvalReport:
    """Lay the figures out beside their bounds."""
    metrics, bounds = {name: round(value, 4) for name, value in metrics_of(measured).items()}, thresholds()
    return EvalReport(
        suite=SUITE,
        n=measured.weeks[0].students,
        metrics=metrics,
        thresholds=bounds,
        passed=not shortfalls(metrics, bounds),
        model=model.version,
        seed=model.seed,
        baseline={
            name.replace("fewest_clicks", "replay"): value
            for name, value in metrics.items()
            if name.startswith("fewest_clicks_")
        },
    )


def metrics_of(measured: Measured) -> dict[str, float]:
    """Return every figure by name."""
    found: dict[str, float] = {}
    for week in measured.weeks:
        found[f"students_week_{week.week}"] = week.students
        found[f"auc_week_{week.week}"] = week.area
        found[f"challenger_auc_week_{week.week}"] = week.challenger
        found[f"behind_challenger_week_{week.week}"] = week.challenger - week.area
        found[f"calibration_error_week_{week.week}"] = week.error
    for audited in AUDITED_WEEKS:
        mine = [each for each in measured.groups if each.week == audited]
        found[f"false_positive_gap_week_{audited}"] = max(each.false_positive_gap for each in mine)
        found |= {f"false_positive_gap_{each.attribute}_week_{audited}": each.false_positive_gap for each in mine}
        found |= {f"found_gap_{each.attribute}_week_{audited}": each.found_gap for each in mine}
    sides = {"replay": measured.ours, "replay_with_guards": measured.quietly, "fewest_clicks": measured.fewest_clicks}
    for name, side in sides.items():
        found |= {f"{name}_{figure}": value for figure, value in side._asdict().items()}
    return found
