"""``provost eval SUITE``: how well it works, on records that you name, with the floors beside what was measured."""

import json
from pathlib import Path

import click

from evals.suites import SUITES, SuiteReport, run_suite


@click.group(help="Measure how well it works, with the floors beside what was measured.")
def command() -> None:
    """Run one suite."""


def _suite_command(name: str, about: str) -> click.Command:
    @click.command(name, help=f"{about} Exit 1 where a floor is missed; without data the suite is skipped.")
    @click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the records.")
    @click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the report to this file.")
    def run(data: Path | None, json_file: Path | None) -> None:
        report = run_suite(name, data)
        if json_file:
            json_file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        _print(report)
        if report["passed"] is False:
            raise click.ClickException(f"{name} misses a floor. Compare with docs/{name}.md before the next release.")

    return run


def _print(report: SuiteReport) -> None:
    if "skipped" in report:
        click.echo(f"{report['suite']}: skipped. {report['skipped']}")
        return
    click.echo(f"{report['suite']}: {report['n']:,} measured, model {report['model']}, seed {report['seed']}.")
    for metric, value in report["metrics"].items():
        floor = report["thresholds"].get(metric)
        beside = "" if floor is None else f"   floor {floor:g}{'' if value >= floor else ', missed'}"
        click.echo(f"  {metric:<34} {value:8.3f}{beside}")


for _name, _suite in sorted(SUITES.items()):
    command.add_command(_suite_command(_name, _suite.about))
