"""``provost report``: where mismatches arise, what the last runs did and how fast, and what is wrong with the data."""

import json
from pathlib import Path

import click


@click.command(
    help="Show where mismatches arise, what the last runs did and how fast, and what is wrong with the data."
)
@click.option("--runs", "limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Runs to look at.")
@click.option("--departments", is_flag=True, help="Ask the SIS for its timetable and name the departments.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the report to this file.")
def command(limit: int, departments: bool, json_file: Path | None) -> None:
    """Report on the last runs; it starts none."""
    from graphs.desks.impact import measure_impact
    from service.cli.session import open_provost
    from service.screens.impact import print_impact

    with open_provost() as provost:
        impact = measure_impact(provost, limit=limit, departments=departments)
    print_impact(impact)
    if json_file:
        text = json.dumps(impact.model_dump(mode="json"), indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")
