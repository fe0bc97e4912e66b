"""Shows things in a notebook: a table, and a sentence whose numbers were worked out in the cell above it."""

from collections.abc import Iterable, Sequence
from html import escape

_LEFT, _RIGHT = "text-align:left;vertical-align:top", "text-align:right;vertical-align:top"


class Shown:
    """A table as a notebook draws it; texts are escaped, numbers stand to the right, an empty head is left out."""

    def __init__(self, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self.head, self.rows = tuple(head), [tuple(row) for row in rows]

    def _repr_html_(self) -> str:
        right = [bool(self.rows) and all(_is_number(row[at]) for row in self.rows) for at in range(len(self.head))]
        head = [_line("th", self.head, right)] if any(self.head) else []
        lines = [*head, *(_line("td", row, right) for row in self.rows)]
        return "<table>\n" + "\n".join(lines) + "\n</table>"

    def __repr__(self) -> str:
        """Return the table as plain text, for a terminal."""
        return "\n".join(" | ".join(_worded(cell) for cell in row) for row in (self.head, *self.rows))


class Said(str):
    """A sentence in Markdown, such as ``Said(f"{count} differences were found.")`` at the end of a cell."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        """Return the sentence itself, for a terminal."""
        return str(self)


def _line(tag: str, cells: Sequence[object], right: Sequence[bool]) -> str:
    made = [
        f'<{tag} style="{_RIGHT if to_right else _LEFT}">{escape(_worded(cell))}</{tag}>'
        for cell, to_right in zip(cells, right, strict=True)
    ]
    return f"<tr>{''.join(made)}</tr>"


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _worded(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
