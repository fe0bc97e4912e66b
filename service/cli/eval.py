"""``provost eval SUITE``: measures one piece of the work, or all of it, against its thresholds.

What a run came to is kept under ``--out``, so that the next one can be compared with it and a broken one resumed.
"""

import json
from pathlib import Path
from typing import Any

import click

from evals.harness.results import OFFLINE, Asked
from evals.suites import SUITES, EvalReport, Threshold, shortfalls

ALL = "all"


@click.command(
    help="Measure SUITE, or all of them, against the thresholds: "
    + "; ".join(f"{name}: {suite.about}" for name, suite in SUITES.items())
)
@click.argument("suite", type=click.Choice([ALL, *sorted(SUITES)]))
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the records.")
@click.option("--test", default="2014B", show_default=True, help="Presentation to test on; never one of the training.")
@click.option("--sections", is_flag=True, help="With grades: measure single sections too, by their size.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML to this file.")
@click.option("--html", type=click.Path(path_type=Path), help="Write one page with plots to this file.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of runs; evals under the home of the settings.")
@click.option("--seeds", default=1, show_default=True, type=click.IntRange(1, 50), help="Times each case is tried.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that work at once.")
@click.option("--fast", is_flag=True, help="Only the slice that the tests run.")
@click.option("--resume", is_flag=True, help="Go on with the newest run that was broken off.")
@click.option("--with-model", is_flag=True, help="Try the model of the settings beside the offline one.")
@click.option("--baseline", default="", help="Compare with the run that was given this name.")
@click.option("--save-baseline", default="", help="Give this run a name to compare later ones with.")
def command(suite: str, json_file: Path | None, out: Path | None, **more: Any) -> None:  # noqa: ANN401 click's options
    """Run and print the figures; exit 1 where a threshold is missed. What lacks its data says skipped and counts so."""
    from service.screens.eval_run import carry_out

    asked = Asked(more["data"], more["test"], more["seeds"], more["fast"], OFFLINE, more["sections"])
    names = sorted(SUITES) if suite == ALL else [suite]
    report = carry_out(names, asked, out, more)
    if json_file:
        content: Any = _without_cases(report) if suite == ALL else _without_cases(report)["suites"][0]
        json_file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    short = [line for each in report["suites"] for line in print_report(each)]
    if suite == ALL:
        click.echo(f"{len(names)} suites, {report['skipped']} skipped, {report['recorded']['seconds']:,.0f} seconds.")
    if short:
        raise click.ClickException(f"Outside the thresholds: {', '.join(short)}.")


def print_report(report: EvalReport) -> list[str]:
    """Print one line per figure, with its bound and whether it holds; return those that are missed."""
    if "skipped" in report:
        click.echo(f"eval {report['suite']}: skipped, {report['skipped']}.")
        return []
    click.echo(f"eval {report['suite']}: {report['n']:,} measured, model {report['model']}, seed {report['seed']}")
    missed = shortfalls(report["metrics"], report["thresholds"])
    naive = report.get("baseline", {})
    for name, value in report["metrics"].items():
        bound = _worded(report["thresholds"].get(name, Threshold()))
        beside = f"naive {naive[name]:,.4g}" if name in naive else ""
        click.echo(f"  {name:42} {value:>10,.4g}  {bound:18}{'missed' if name in missed else beside}".rstrip())
    for case, ways in report.get("wrong", {}).items():
        click.echo(f"  wrong: {case}: {'; '.join(ways)}")
    return [*missed, *(line for beside in report.get("beside", []) for line in print_report(beside))]


def _worded(bounds: Threshold) -> str:
    if "at_least" in bounds:
        return f"at least {bounds['at_least']:g}"
    return f"at most {bounds['at_most']:g}" if "at_most" in bounds else ""


def _without_cases(report: Any) -> Any:  # noqa: ANN401 JSON
    """Return the report without the single cases, which the run's folder and the JUnit file hold."""
    if isinstance(report, dict):
        return {key: _without_cases(value) for key, value in report.items() if key != "cases"}
    return [_without_cases(each) for each in report] if isinstance(report, list) else report
