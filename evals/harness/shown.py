"""What the last recorded run showed: the figure that a phase asks for, and naive beside ours for the impact table.

A figure is named ``SUITE.FIGURE``, such as ``roster.resolved``. A fast slice shows nothing, nor does a suite that was
skipped.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from domain.errors import PolicyDenied
from evals.harness.keeping import RunReport, finished_runs
from evals.suites import SUITES, EvalReport

_COMPARED = {
    "roster": ("recall", "precision", "resolved", "wrong_changes"),
    "drop": ("right",),
    "grades": ("recall_at_1pct",),
    "early_alert": ("replay_precision", "replay_recall"),
    "privacy": ("leaks",),
    "approval": ("wrong_writes",),
}


class Shown(NamedTuple):
    """A figure with the run it stands in."""

    value: Decimal
    run: str


class Compared(NamedTuple):
    """One figure: the naive way's and ours."""

    what: str
    naive: float
    ours: float
    run: str


def is_figure(metric: str) -> bool:
    """Tell whether a metric of the policy names a figure of a suite."""
    return metric.partition(".")[0] in SUITES and "." in metric


def last_shown(out: Path, metric: str) -> Shown:
    """Return the figure as the last whole run that measured it has it; PolicyDenied where none has (S237)."""
    suite, _, figure = metric.partition(".")
    for run, report in _newest_first(out, suite):
        if figure in report["metrics"]:
            return Shown(Decimal(str(report["metrics"][figure])), run["recorded"]["run"])
    fix = f"Run provost eval {suite if suite in SUITES else 'all'}, or give --shown and --shown-in."
    raise PolicyDenied(f"No recorded run shows {metric}.", field="metric", fix=fix)


def compared_with_naive(out: Path) -> Iterator[Compared]:
    """Yield, by suite, what a naive way scores and what ours does, from the last whole run of each."""
    for suite, figures in _COMPARED.items():
        run, report = next(_newest_first(out, suite), (None, None))
        if run is None or report is None:
            continue
        for figure in figures:
            naive = report.get("baseline", {}).get(figure)
            if naive is not None and figure in report["metrics"]:
                name = f"{suite}, {figure.replace('_', ' ')}"
                yield Compared(name, float(naive), float(report["metrics"][figure]), run["recorded"]["run"])


def _newest_first(out: Path, suite: str) -> Iterator[tuple[RunReport, EvalReport]]:
    for run in reversed(list(finished_runs(out))):
        if not run["recorded"]["fast"]:
            yield from ((run, each) for each in run["suites"] if each["suite"] == suite and "skipped" not in each)
