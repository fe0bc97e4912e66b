"""What a scrub replaced, as a table: where, by which code, found by what and why; never the text itself."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from service.screens.words import counted

if TYPE_CHECKING:
    from privacy.scrub.replacing import Coded


def print_replaced(coded: "Coded", console: Console | None = None) -> None:
    """Print one row for each replaced stretch, line and column counted from 1."""
    out = console or Console(stderr=True)
    table = Table("where", "length", "what", "facet", "why", "recognizer", "score")
    for each in coded.replaced:
        line, column = _place(coded.searched, each.start)
        length, score = str(each.end - each.start), f"{each.hit.score:.2f}"
        table.add_row(
            f"{line}:{column}",
            length,
            each.code.label,
            each.hit.facet.value,
            each.hit.reason,
            each.hit.recognizer,
            score,
        )
    if coded.replaced:
        out.print(table)
    out.print(f"{counted(len(coded.replaced), 'stretch', 'stretches')} replaced.")


def _place(text: str, start: int) -> tuple[int, int]:
    before = text[:start]
    return before.count("\n") + 1, start - before.rfind("\n")
