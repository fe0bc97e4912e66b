"""``provost prune``: remove what finished runs and ended conversations left behind; the ledger stays."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from graphs.retention import PruneReport
    from graphs.settings import Settings
    from service.engine import WorkQueue


@click.command(
    help="Remove what runs that ended long ago and conversations that are over left; the ledger is never touched."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(dry_run: bool, token_file: Path | None) -> None:
    """Count, put on record, remove."""
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost, ExitStack() as closing:
        who = caller(provost, token_file)
        work = _queue(provost.settings, closing)
        report = provost.prune(who, work, dry_run=dry_run)
    click.echo(_word(report))


def _queue(settings: "Settings", closing: ExitStack) -> "WorkQueue | None":
    """Open the engine's queue; none where no worker has ever run on this SQLite installation."""
    from service.engine import WorkQueue, engine_url

    if settings.database.startswith("sqlite") and not (settings.home / "engine.db").exists():
        return None
    queue = WorkQueue(engine_url(settings.database, settings.home))
    closing.callback(queue.close)
    return queue


def _word(report: "PruneReport") -> str:
    from service.screens.words import counted

    verb = "would be removed" if report.dry_run else "removed"
    parts = [
        counted(report.threads, "finished run's checkpoints", "finished runs' checkpoints"),
        counted(report.engine, "engine row"),
        counted(report.leases, "lease"),
        counted(report.staging, "staging folder"),
    ]
    talks = counted(report.conversations, "conversation that nobody can open", "conversations that nobody can open")
    after = " Run it again without --dry-run to remove them." if report.dry_run else ""
    ended = f"Of runs that ended before {report.before:%Y-%m-%d %H:%M} UTC: {', '.join(parts)} {verb}."
    return f"{ended} {talks} {verb}.{after}"
