"""Hides small cells, and as many others as it takes that no small one can be worked out from the rest (R29).

A hidden small cell is safe where what is shown leaves it open by at least ``smallest``; then no sum of hidden cells
that can be worked out is about fewer people either. Every other hidden cell is safe where more than one value is
possible. Where nothing else helps, everything is hidden.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Mapping

from privacy.aggregates.reach import interval_of
from privacy.aggregates.table import Cell, CountTable, Place


def hide_cells(table: CountTable, smallest: int, *, small: Collection[Place] | None = None) -> frozenset[Place]:
    """Return the places whose numbers must not be shown; margins may be among them.

    ``small`` names the cells to protect where that is not simply each that counts fewer than ``smallest`` people.
    """
    sensitive = frozenset(small if small is not None else _small(table, smallest))
    hidden = {cell.place for cell in table.cells if cell.place in sensitive}
    # Hiding more only adds to the doubt, so a cell that is safe once stays safe.
    waiting = deque(cell for cell in table.cells if cell.place in hidden)
    while waiting and len(hidden) < len(table.cells):
        cell = waiting[0]
        if _is_safe(table, hidden, cell, _needed(cell, smallest) if cell.place in sensitive else 1):
            waiting.popleft()
            continue
        added = _cheapest_cycle(table, hidden, cell) or _neighbours(table, hidden, cell)
        hidden |= added
        waiting.extend(other for other in table.cells if other.place in added)
    return frozenset(hidden)


def _small(table: CountTable, smallest: int) -> frozenset[Place]:
    return frozenset(cell.place for cell in table.cells if cell.value < smallest)


def _is_safe(table: CountTable, hidden: set[Place], cell: Cell, needed: int) -> bool:
    """Tell whether what is shown leaves a hidden cell open by so much."""
    low, high = interval_of(cell, [other for other in table.cells if other.place in hidden], enough=needed)
    return high - low >= needed


def _needed(cell: Cell, smallest: int) -> int:
    """Return how wide the doubt about a small cell must be; no wider than what the reader knows of it anyway."""
    return smallest if cell.ceiling is None else min(smallest, cell.ceiling - cell.floor)


def _cheapest_cycle(table: CountTable, hidden: set[Place], weak: Cell) -> set[Place]:
    """Return the shown cells of the cheapest way around the weak one: those that count least, zeros never.

    Empty where the way is hidden already, or where there is none.
    """
    ways: Mapping[str, list[tuple[str, int, Cell]]] = _ways(table, hidden, weak)
    best: dict[str, int] = {weak.head: 0}
    came: dict[str, tuple[str, Cell]] = {}
    queue = [(0, weak.head)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == weak.tail:
            return _shown_on_way(came, weak, hidden)
        for other, step, cell in ways[node] if cost == best[node] else ():
            if cost + step < best.get(other, cost + step + 1):
                best[other], came[other] = cost + step, (node, cell)
                heapq.heappush(queue, (cost + step, other))
    return set()


def _ways(table: CountTable, hidden: set[Place], weak: Cell) -> Mapping[str, list[tuple[str, int, Cell]]]:
    ways: dict[str, list[tuple[str, int, Cell]]] = defaultdict(list)
    for cell in table.cells:
        if cell is not weak and (cell.value or cell.place in hidden):
            step = 0 if cell.place in hidden else cell.value + 1
            ways[cell.tail].append((cell.head, step, cell))
            ways[cell.head].append((cell.tail, step, cell))
    return ways


def _shown_on_way(came: Mapping[str, tuple[str, Cell]], weak: Cell, hidden: set[Place]) -> set[Place]:
    found, node = set[Place](), weak.tail
    while node != weak.head:
        node, cell = came[node]
        found |= {cell.place} - hidden
    return found


def _neighbours(table: CountTable, hidden: set[Place], weak: Cell) -> set[Place]:
    """Return the shown cell that counts least of those beside the weak one, else of all; zeros only at the end."""
    ends = {weak.tail, weak.head}
    shown = [cell for cell in table.cells if cell.place not in hidden]
    near = [cell for cell in shown if ends & {cell.tail, cell.head}]
    chosen = min(near or shown, key=lambda cell: (cell.value == 0, cell.value), default=None)
    return {chosen.place} if chosen else set()
