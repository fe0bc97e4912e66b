"""What ``provost insights`` shows: what stands, what is quiet, and how much was looked at."""

import click

from agents.insights import Insights
from agents.insights.findings import CONFOUNDERS
from service.insights_report import HIDDEN, quiet_words, summary

_SHOWN = 10


def print_insights(found: Insights) -> None:
    """Print the findings, then the tables."""
    click.echo(f"{found.asked}, term {found.term}: {found.classes} classes.")
    click.echo(summary(found))
    for one in found.found[:_SHOWN]:
        click.echo(
            f"  {one.course} {one.section}, {one.title}: {one.points:+.1f} points ({one.low:+.1f} to {one.high:+.1f}), "
            f"{one.n} students, chance {one.p:.4f}, adjusted for {one.adjusted.value}."
        )
        click.echo(f"    {one.next_step}")
    if found.lifts:
        click.echo(CONFOUNDERS)
    for row in found.quiet[:_SHOWN]:
        click.echo(f"  Little used: {quiet_words(row)}\n    {row.next_step}")
    for table in found.numbers:
        click.echo(table.title + (f": {HIDDEN}. {table.hidden_because}" if table.hidden_because else ":"))
        for name, value in table.rows.items():
            click.echo(f"  {HIDDEN if value is None else value:>8}  {name}")
    if found.left_out:
        click.echo(f"{len(found.left_out)} readings were left out; --json and --report name them.")
