"""``provost policy``: find what contradicts itself in the policy file, and say what it does with an action."""

import sys
from pathlib import Path

import click


@click.group(help="Check the policy file or explain what it says.")
def command() -> None:
    """Look into the policy."""


def _policy_file(given: Path | None) -> Path:
    from graphs.settings import load_settings

    return given or load_settings().policy_file


_FILE = click.option(
    "--file", "file", type=click.Path(exists=True, path_type=Path), help="Policy file; else the one in force."
)


@command.command("check", help="List every unknown key and contradiction; exit 1 where there is one.")
@_FILE
def check(file: Path | None) -> None:
    """Check the policy file."""
    from governance.policy_file import check_policy
    from service.cli import FAILED

    path = _policy_file(file)
    faults = check_policy(path)
    for fault in faults:
        click.echo(f"{fault.key}: {fault.message} Next step: {fault.fix}")
    if faults:
        sys.exit(FAILED)
    click.echo(f"{path}: no fault found.")


@command.command("explain", help="Say how far ACTION of DOMAIN may go, who approves it and within which limits.")
@click.argument("domain")
@click.argument("action")
@click.option("--topic", default="any other topic", help="Topic of the change, where rules differ by it.")
@_FILE
def explain(domain: str, action: str, topic: str, file: Path | None) -> None:
    """Explain one action, such as ``roster enrol``."""
    from governance.explanation import explain_policy
    from governance.policy_file import load_policy

    click.echo(explain_policy(load_policy(_policy_file(file)), domain, action, topic))
