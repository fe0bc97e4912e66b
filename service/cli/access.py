"""``provost access``: who may see what, as the access file says and as it comes out for one person."""

import sys
from pathlib import Path

import click

from domain.principals import Role

_FILE = click.option(
    "--file", "file", type=click.Path(exists=True, path_type=Path), help="Access file; else the one in force."
)


@click.group(help="Check or show the access file, or explain what it says in one case.")
def command() -> None:
    """Look into who may see what."""


def _access_file(given: Path | None) -> Path:
    from graphs.settings import load_settings

    return given or load_settings().access_file


@command.command("check", help="List every unknown field and contradiction; exit 1 where there is one.")
@_FILE
def check(file: Path | None) -> None:
    """Check the access file."""
    from privacy.access import check_access_file
    from service.cli import FAILED

    path = _access_file(file)
    faults = check_access_file(path)
    for fault in faults:
        click.echo(f"{fault.key}: {fault.message} Next step: {fault.fix}")
    if faults:
        sys.exit(FAILED)
    click.echo(f"{path}: no fault found.")


@command.command("show", help="Say which role may see which fields of whom, rule by rule.")
@click.option("--role", type=click.Choice([role.value for role in Role if role is not Role.UNKNOWN]), help="One role.")
@_FILE
def show(role: str | None, file: Path | None) -> None:
    """Print one line per rule."""
    from privacy.access import load_access_rules
    from privacy.access.words import explain_rules

    for line in explain_rules(load_access_rules(_access_file(file)), Role(role) if role else None):
        click.echo(line)


@command.command("explain", help="Say whether PRINCIPAL may see FIELD of PERSON (SIS id or record handle), and why.")
@click.argument("principal")
@click.argument("field")
@click.argument("person")
@click.option("--purpose", default="advising", show_default=True, help="What the look would be for.")
@click.option("--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token.")
def explain(principal: str, field: str, person: str, purpose: str, token_file: Path | None) -> None:
    """Explain one case to a registrar; relationships are asked of the SIS, and the question is recorded."""
    from domain.access import Action
    from privacy.access import Question
    from privacy.access.words import explain_decision
    from service.cli.session import caller, handle_of, open_to_act, principal_named

    with open_to_act() as provost:
        who = caller(provost, token_file)
        provost.require_registrar(who, "ask who may see what")
        reader, handle = principal_named(provost, principal), handle_of(provost, person)
        asked = Question(reader=reader, fields=(field,), people=frozenset({handle}), purpose=purpose)
        decision = provost.access.explain(asked).of(handle, field)
        provost.ledger.record_reads(
            who.id, agent="cli", purpose="access explained", run="", what="relationship", people=[handle]
        )
    if decision is not None:
        click.echo(explain_decision(field, Action.SEE, decision))
