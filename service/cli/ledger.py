"""``provost ledger``: prove that the record of what was done is whole, and hand out what it says of one student."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.errors import ConfigurationError
from domain.principals import Principal

if TYPE_CHECKING:
    from graphs.assembly import Provost


@click.group(help="Verify or export the ledger.")
def command() -> None:
    """Look into the ledger."""


@command.command(
    "verify", help="Check every entry and signed checkpoint; exit 1 and name the first bad entry where one is."
)
@click.option("--checkpoints", type=click.Path(exists=True, path_type=Path), help="Folder of the outside checkpoints.")
def verify(checkpoints: Path | None) -> None:
    """Walk the chain and say what is proven."""
    from service.cli import FAILED
    from service.cli.session import open_provost
    from service.screens.words import counted

    with open_provost() as provost:
        found = provost.ledger.verify(checkpoints)
    if not found.ok:
        click.echo(f"The ledger does not verify. First bad entry: {found.first_bad}. {found.reason}")
        click.echo("Next step: keep the database as it is, restore a copy elsewhere and compare from that entry on.")
        sys.exit(FAILED)
    proven = f"up to entry {found.last_checkpoint}" if found.last_checkpoint else "by no outside checkpoint yet"
    click.echo(
        f"{counted(found.entries, 'entry', 'entries')} verified; proven {proven}; {found.after_checkpoint} after it."
    )


@command.command("export", help="Write what is on record about one student or one run as JSON lines (R25, R26).")
@click.option("--student", help="SIS id or record handle of the student.")
@click.option("--run", help="Run id.")
@click.option("--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token.")
def export(student: str | None, run: str | None, token_file: Path | None) -> None:
    """Print the lines; the look itself is recorded."""
    from service.cli.session import caller, open_to_act
    from service.screens.words import counted

    if bool(student) == bool(run):
        raise ConfigurationError(
            "Name one student or one run.", field="--student, --run", fix="Give exactly one of them."
        )
    with open_to_act() as provost:
        who = caller(provost, token_file)
        lines = _of_student(provost, who, student) if student else _of_run(provost, who, str(run))
    for line in lines:
        click.echo(line)
    click.echo(f"{counted(len(lines), 'line', 'lines')}.", err=True)


def _of_run(provost: "Provost", who: Principal, run: str) -> list[str]:
    provost.require_registrar(who, "export the ledger")
    lines = list(provost.ledger.export(run=run))
    provost.ledger.record_reads(who.id, agent="cli", purpose="ledger export", run=run, what="ledger entries", people=[])
    return lines


def _of_student(provost: "Provost", who: Principal, student: str) -> list[str]:
    """Return who looked at a student and what is held about them, as far as the caller may have it (R25, R26)."""
    from graphs.desks.student_file import export_student
    from service.cli.session import handle_of

    return export_student(provost, who, handle_of(provost, student))
