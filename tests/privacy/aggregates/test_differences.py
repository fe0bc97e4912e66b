"""R29: no combination of answers is about few people."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ids import RecordHandle
from privacy.aggregates.differences import Group, tells_of_few


def people(*numbers: int) -> Group:
    return frozenset(RecordHandle(f"per_{number}") for number in numbers)


def test_one_answer_tells_nothing_more() -> None:
    assert not tells_of_few([people(*range(30))], 10)


def test_a_nested_question_that_leaves_one_person_out() -> None:
    assert tells_of_few([people(*range(30)), people(*range(29))], 10)
    assert not tells_of_few([people(*range(30)), people(*range(20))], 10)


def test_a_whole_less_its_parts() -> None:
    parts = [people(*range(start, start + 15)) for start in (0, 15, 30)]
    assert tells_of_few([*parts, people(*range(48))], 10)
    assert not tells_of_few([*parts, people(*range(45))], 10)


def test_two_that_changed_places() -> None:
    assert tells_of_few([people(*range(30)), people(*range(29), 99)], 10)


def in_span(wanted: list[int], rows: list[list[int]]) -> bool:
    """Whether a vector is a combination of rows, by exact elimination."""
    work = [[Fraction(value) for value in row] for row in rows]
    target = [Fraction(value) for value in wanted]
    for column in range(len(wanted)):
        pivot = next((row for row in work if row[column]), None)
        if pivot is None:
            continue
        work.remove(pivot)
        work = [[a - row[column] / pivot[column] * b for a, b in zip(row, pivot, strict=True)] for row in work]
        target = [a - target[column] / pivot[column] * b for a, b in zip(target, pivot, strict=True)]
    return not any(target)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 7), min_size=3), min_size=1, max_size=5))
def test_whatever_few_people_can_be_singled_out_is_found(sets: list[frozenset[int]]) -> None:
    """Against trying every pair and single of eight people, threshold 3."""
    answers = [people(*members) for members in sets]
    rows = [[int(person in members) for person in range(8)] for members in sets]
    few = [chosen for size in (1, 2) for chosen in combinations(range(8), size)]
    singled_out = any(in_span([int(person in chosen) for person in range(8)], rows) for chosen in few)
    assert tells_of_few(answers, 3) or not singled_out
