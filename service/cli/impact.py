"""``provost impact``: before and after as one table, from the last runs and the last evaluation (S195)."""

import json
from pathlib import Path

import click


@click.command(help="Show before and after: the last runs beside the same work by hand, and ours beside a naive way.")
@click.option("--minutes-by-hand", type=click.FloatRange(min=0), help="Minutes one mismatch takes by hand here.")
@click.option("--evals", "folder", type=click.Path(path_type=Path), help="Folder of evaluation runs.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the lines to this file.")
def command(minutes_by_hand: float | None, folder: Path | None, json_file: Path | None) -> None:
    """Compare; nothing is measured anew, and what nobody measured stays empty."""
    from evals.harness.shown import compared_with_naive
    from graphs.desks.before_after import BeforeAfter, compare_runs
    from graphs.desks.impact import measure_impact
    from service.cli.session import open_provost
    from service.screens.eval_run import runs_folder
    from service.screens.impact import print_before_after

    with open_provost() as provost:
        lines = list(compare_runs(measure_impact(provost, limit=10), minutes_by_hand))
    for one in compared_with_naive(folder or runs_folder()):
        lines.append(
            BeforeAfter(
                what=f"{one.what}, beside a naive way",
                before=f"{one.naive:,.4g}",
                after=f"{one.ours:,.4g}",
                source=one.run,
            )
        )
    print_before_after(lines)
    if json_file:
        text = json.dumps([line.model_dump(mode="json") for line in lines], indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")
