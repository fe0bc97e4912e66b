"""R29: hidden cells stay hidden, whatever is worked out from the rest by elimination or by trying every table."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InternalError
from privacy.aggregates.rates import HIDDEN, show_percent, show_rates
from privacy.aggregates.suppression import hide_cells
from privacy.aggregates.table import TOTAL, CountTable, Place

SMALLEST = 10
ROWS, COLUMNS = ("r1", "r2", "r3", "r4", "r5"), ("c1", "c2", "c3", "c4")


@st.composite
def counts(draw: st.DrawFn, most: int = 60) -> dict[Place, int]:
    rows = ROWS[: draw(st.integers(1, 5))]
    columns = COLUMNS[: draw(st.integers(1, 4))]
    small = st.integers(0, most // 4) if draw(st.booleans()) else st.integers(0, most)
    return {place: draw(small) for place in product(rows, columns)}


def equations(table: CountTable) -> Iterator[dict[Place, int]]:
    """Each row and column adds up: what goes into a node comes out of it."""
    for node in {cell.tail for cell in table.cells}:
        yield {cell.place: (cell.head == node) - (cell.tail == node) for cell in table.cells}


def solved(table: CountTable, hidden: frozenset[Place]) -> set[Place]:
    """The hidden places that exact linear algebra gives away."""
    unknown = sorted(hidden)
    rows = [[Fraction(equation[place]) for place in unknown] for equation in equations(table)]
    reduced: list[list[Fraction]] = []
    for column in range(len(unknown)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        reduced = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in reduced] + [pivot]
    return {unknown[row.index(Fraction(1))] for row in reduced if sum(bool(value) for value in row) == 1}


@settings(max_examples=400, deadline=None)
@given(counts())
def test_r29_no_hidden_cell_is_recovered_by_linear_algebra(numbers: dict[Place, int]) -> None:
    table = CountTable.of(numbers)
    hidden = hide_cells(table, SMALLEST)
    assert {place for place, number in table.values.items() if number < SMALLEST} <= hidden
    assert solved(table, hidden) == set()


def tables_like(table: CountTable, hidden: frozenset[Place], most: int) -> Iterator[dict[Place, int]]:
    """Every table of two rows and columns with counts up to ``most`` that agrees with what is shown."""
    inner = [place for place in table.values if TOTAL not in place]
    shown = {place: number for place, number in table.values.items() if place not in hidden}
    for a, b, c, d in product(*(range(most + 1) if place in hidden else [table.values[place]] for place in inner)):
        margins = {("a", TOTAL): a + b, ("b", TOTAL): c + d, (TOTAL, "x"): a + c, (TOTAL, "y"): b + d}
        values = dict(zip(inner, (a, b, c, d), strict=True)) | margins | {(TOTAL, TOTAL): a + b + c + d}
        if shown.items() <= values.items():
            yield values


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries({place: st.integers(0, 5) for place in product(("a", "b"), ("x", "y"))}))
def test_r29_trying_every_table_leaves_small_cells_open(numbers: dict[Place, int]) -> None:
    """Threshold 3, so that every table there is can be tried."""
    table = CountTable.of(numbers)
    hidden = hide_cells(table, 3)
    possible: dict[Place, set[int]] = {place: set() for place in hidden}
    for values in tables_like(table, hidden, most=9):
        for place in hidden:
            possible[place].add(values[place])
    for place, found in possible.items():
        assert len(found) >= (4 if table.values[place] < 3 else 2), (place, hidden)


def test_r29_the_margins_alone_would_give_a_hidden_cell_away_and_do_not() -> None:
    numbers = {("a", "x"): 4, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60}
    table = CountTable.of(numbers)
    assert solved(table, frozenset({("a", "x")})) == {("a", "x")}
    hidden = hide_cells(table, SMALLEST)
    assert hidden == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
    assert solved(table, hidden) == set()


def test_a_table_of_large_cells_is_shown_whole() -> None:
    assert hide_cells(CountTable.of({(row, "x"): 25 for row in ROWS}), SMALLEST) == frozenset()


def test_two_small_cells_of_a_list_are_not_the_sum_of_few() -> None:
    """The total less the shown ones is what the hidden ones hold together."""
    table = CountTable.of({("a", "n"): 3, ("b", "n"): 4, ("c", "n"): 30, ("d", "n"): 80})
    hidden = hide_cells(table, SMALLEST)
    assert hidden == {("a", "n"), ("b", "n"), ("c", "n")}


@pytest.mark.parametrize("numbers", [{("all", "x"): 3}, {("a", "x"): -1}, {}])
def test_what_is_no_table_is_a_fault_of_ours(numbers: dict[Place, int]) -> None:
    with pytest.raises(InternalError):
        CountTable.of(numbers)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (3, 9, HIDDEN),
        (3, 15, HIDDEN),
        (3, 40, "under 25 %"),
        (38, 40, "over 75 %"),
        (0, 200, "under 5 %"),
        (200, 200, "over 95 %"),
        (20, 40, "50 %"),
        (10, 20, "50 %"),
    ],
)
def test_r29_percentages_are_coded_at_both_ends(part: int, whole: int, shown: str) -> None:
    assert show_percent(part, whole, SMALLEST) == shown


def test_r29_coded_ends_that_would_fix_each_other_are_hidden() -> None:
    places = list(product(("a", "b"), ("x", "y")))
    parts = dict(zip(places, (0, 0, 2, 2), strict=True))
    assert set(show_rates(parts, dict.fromkeys(places, 3), 3).values()) == {HIDDEN}


def consistent(shown: Mapping[Place, str], wholes: Mapping[Place, int], parts: Mapping[Place, int]) -> bool:
    return all(words == HIDDEN or show_percent(parts[p], wholes[p], 3) == words for p, words in shown.items())


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_r29_trying_every_table_of_parts_leaves_hidden_rates_open(data: st.DataObject) -> None:
    places = list(product(("a", "b"), ("x", "y")))
    wholes = {place: data.draw(st.integers(3, 6)) for place in places}
    parts = {place: data.draw(st.integers(0, wholes[place])) for place in places}
    shown = show_rates(parts, wholes, 3)
    whole = CountTable.of(wholes).values
    possible: dict[Place, set[int]] = {place: set() for place in shown}
    for numbers in product(*(range(wholes[place] + 1) for place in places)):
        a, b, c, d = numbers
        margins = {("a", TOTAL): a + b, ("b", TOTAL): c + d, (TOTAL, "x"): a + c, (TOTAL, "y"): b + d}
        values = dict(zip(places, numbers, strict=True)) | margins | {(TOTAL, TOTAL): sum(numbers)}
        if consistent(shown, whole, values):
            for place in shown:
                possible[place].add(values[place])
    for place, words in shown.items():
        if words == HIDDEN or words.startswith(("under", "over")):
            assert len(possible[place]) >= 2, (place, shown)
