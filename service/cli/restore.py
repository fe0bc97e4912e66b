"""``provost restore``: put a backup back where no installation is, and verify its ledger."""

from pathlib import Path

import click


@click.command(help="Put the backup SOURCE back in the place the settings describe, which must be empty.")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--keys", type=click.Path(exists=True, path_type=Path), help="Folder with the keys that were kept apart.")
def command(source: Path, keys: Path | None) -> None:
    """Restore, verify, and say what to do next; exit 1 where the ledger does not verify."""
    from graphs.settings import load_settings
    from service.backup import restore_backup

    found = restore_backup(load_settings(), source, keys)
    click.echo(f"Restored the backup of {found.manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    if not found.ok:
        raise click.ClickException(f"The ledger does not verify: {found.reason} Start nothing with it.")
    click.echo(f"The ledger is whole: {found.entries} entries, {found.after_checkpoint} since the last checkpoint.")
    click.echo("Next: provost doctor, then provost reconcile TERM --dry-run to see what happened since.")
