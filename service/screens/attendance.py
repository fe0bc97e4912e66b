"""What ``provost attendance`` shows: the counts, the file with its hash, and how long it took (S217)."""

from collections.abc import Mapping

import click

from graphs.desks.attendance_file import Copied
from graphs.reports import RunReport
from store.canonical import JSON

_SHOWN = 10


def print_attendance(report: RunReport, shown: Mapping[str, JSON], copied: Copied | None) -> None:
    """Print what the run came to."""
    for finding in report.findings[:_SHOWN]:
        click.echo(f"{finding.code} {finding.subject}: {finding.message} {finding.fix}".strip())
    if len(report.findings) > _SHOWN:
        click.echo(f"{len(report.findings) - _SHOWN} more findings are in the file that --json writes.")
    for what, count in report.counts.items():
        click.echo(f"{count:8,}  {what}")
    if shown["stopped"]:
        click.echo("Nothing was reported: the list of who sits in which class was not whole (R70).")
        return
    if shown["file"]:
        click.echo(f"{shown['lines']} lines in {shown['file']}")
        click.echo(f"SHA-256 {shown['sha256']}, on record.")
    if copied:
        click.echo(f"Copied to {copied.path}, SHA-256 {copied.sha256}.")
    click.echo(f"Took {report.seconds:.1f} seconds.")
