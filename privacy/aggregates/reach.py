"""How far a hidden number can lie from the true one for all a reader can tell: the largest flow around it."""

from collections import deque
from collections.abc import Collection, Iterable

from privacy.aggregates.table import Cell

UNBOUNDED = 1 << 40
"""Stands for no upper limit: a hidden number may be as large as anything."""

_Residual = dict[str, dict[str, int]]


def interval_of(cell: Cell, hidden: Collection[Cell], *, enough: int) -> tuple[int, int]:
    """Return the least and greatest value that the shown numbers leave possible for a hidden one.

    Each side is searched no further than ``enough`` away from the true value. Counts are never negative, and a cell
    never exceeds its ceiling.
    """
    others = [other for other in hidden if other is not cell]
    room = enough if cell.ceiling is None else min(enough, cell.ceiling - cell.value)
    up = _push(_residual(others), cell.head, cell.tail, room)
    down = _push(_residual(others), cell.tail, cell.head, min(enough, cell.value - cell.floor))
    return cell.value - down, cell.value + up


def _residual(cells: Iterable[Cell]) -> _Residual:
    """Return how much more each way every hidden edge can take."""
    room: _Residual = {}
    for cell in cells:
        more = UNBOUNDED if cell.ceiling is None else cell.ceiling - cell.value
        ahead, back = room.setdefault(cell.tail, {}), room.setdefault(cell.head, {})
        ahead[cell.head] = ahead.get(cell.head, 0) + more
        back[cell.tail] = back.get(cell.tail, 0) + cell.value - cell.floor
    return room


def _push(room: _Residual, source: str, sink: str, wanted: int) -> int:
    """Return how much can flow from source to sink, at most ``wanted``; shortest paths first."""
    pushed = 0
    while pushed < wanted:
        path = _path(room, source, sink)
        if path is None:
            break
        amount = min(wanted - pushed, *(room[tail][head] for tail, head in path))
        for tail, head in path:
            room[tail][head] -= amount
            room[head][tail] = room[head].get(tail, 0) + amount
        pushed += amount
    return pushed


def _path(room: _Residual, source: str, sink: str) -> list[tuple[str, str]] | None:
    came: dict[str, str] = {source: source}
    queue = deque([source])
    while queue:
        node = queue.popleft()
        if node == sink:
            return _walk_back(came, source, sink)
        for head, left in room.get(node, {}).items():
            if left > 0 and head not in came:
                came[head] = node
                queue.append(head)
    return None


def _walk_back(came: dict[str, str], source: str, sink: str) -> list[tuple[str, str]]:
    path, node = [], sink
    while node != source:
        path.append((came[node], node))
        node = came[node]
    return path[::-1]
