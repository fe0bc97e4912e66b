"""The doctor on the screen: one line for each part, and under what must be fixed its next step."""

from rich.console import Console
from rich.markup import escape

from service.doctor import Check, Examination, Mark
from service.screens.words import counted, plain_table


def print_examination(found: Examination, console: Console | None = None) -> None:
    """Print the table of parts and, in one sentence, what follows from it."""
    out = console or Console()
    table = plain_table()
    table.add_column("part", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("seen, and the next step", overflow="fold")
    for check in found.checks:
        table.add_row(check.part, check.mark.value, _words(check))
    out.print(table)
    wrong = sum(check.mark is Mark.FIX for check in found.checks)
    out.print(f"{counted(wrong, 'part')} to fix before the next run." if wrong else "Nothing has to be fixed.")


def _words(check: Check) -> str:
    fix = f"\nNext step: {check.fix}" if check.fix and check.mark is not Mark.OK else ""
    return escape(check.seen + fix)
