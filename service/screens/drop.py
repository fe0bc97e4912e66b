"""Statements of drops on the screen; names stand here and nowhere else."""

from collections.abc import Sequence

import click

from agents.drop import explain_impact
from graphs.desks.drops import Shown
from service.screens.words import counted


def print_statement(shown: Shown) -> None:
    """Print whose statement it is, every figure with its row and source, and the texts it may be read with."""
    row, kept = shown.row, shown.kept
    click.echo(f"Statement of run {row.run}, made {row.made_at:%Y-%m-%d %H:%M} UTC, for {shown.who or row.person}.")
    click.echo(explain_impact(shown.statement))
    for text in kept.citations:
        place = ", ".join(part for part in (text.title, text.section, text.version, text.url) if part)
        click.echo(f"Read with: {place}")
    click.echo(f"Reference: {kept.reference}")


def print_statements(found: Sequence[Shown]) -> None:
    """Print one line per statement, newest first."""
    for shown in found:
        said = shown.statement
        day = said.campus_day.isoformat() if said.campus_day else "no date"
        click.echo(f"{shown.row.run}  {said.kind.value}  {said.standing.value}  {said.course} {said.section}  {day}")
        click.echo(f"    {shown.who or shown.row.person}")
    click.echo(f"{counted(len(found), 'statement')}. Show one whole with provost drop show RUN.")
