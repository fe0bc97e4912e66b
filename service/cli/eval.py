"""``provost eval SUITE``: measures one piece of the work against its thresholds, on records that are named."""

import json
from pathlib import Path

import click

from evals.suites import SUITES, EvalReport, Threshold, run_suite, shortfalls


@click.command(
    help="Measure SUITE against its thresholds: "
    + "; ".join(f"{name}: {suite.about}" for name, suite in SUITES.items())
)
@click.argument("suite", type=click.Choice(sorted(SUITES)))
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the records.")
@click.option("--test", default="2014B", show_default=True, help="Presentation to test on; never one of the training.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
def command(suite: str, data: Path | None, test: str, json_file: Path | None) -> None:
    """Run one suite and print its figures; exit 1 where a threshold is missed. Without data it says skipped."""
    report = run_suite(suite, data, test)
    if json_file:
        json_file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if "skipped" in report:
        click.echo(f"eval {suite}: skipped, {report['skipped']}.")
        return
    print_report(report)
    short = shortfalls(report["metrics"], report["thresholds"])
    if short:
        raise click.ClickException(f"Outside the thresholds: {', '.join(short)}.")


def print_report(report: EvalReport) -> None:
    """Print one line per figure, with its bound and whether it holds."""
    click.echo(f"eval {report['suite']}: {report['n']:,} measured, model {report['model']}, seed {report['seed']}")
    missed = set(shortfalls(report["metrics"], report["thresholds"]))
    for name, value in report["metrics"].items():
        bound = _worded(report["thresholds"].get(name, Threshold()))
        click.echo(f"  {name:42} {value:>10,.4g}  {bound:18}{'missed' if name in missed else ''}".rstrip())


def _worded(bounds: Threshold) -> str:
    if "at_least" in bounds:
        return f"at least {bounds['at_least']:g}"
    return f"at most {bounds['at_most']:g}" if "at_most" in bounds else ""
