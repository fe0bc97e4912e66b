"""``provost reconcile TERM``: compare a term and bring the LMS into line, as far as the policy allows."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.ids import TermCode

if TYPE_CHECKING:
    from graphs.reports import RunReport


@click.command(help="Compare TERM in SIS and LMS and bring the LMS into line, as far as the policy allows.")
@click.argument("term")
@click.option(
    "--dry-run", is_flag=True, help="Go the whole way but write nothing (the same code, the effects swapped)."
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the discrepancies to this file.")
@click.option("--limit", default=20, show_default=True, help="Discrepancies to show on screen.")
def command(term: str, dry_run: bool, json_file: Path | None, limit: int) -> None:
    """Run the nightly reconcile now."""
    from service.cli import CLEAN, FAILED, WAITING
    from service.cli.session import open_to_act
    from service.screens.progress import stage_progress
    from service.screens.run_report import print_run

    with open_to_act() as provost, stage_progress() as sink:
        report = provost.reconcile(TermCode(term), dry_run=dry_run, progress=sink)
    print_run(report, limit=limit)
    if json_file:
        json_file.write_text(json.dumps(discrepancy_file(report), indent=2) + "\n", encoding="utf-8")
        click.echo(f"{len(report.discrepancies)} discrepancies written to {json_file}.")
    sys.exit({"clean": CLEAN, "waiting": WAITING}.get(report.state.value, FAILED))


def discrepancy_file(report: "RunReport") -> dict[str, object]:
    """Return the published form of a run's discrepancies (S251): docs/schema/discrepancies.schema.json."""
    from agents.roster.report import DiscrepancyFile

    file = DiscrepancyFile(
        run_id=report.run_id,
        term=TermCode(report.term),
        generated_at=report.ended_at,
        stopped=report.state.value == "stopped",
        counts=dict(sorted(report.counts.items())),
        discrepancies=report.discrepancies,
        findings=report.findings,
        plan_hash=report.plan_hash,
        state=report.state.value,
    )
    return file.model_dump(mode="json")
