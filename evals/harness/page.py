"""A run as one HTML page: a line for each suite, its figures beside the naive way, the last run and a named one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.harness.keeping import RunReport, figures_of
from evals.harness.plots import bars, course_of
from evals.suites import SUITES, EvalReport, shortfalls

_COURSE = 20
_PAGE = Path(__file__).with_name("page.html.j2")


def write_page(
    report: RunReport,
    file: Path,
    *,
    earlier: Sequence[RunReport] = (),
    baseline: RunReport | None = None,
    name: str = "",
) -> None:
    """Write the page; ``earlier`` are finished runs, oldest first; each suite is compared with the last one."""
    from jinja2 import Environment, StrictUndefined

    paper = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = paper.from_string(_PAGE.read_text(encoding="utf-8"))
    last, named = _last_of(earlier, fast=report["recorded"]["fast"]), figures_of(baseline)
    every = [each for suite in report["suites"] for each in (suite, *suite.get("beside", []))]
    suites = [_suite(each, last.get(each["suite"], {}), named.get(each["suite"], {}), earlier) for each in every]
    shown = {key: report[key] for key in ("passed", "skipped", "recorded")}
    file.write_text(page.render(suites=suites, baseline_name=name, **shown), encoding="utf-8")


def _last_of(earlier: Sequence[RunReport], *, fast: bool) -> dict[str, Mapping[str, float]]:
    """Return the figures of each suite in the newest earlier run of the same size that measured it."""
    found: dict[str, Mapping[str, float]] = {}
    for run in earlier:
        if run["recorded"]["fast"] is fast:
            found |= {name: figures for name, figures in figures_of(run).items() if figures}
    return found


def headline_of(report: EvalReport) -> str:
    """Return the name of the figure that stands for a suite: the first that has a bound."""
    return next(iter(report["thresholds"]), next(iter(report["metrics"]), ""))


def _suite(
    report: EvalReport, last: Mapping[str, float], named: Mapping[str, float], earlier: Sequence[RunReport]
) -> dict[str, Any]:
    head = headline_of(report)
    runs = [figures_of(run).get(report["suite"], {}).get(head) for run in earlier[-_COURSE:]]
    course = [value for value in (*runs, report["metrics"].get(head)) if value is not None]
    return {
        **{key: report.get(key) for key in ("suite", "model", "n", "usage", "wrong")},
        "id": f"{report['suite']}-{report['model']}".replace(" ", "-"),
        "about": SUITES[report["suite"]].about,
        "skipped": report.get("skipped", ""),
        "mark": "skipped" if "skipped" in report else "held" if report["passed"] else "missed",
        "said": "skipped" if "skipped" in report else "passed" if report["passed"] else "missed",
        "headline": f"{head} {_said(report['metrics'].get(head))}",
        "naive": _said(report.get("baseline", {}).get(head)),
        "last": _said(last.get(head)),
        "named": _said(named.get(head)),
        "course": course_of(course),
        "plot": bars(report, last),
        "figures": [_figure(report, name, last, named) for name in report["metrics"]],
    }


def _figure(report: EvalReport, name: str, last: Mapping[str, float], named: Mapping[str, float]) -> dict[str, Any]:
    bounds = report["thresholds"].get(name, {})
    return {
        "name": name,
        "ours": _said(report["metrics"][name]),
        "bound": ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in dict(bounds).items()),
        "naive": _said(report.get("baseline", {}).get(name)),
        "last": _said(last.get(name)),
        "named": _said(named.get(name)),
        "missed": name in shortfalls(report["metrics"], report["thresholds"]),
    }


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}"
