"""The plots of the insights report: grade distribution and lifts, without a display (Agg)."""

from pathlib import Path

from agents.insights import Insights
from agents.insights.findings import Numbers

_MOST_LIFTS = 12


def plot_grades(table: Numbers, file: Path) -> Path:
    """Draw the shown numbers of a table; a hidden one has no bar and says so."""
    from matplotlib.figure import Figure

    rows = list(table.rows)
    figure = Figure(figsize=(6, 3.5), dpi=100)
    axes = figure.add_subplot()
    axes.bar(rows, [table.rows[row] or 0 for row in rows], color="#4c72b0")
    for place, row in enumerate(rows):
        if table.rows[row] is None:
            axes.annotate("hidden", (place, 0), ha="center", va="bottom", color="grey")
    axes.set_ylabel("students")
    axes.set_title(table.title)
    figure.autofmt_xdate(rotation=20)
    figure.tight_layout()
    figure.savefig(file, metadata={"Software": None})
    return file


def plot_lifts(found: Insights, file: Path) -> Path:
    """Draw the clearest comparisons with their intervals; those that stand are dark."""
    from matplotlib.figure import Figure

    rows = sorted(found.lifts, key=lambda one: (one.p, one.resource))[:_MOST_LIFTS][::-1]
    figure = Figure(figsize=(7, 1 + 0.4 * len(rows)), dpi=100)
    axes = figure.add_subplot()
    for place, one in enumerate(rows):
        color = "#1b3a6b" if one.stands else "#a9b8cf"
        axes.plot([one.low, one.high], [place, place], color=color, linewidth=2)
        axes.plot([one.points], [place], marker="o", color=color)
    axes.axvline(0, color="grey", linewidth=1)
    axes.set_yticks(range(len(rows)), [f"{one.course}: {one.title}".replace("$", r"\$") for one in rows])
    axes.set_xlabel("points above students who did not open it")
    figure.tight_layout()
    figure.savefig(file, metadata={"Software": None})
    return file
