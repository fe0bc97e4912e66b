"""How numbers and tables are worded, so that one change is not one changes and 80 columns suffice."""

from rich import box
from rich.table import Table


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, in the plural where there is not exactly one."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def plain_table(title: str = "") -> Table:
    """Return a table without side lines, which fits a terminal of 80 columns and pastes well into a mail."""
    return Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
