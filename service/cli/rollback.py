"""``provost rollback RUN``: undo what a run changed, through the same gate, and say what cannot be undone."""

import sys
from pathlib import Path

import click

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
    from service.cli.session import caller, open_provost

    with open_provost() as provost:
        report = provost.rollback(RunId(run), caller(provost, token_file), reason=reason)
    done = report.outcomes
    click.echo(
        f"Rollback {report.run_id} of {report.of}: {done.verified} changes undone and verified, "
        f"{done.unverified} not verified, {done.refused + done.conflicts} refused. "
        f"{report.suppressions} records are left alone by later runs."
    )
    for subject in report.irreversible:
        click.echo(f"Cannot be undone: {subject}.")
    for subject in report.moved:
        click.echo(f"Changed since by someone else, left as it is: {subject}.")
    if report.held:
        click.echo(f"{len(report.held)} plans wait for a person: `provost approvals list`.")
        sys.exit(WAITING)
    if done.unverified or done.refused or done.uncertain:
        sys.exit(FAILED)
