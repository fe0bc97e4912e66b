"""``provost rollback RUN``: undo what a run changed, through the same gate, and say what cannot be undone."""

import sys
from pathlib import Path

import click

from domain.errors import InvalidRecord
from domain.ids import RunId


@click.command(
    help="Undo what RUN changed, where it can be undone; the next reconcile leaves those records alone for a while."
)
@click.argument("run")
@click.option("--reason", required=True, help="Why, for the ledger and the suppression.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(run: str, reason: str, token_file: Path | None) -> None:
    """Plan the inverse changes, apply them and print what happened."""
    from service.cli import FAILED, WAITING
    from service.cli.session import caller, open_to_act
    from service.screens.rollback import rollback_lines

    with open_to_act() as provost:
        who = caller(provost, token_file)
        if provost.runs.read(RunId(run)) is None:
            raise InvalidRecord(f"There is no run {run}.", field="RUN", fix="List the last runs with provost report.")
        report = provost.rollback(RunId(run), who, reason=reason)
    for line in rollback_lines(report):
        click.echo(line)
    if report.held:
        sys.exit(WAITING)
    if report.outcomes.unverified or report.outcomes.refused or report.outcomes.uncertain:
        sys.exit(FAILED)
