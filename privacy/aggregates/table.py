"""A table of counts with its margins, as a flow: each row and column conserves what goes through it.

::

    row total ──▶ row ──▶ cells ──▶ column ──▶ column total
        ▲                                          │
        └──────────────── grand total ◀────────────┘

Every number of the table is one edge of this circulation. What a reader can work out about a hidden number is then
exactly how far its edge can be pushed up or down while the shown edges keep theirs.
"""

from collections.abc import Mapping
from typing import NamedTuple

from domain.errors import InternalError

Place = tuple[str, str]
"""Row and column of a number; ``TOTAL`` stands for all of them."""
TOTAL = "all"


class Cell(NamedTuple):
    """One number as an edge from ``tail`` to ``head``; a reader knows that it lies from ``floor`` to ``ceiling``."""

    place: Place
    tail: str
    head: str
    value: int
    ceiling: int | None = None
    floor: int = 0


class CountTable(NamedTuple):
    """Counts by row and column; with one column it is a plain list with its total."""

    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, counts: Mapping[Place, int]) -> "CountTable":
        """Build the table with margins; a missing combination counts zero.

        Raises InternalError for an empty table, a negative count, or a row or column called ``all``.
        """
        rows = list(dict.fromkeys(row for row, _ in counts))
        columns = list(dict.fromkeys(column for _, column in counts))
        if TOTAL in (*rows, *columns) or min(counts.values(), default=-1) < 0:
            what = "A table of counts is empty, holds a negative count, or has a row or column called all."
            raise InternalError(what, field="counts")
        whole = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
        if len(columns) == 1:
            return cls(_list_edges(whole))
        return cls(_table_edges(whole, rows, columns))

    def bounded(self, bounds: Mapping[Place, tuple[int, int]]) -> "CountTable":
        """Return the table with what a reader knows of some numbers: between which two they lie."""
        return CountTable(
            tuple(
                cell._replace(floor=bounds[cell.place][0], ceiling=bounds[cell.place][1])
                if cell.place in bounds
                else cell
                for cell in self.cells
            )
        )

    @property
    def values(self) -> dict[Place, int]:
        """The number at each place, margins included."""
        return {cell.place: cell.value for cell in self.cells}


def _list_edges(counts: Mapping[Place, int]) -> tuple[Cell, ...]:
    inner = [Cell(place, "list", "sum", value) for place, value in counts.items()]
    return (*inner, Cell((TOTAL, next(iter(counts))[1]), "sum", "list", sum(counts.values())))


def _table_edges(counts: Mapping[Place, int], rows: list[str], columns: list[str]) -> tuple[Cell, ...]:
    inner = [Cell(place, f"row {place[0]}", f"column {place[1]}", value) for place, value in counts.items()]
    by_row = {row: sum(counts[row, column] for column in columns) for row in rows}
    by_column = {column: sum(counts[row, column] for row in rows) for column in columns}
    totals = [Cell((row, TOTAL), "rows", f"row {row}", number) for row, number in by_row.items()]
    totals += [Cell((TOTAL, column), f"column {column}", "columns", number) for column, number in by_column.items()]
    return (*inner, *totals, Cell((TOTAL, TOTAL), "columns", "rows", sum(by_row.values())))
