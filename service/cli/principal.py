"""``provost principal``: who may act, with which roles; the token is shown once."""

from pathlib import Path

import click

from domain.ids import PrincipalId, SisPersonId
from domain.principals import PrincipalKind, Role


@click.group(help="Add or revoke someone who may act.")
def command() -> None:
    """Keep the list of principals."""


@command.command("add", help="Add PRINCIPAL, or renew its token; the token is printed once and not kept.")
@click.argument("principal")
@click.option("--kind", type=click.Choice([kind.value for kind in PrincipalKind]), default="person", show_default=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option(
    "--scope", "scopes", multiple=True, help="domain:action that a program is limited to; department:CODE of a chair."
)
@click.option("--person", help="SIS id of the person, so that relationships can be looked up.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="Write the token here (mode 0600), not to the screen."
)
def add(
    principal: str,
    kind: str,
    roles: tuple[str, ...],
    scopes: tuple[str, ...],
    person: str | None,
    token_file: Path | None,
) -> None:
    """Record a principal and hand out its token."""
    from service.cli.session import open_provost

    with open_provost() as provost:
        handle = provost.identities.handles([SisPersonId(person)])[SisPersonId(person)] if person else None
        token = provost.principals.add(
            PrincipalId(principal), PrincipalKind(kind), [Role(role) for role in roles], list(scopes), person=handle
        )
    if token_file is None:
        click.echo(token)
        return
    token_file.touch(mode=0o600)
    token_file.write_text(token + "\n", encoding="utf-8")
    click.echo(f"{principal} added; the token is in {token_file}.")


@command.command("revoke", help="Take every token of PRINCIPAL out of force at once.")
@click.argument("principal")
def revoke(principal: str) -> None:
    """Revoke a principal."""
    from service.cli.session import open_provost

    with open_provost() as provost:
        provost.principals.revoke(PrincipalId(principal))
    click.echo(f"{principal} is revoked.")


@command.command("list", help="List everyone who may act, with their roles.")
def list_() -> None:
    """Print one line for each principal."""
    from service.cli.session import open_provost

    with open_provost() as provost:
        everyone = provost.principals.list_all()
    for one in everyone:
        click.echo(f"{one.id}  {one.kind.value}  {', '.join(sorted(role.value for role in one.roles))}")
    click.echo(f"{len(everyone)} principals.", err=True)
