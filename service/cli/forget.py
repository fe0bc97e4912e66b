"""``provost forget HANDLE``: make what is kept about a person unreadable, and record that and why (E18)."""

from pathlib import Path

import click

from domain.ids import RecordHandle


@click.command(
    help="Forget the person behind HANDLE: erase their key and the link to their SIS ids. It cannot be undone."
)
@click.argument("handle")
@click.option("--reason", required=True, help="Why, for the ledger, such as the request it answers; no names.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(handle: str, reason: str, token_file: Path | None) -> None:
    """Erase, and say where it is on record."""
    from service.cli.session import caller, open_to_act
    from service.screens.words import counted

    with open_to_act() as provost:
        report = provost.forget(RecordHandle(handle), caller(provost, token_file), reason=reason)
    click.echo(
        f"{handle} is forgotten with {counted(report.ids, 'SIS id')}; ledger entry {report.ledger_entry} says so. "
        "Backups are not reached: apply your rule for them."
    )
