"""``provost backup``: copy the installation while it works, for a time after it is gone."""

from pathlib import Path

import click


@click.command(
    help="Copy databases, ledger checkpoints, reports and files into TARGET, a new folder or a .tar.gz. "
    "Keys are copied apart, and only with --keys."
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help="Copy the keys into this new folder, apart from TARGET.")
def command(target: Path, keys: Path | None) -> None:
    """Take the backup; it is in the ledger before it is taken."""
    from service.backup import take_backup
    from service.cli.session import open_provost

    with open_provost() as provost:
        taken = take_backup(provost, target, keys)
    apart = (
        f" The keys are in {keys}; keep them apart." if taken.keys else " The keys are not in it; back them up apart."
    )
    click.echo(f"Wrote {target}: {taken.files} files, up to ledger entry {taken.entries}.{apart}")
