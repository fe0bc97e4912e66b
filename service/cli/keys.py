"""``provost keys``: the sealing keys of this installation; old ones stay readable after a rotation."""

from pathlib import Path

import click


@click.group(help="Rotate the keys that seal personal data at rest.")
def command() -> None:
    """Keep the key ring."""


@command.command("rotate", help="Make a new sealing key; what was sealed before stays readable under the old ones.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def rotate(token_file: Path | None) -> None:
    """Put the rotation on record and make the key."""
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        key = provost.rotate_keys(caller(provost, token_file))
    click.echo(
        f"New values are sealed under {key}. Restart the workers so that they use it too, and keep the old key files: "
        "what they sealed opens with nothing else. Copy the key folder to its backup."
    )
