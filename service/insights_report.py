"""The insights as a Markdown page with plots beside it, for a meeting (S110)."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from agents.insights import Adoption, Engagement, Insights, Lift
from agents.insights.findings import CONFOUNDERS, Numbers
from agents.insights.lifting import MOST_FALSE

PAGE, GRADES, LIFTS = "insights.md", "grades.png", "lifts.png"
HIDDEN = "hidden"
_SHOWN = 15


def write_insights(found: Insights, folder: Path) -> tuple[Path, ...]:
    """Write the page, and the plots where matplotlib is installed; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = _draw(found, folder) if find_spec("matplotlib") else ()
    page = folder / PAGE
    page.write_text("\n".join(_page(found, [plot.name for plot in plots])) + "\n", encoding="utf-8")
    return (page, *plots)


def _draw(found: Insights, folder: Path) -> tuple[Path, ...]:
    from service.insights_plots import plot_grades, plot_lifts

    drawn = []
    if found.chart is not None:
        drawn.append(plot_grades(found.chart, folder / GRADES))
    if found.lifts:
        drawn.append(plot_lifts(found, folder / LIFTS))
    return tuple(drawn)


def _page(found: Insights, plots: list[str]) -> Iterator[str]:
    yield from (f"# Insights: {found.asked}, term {found.term}", "")
    yield from (
        f"{found.classes} classes were read. Numbers about fewer than {found.smallest} students are hidden.",
        "",
    )
    yield from _lifts(found)
    yield from _quiet(found)
    yield from ("## Who offers what", "", *_adoption(found.adoption), "")
    for table in found.numbers:
        yield from (f"## {table.title}", "", *_numbers(table), "")
    yield from (f"![{name.removesuffix('.png')}]({name})\n" for name in plots)
    if found.left_out:
        yield from ("## Left out", "", *(f"- {one}" for one in found.left_out))


def _lifts(found: Insights) -> Iterator[str]:
    yield from ("## What goes with higher grades", "", f"{summary(found)} {CONFOUNDERS}", "")
    if found.lifts:
        yield "| class | resource | students | points | 95 % interval | chance | share of false | stands |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_lift(one) for one in sorted(found.lifts, key=lambda one: (one.p, one.resource))[:_SHOWN])
        yield ""
    yield from (f"- {one.next_step}" for one in found.found)
    yield ""


def summary(found: Insights) -> str:
    """Say how many comparisons there were and how many stand, so that nobody counts the hits only."""
    return (
        f"{len(found.found)} of {found.compared} comparisons stand with at most {MOST_FALSE:.0%} false among them; "
        f"{found.too_small} more could not be made, as one side had fewer than {found.smallest} students."
    )


def _lift(one: Lift) -> str:
    cells = (
        f"{one.course} {one.section}",
        one.title.replace("|", "/"),
        str(one.n),
        f"{one.points:+.1f}",
        f"{one.low:+.1f} to {one.high:+.1f}",
        f"{one.p:.4f}",
        f"{one.q:.3f}",
        "yes" if one.stands else "no",
    )
    return f"| {' | '.join(cells)} |"


def _quiet(found: Insights) -> Iterator[str]:
    yield from ("## Little used of much", "")
    yield from (f"- {quiet_words(one)} {one.next_step}" for one in found.quiet)
    if not found.quiet:
        yield f"None of the {len(found.engagement)} classes that are large enough."
    yield ""


def quiet_words(one: Engagement) -> str:
    """Word one quiet class."""
    return (
        f"{one.course} {one.section}: {one.resources} resources, {one.views_a_week:.1f} views per student and week "
        f"({one.low:.1f} to {one.high:.1f}, {one.n} students)."
    )


def _adoption(rows: tuple[Adoption, ...]) -> Iterator[str]:
    yield from ("| department | kind | classes | offer it | opened by most |", "|---|---|---|---|---|")
    for row in rows:
        opened = HIDDEN if row.opened_by_most is None else str(row.opened_by_most)
        yield f"| {row.department} | {row.kind.value} | {row.classes} | {row.offering} | {opened} |"


def _numbers(table: Numbers) -> Iterator[str]:
    if table.hidden_because:
        yield f"Hidden: {table.hidden_because}"
        return
    yield from ("| | students |", "|---|---|")
    yield from (f"| {row} | {HIDDEN if value is None else value} |" for row, value in table.rows.items())
