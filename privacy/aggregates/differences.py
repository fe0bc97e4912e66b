"""Tells whether answers taken together say something about fewer people than any of them does (R29).

Subtracting one answer from another is a linear combination, and so is every cleverer scheme. People who were counted
alike in every answer form one block. Whatever combination leaves nothing but small blocks is what a reader could work
out about few people; the combinations that do are found by elimination, and of those the ones about fewest people.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from domain.ids import RecordHandle

Group = frozenset[RecordHandle]
_PRIME = (1 << 61) - 1
"""Elimination is done modulo a prime, where nothing is rounded."""
_EVERY_SUM = 10
"""Up to so many independent findings every sum of them is looked at; of more, every pair."""

_Row = dict[int, int]


def tells_of_few(answers: Sequence[Group], smallest: int) -> bool:
    """Tell whether the answers together give a number about at least one and fewer than ``smallest`` people."""
    blocks = _blocks(answers)
    sizes = [size for _, size in blocks]
    within = [held for held, _ in blocks]
    rows = [{number: 1 for number, held in enumerate(within) if held >> each & 1} for each in range(len(answers))]
    large = sum(size >= smallest for size in sizes)
    found = [row for row in _reduce([row for row in rows if row]) if min(row) >= large]
    return any(sum(sizes[number] for number in row) < smallest for row in _sums(found))


def _blocks(answers: Sequence[Group]) -> list[tuple[int, int]]:
    """Return the people who were counted alike, as which answers held them and how many they are; largest first."""
    within: dict[RecordHandle, int] = defaultdict(int)
    for number, answer in enumerate(answers):
        for person in answer:
            within[person] |= 1 << number
    sizes: dict[int, int] = defaultdict(int)
    for held in within.values():
        sizes[held] += 1
    return sorted(sizes.items(), key=lambda block: (-block[1], block[0]))


def _reduce(rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows in reduced echelon form, columns in order."""
    pivots: dict[int, _Row] = {}
    for row in rows:
        rest = dict(row)
        for column in sorted(pivots.keys() & rest.keys()):
            if column in rest:
                _subtract(rest, pivots[column], rest[column])
        if rest:
            lead = min(rest)
            inverse = pow(rest[lead], -1, _PRIME)
            rest = {column: value * inverse % _PRIME for column, value in rest.items()}
            for other in pivots.values():
                if lead in other:
                    _subtract(other, rest, other[lead])
            pivots[lead] = rest
    return list(pivots.values())


def _subtract(row: _Row, other: _Row, times: int) -> None:
    """Take a multiple of another row off, in place."""
    for column, value in other.items():
        left = (row.get(column, 0) - times * value) % _PRIME
        if left:
            row[column] = left
        else:
            row.pop(column, None)


def _sums(found: Sequence[_Row]) -> Iterator[_Row]:
    """Yield the findings, their sums, and the differences of two."""
    yield from found
    most = len(found) if len(found) <= _EVERY_SUM else 2
    for count in range(2, most + 1):
        for chosen in combinations(found, count):
            yield _combined(chosen, 1)
    for pair in combinations(found, 2):
        yield _combined(pair, -1)


def _combined(chosen: Sequence[_Row], sign: int) -> _Row:
    whole = dict(chosen[0])
    for other in chosen[1:]:
        _subtract(whole, other, -sign)
    return whole
