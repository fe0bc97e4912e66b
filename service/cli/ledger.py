"""``provost ledger``: prove that the record of what was done is whole, and hand out what it says of one student."""

import sys
from pathlib import Path

import click

from domain.errors import ConfigurationError
from domain.ids import RecordHandle, SisPersonId


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


@command.command("export", help="Write the entries about one student or one run as JSON lines (R25, R26).")
@click.option("--student", help="SIS id or record handle of the student.")
@click.option("--run", help="Run id.")
@click.option("--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token.")
def export(student: str | None, run: str | None, token_file: Path | None) -> None:
    """Print the entries; the look itself is recorded."""
    from service.cli.session import caller, open_to_act
    from service.screens.words import counted

    if bool(student) == bool(run):
        raise ConfigurationError(
            "Name one student or one run.", field="--student, --run", fix="Give exactly one of them."
        )
    with open_to_act() as provost:
        who = caller(provost, token_file)
        provost.require_registrar(who, "export the ledger")
        person = _handle(provost.identities, student) if student else None
        lines = list(provost.ledger.export(person=person, run=run))
        people = [person] if person else []
        provost.ledger.record_reads(
            who.id, agent="cli", purpose="ledger export", run=run or "", what="ledger entries", people=people
        )
    for line in lines:
        click.echo(line)
    click.echo(f"{counted(len(lines), 'entry', 'entries')}.", err=True)


def _handle(identities: object, student: str) -> RecordHandle:
    if student.startswith("per_"):
        return RecordHandle(student)
    from domain.ports import IdentityResolver

    resolver: IdentityResolver = identities  # type: ignore[assignment]
    return resolver.handles([SisPersonId(student)])[SisPersonId(student)]
