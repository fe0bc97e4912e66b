"""What ``provost path`` shows: each recommendation with its reason, where it is, and what it rests on."""

import click

from agents.paths import LearningPath


def print_path(path: LearningPath) -> None:
    """Print the path in order."""
    for number, one in enumerate(path.recommendations, start=1):
        place = f" in {one.module}" if one.module else ""
        click.echo(f"{number}. {one.title} ({one.kind.value}{place})")
        click.echo(f"   {one.reason} [{one.rule}: {one.evidence}]")
        click.echo(f"   {one.url}")
    if not path.recommendations:
        click.echo("The class offers nothing published that answers a need that is known.")
    if path.not_known:
        click.echo(f"Not known, or not open to you: {', '.join(path.not_known)}.")
    for citation in path.citations:
        click.echo(f"See also: {citation}")
