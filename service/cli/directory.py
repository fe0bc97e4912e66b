"""``provost directory``: whom the privacy boundary can find in text; refreshed from SIS and LMS, named to nobody."""

from pathlib import Path

import click


@click.group(help="Keep the directory of people by which identifiers are found in text (S229).")
def command() -> None:
    """Keep the directory."""


@command.command("refresh", help="Read who exists from SIS and LMS and bring the directory up to date.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def refresh(token_file: Path | None) -> None:
    """Refresh, and say what changed; nobody is named."""
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        principal = caller(provost, token_file)
        provost.require_registrar(principal, "read who exists")
        report = provost.refresh_directory(principal.id)
    changed = f"{report.changed:,} new or changed, {report.removed:,} taken out"
    click.echo(f"The directory knows {report.people:,} people: {changed}.")
    if not report.complete:
        click.echo("Not everything came, so nobody was taken out; provost doctor says what stands in the way.")


@command.command("status", help="Say when the directory was last refreshed and how many people it knows.")
def status() -> None:
    """Show the state; a directory that is missing or too old is a failure, as no text may leave then."""
    from service.cli.session import open_provost

    with open_provost() as provost:
        state = provost.boundary.directory.state
        provost.boundary.directory.version()
    if state is not None:
        whole = "" if state.complete else " Not everything came then."
        click.echo(f"Refreshed {state.refreshed_at:%Y-%m-%d %H:%M} UTC; {state.people:,} people.{whole}")
