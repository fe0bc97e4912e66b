"""S102, E16: numbers instead of names, on record, and compared with what the reader was shown before."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import AccessDenied, InternalError
from domain.ids import RecordHandle
from domain.principals import Role
from privacy.aggregates import Aggregates, NumberQuestion
from store.ledger import Ledger
from tests.privacy.access.campus import Campus, StillClock, door, handles, open_ledger, principal, student

CHAIR = principal(Role.DEPARTMENT_CHAIR, "C1", "department:MATH")
WHY = "course review"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path)


@pytest.fixture
def numbers(ledger: Ledger) -> Aggregates:
    campus = Campus()
    campus.teach("10001", "T1", *range(100))
    return Aggregates(door(campus, ledger), ledger, StillClock())


def asked(*groups: range, field: str = "first_generation", reader=CHAIR) -> NumberQuestion:
    placed = {(f"group {number}", "n"): handles(*group) for number, group in enumerate(groups)}
    return NumberQuestion(reader=reader, field=field, groups=placed, purpose=WHY)


def test_e16_a_number_is_given_where_names_are_refused(numbers: Aggregates, ledger: Ledger) -> None:
    shown = numbers.count(asked(range(40), range(40, 100)))
    assert list(shown.numbers.values()) == [40, 60, 100]
    (line,) = ledger.export(person=next(iter(handles(5))))
    entry = json.loads(line)
    assert (entry["kind"], entry["body"]["what"], entry["body"]["records"]) == ("aggregate", "first_generation", 100)
    assert "group" not in json.dumps(entry["body"])


def test_r29_small_cells_are_hidden_with_others(numbers: Aggregates) -> None:
    shown = numbers.count(asked(range(4), range(4, 40), range(40, 100)))
    assert list(shown.numbers.values()) == [None, None, 60, 100]
    assert shown.smallest == 10


def test_r29_a_second_question_one_person_apart_is_refused(numbers: Aggregates, ledger: Ledger) -> None:
    numbers.count(asked(range(50)))
    with pytest.raises(AccessDenied, match="fewer than 10"):
        numbers.count(asked(range(49)))
    numbers.count(asked(range(50)))
    numbers.count(asked(range(20)))
    kinds = [json.loads(line)["kind"] for line in ledger.export(person=next(iter(handles(5))))]
    assert kinds == ["aggregate", "denied", "aggregate", "aggregate"]


def test_another_process_remembers_too(numbers: Aggregates, ledger: Ledger) -> None:
    numbers.count(asked(range(50)))
    campus = Campus()
    campus.teach("10001", "T1", *range(100))
    again = Aggregates(door(campus, ledger), ledger, StillClock())
    with pytest.raises(AccessDenied):
        again.count(asked(range(45)))


def test_s106_a_chair_has_no_numbers_about_other_departments(numbers: Aggregates) -> None:
    with pytest.raises(AccessDenied, match="chair of the department"):
        numbers.count(asked(range(90, 110)))


def test_s107_a_designer_has_numbers_and_an_advisor_only_of_their_own(numbers: Aggregates) -> None:
    assert numbers.count(asked(range(50), reader=principal(Role.INSTRUCTIONAL_DESIGNER))).numbers
    with pytest.raises(AccessDenied):
        numbers.count(asked(range(50), field="risk", reader=principal(Role.ADVISOR, "A1")))


def test_nobody_stands_twice(numbers: Aggregates) -> None:
    with pytest.raises(InternalError):
        numbers.count(asked(range(50), range(49, 70)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(31, 60)), min_size=2, max_size=6))
def test_r29_nested_questions_never_leave_few_apart(tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    """Whatever spans one reader asks for, no two answered ones are less than ten people apart."""
    folder = tmp_path / str(abs(hash(tuple(spans))))
    folder.mkdir(exist_ok=True)
    ledger = open_ledger(folder)
    campus = Campus(advisors={student(number): "A1" for number in range(60)})
    numbers = Aggregates(door(campus, ledger), ledger, StillClock())
    answered: list[frozenset[RecordHandle]] = []
    for first, last in spans:
        try:
            shown = numbers.count(asked(range(first, last), field="risk", reader=principal(Role.ADVISOR, "A1")))
        except AccessDenied:
            continue
        if None not in shown.numbers.values():
            answered.append(handles(*range(first, last)))
    assert all(not 0 < len(one ^ other) < 10 for one in answered for other in answered)
