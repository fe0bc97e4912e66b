"""Small plots as inline SVG, so that a report is one file that needs no network and no script."""

from collections.abc import Mapping, Sequence
from html import escape

from evals.suites import EvalReport

_WIDTH, _ROW, _LABEL = 640, 22, 250
_SPAN = _WIDTH - _LABEL - 60
_PLOTTED = 24


def bars(report: EvalReport, last: Mapping[str, float]) -> str:
    """Draw the figures of a suite that are shares: ours as a bar, the naive way and the last run as marks on it."""
    names = shares_of(report)
    if not names:
        return ""
    rows = [_bar(report, last, name, row) for row, name in enumerate(names)]
    height = _ROW * len(names) + 8
    title = f"Figures of {escape(report['suite'])} between 0 and 1"
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{title}">{"".join(rows)}</svg>'


def shares_of(report: EvalReport) -> list[str]:
    """Return the figures that are plotted: those with bounds first, shares only."""
    metrics = report["metrics"]
    ordered = [*(name for name in report["thresholds"] if name in metrics), *metrics]
    return [name for name in dict.fromkeys(ordered) if 0 <= metrics[name] <= 1][:_PLOTTED]


def _bar(report: EvalReport, last: Mapping[str, float], name: str, row: int) -> str:
    value, top = report["metrics"][name], row * _ROW + 4
    bounds = report["thresholds"].get(name, {})
    label = f'<text x="{_LABEL - 8}" y="{top + 12}" text-anchor="end">{escape(name)}</text>'
    bar = f'<rect class="ours" x="{_LABEL}" y="{top}" width="{_at(value) - _LABEL:.1f}" height="14"/>'
    number = f'<text x="{_LABEL + _SPAN + 6}" y="{top + 12}">{value:.3f}</text>'
    marks = [
        _mark("bound", next(iter(bounds.values()), None), top),
        _mark("naive", report.get("baseline", {}).get(name), top),
        _mark("last", last.get(name), top),
    ]
    return label + bar + number + "".join(marks)


def _mark(kind: str, value: object, top: int) -> str:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        return ""
    at = f"{_at(float(value)):.1f}"
    line = f'<line class="{kind}" x1="{at}" x2="{at}" y1="{top - 2}" y2="{top + 16}">'
    return f"{line}<title>{kind} {value:.4g}</title></line>"


def _at(value: float) -> float:
    return _LABEL + value * _SPAN


def course_of(values: Sequence[float]) -> str:
    """Draw how one figure went from run to run, oldest first."""
    if len(values) < 2:  # noqa: PLR2004 a line needs two points
        return ""
    low, high = min(values), max(values)
    reach = (high - low) or 1.0
    step = 118 / (len(values) - 1)
    points = " ".join(f"{1 + at * step:.1f},{25 - 22 * (value - low) / reach:.1f}" for at, value in enumerate(values))
    label = f"from {values[0]:.4g} to {values[-1]:.4g}"
    line = f'<polyline points="{points}"/>'
    return f'<svg class="course" viewBox="0 0 120 28" role="img" aria-label="{label}">{line}</svg>'
