"""Changes of grade that were asked for, on the screen of somebody who may see the grades."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape

from domain.ids import RecordHandle
from graphs.grade_changes import ChangeAsked
from graphs.reports import RunReport, RunState
from service.cli import CLEAN, FAILED, WAITING
from service.screens.run_report import print_findings
from service.screens.words import counted, plain_table


def print_asked(report: RunReport, console: Console | None = None) -> int:
    """Say whether the request reached the registrar; returns the command's exit code."""
    out = console or Console()
    if report.state is RunState.WAITING:
        out.print("The request is kept; its ticket waits for approval: provost approvals list")
        return WAITING
    if report.tickets:
        out.print("The registrar has a ticket and decides. Nothing was written.")
        return CLEAN
    print_findings(report, 20, out)
    out.print("The request is kept, but no ticket was made. Tell the registrar, who sees it in provost grades changes.")
    return FAILED


def print_changes(
    changes: Sequence[ChangeAsked], names: Mapping[RecordHandle, str], console: Console | None = None
) -> None:
    """Print one line for each request: student, grade on record, grade asked for, why, by whom."""
    out = console or Console()
    if not changes:
        out.print("No change of grade was asked for.")
        return
    table = plain_table(f"{counted(len(changes), 'change')} of grade asked for")
    for title in ("student", "on record", "asked for", "why", "by", "on"):
        table.add_column(title)
    for one in changes:
        name = escape(names.get(one.person, one.person))
        table.add_row(name, one.held or "none", one.letter, escape(one.reason), one.by, f"{one.at:%Y-%m-%d}")
    out.print(table)
