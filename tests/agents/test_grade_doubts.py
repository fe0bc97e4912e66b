"""What a person should look at before grades go: marks, columns, activity; and the model that a clean clone carries."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from os import environ
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.grades.anomalies.learnt import described, learnt_model
from agents.grades.anomalies.model import fit_model
from agents.grades.doubts import Doubts, find_doubts, settle_looks
from agents.grades.gradebook import gradebook_of
from agents.grades.reading import GradeReading
from domain.grade_holds import GradeHold, HoldKind, hold_id, section_of
from domain.grades import GradebookRow, MarkChange
from domain.ids import AssignmentId, RecordHandle
from domain.learning import Assignment, Submission, WorkKind
from evals.grades.learning import NOTICE, TERMS
from evals.grades.oulad import has_marks, presentations, read_marks
from store.grading import ColumnLook
from tests.rules.grading import PRACTICE, SECTION, STRANGER, TEACHER, grading

CLOSES = datetime(2026, 12, 19, 4, 59, 59, tzinfo=UTC)
PEOPLE = tuple(RecordHandle(f"per_{number:02}") for number in range(24))
MARKS = tuple(int(62 + 30 * ((number * 7) % 24) / 24) for number in range(24))


def assignment(number: int, **more: Any) -> Assignment:
    values: dict[str, Any] = {
        "id": AssignmentId(number),
        "section": SECTION,
        "name": f"Essay {number}",
        "kind": WorkKind.ASSIGNMENT,
        "grading": "points",
        "points": Decimal(100),
        "due_at": datetime(2026, 8 + number, 20, tzinfo=UTC),
        "group": "Essays",
    }
    return Assignment(**{**values, **more})


def submission(number: int, person: RecordHandle, score: object, **more: Any) -> Submission:
    at = datetime(2026, 8 + number, 19, tzinfo=UTC)
    values = {"assignment": AssignmentId(number), "section": SECTION, "person": person, "submitted_at": at}
    mark = None if score is None else Decimal(str(score))
    return Submission(**{**values, "score": mark, **more})


def reading(marks: dict[int, list[Any]] | None = None, **more: Any) -> GradeReading:
    """Four essays, each student about as good in each; ``marks`` replaces whole columns."""
    jitter = cycle((-3, 1, 2, 0, -1, 3, -2))
    columns = {number: [mark + next(jitter) for mark in MARKS] for number in range(1, 5)} | (marks or {})
    rows = [submission(n, who, mark) for n, column in columns.items() for who, mark in zip(PEOPLE, column, strict=True)]
    values: dict[str, Any] = {
        "key": SECTION,
        "section": grading(),
        "rows": tuple(
            GradebookRow(section=SECTION, person=who, current_score=Decimal(mark), final_score=Decimal(mark))
            for who, mark in zip(PEOPLE, MARKS, strict=True)
        ),
        "assignments": tuple(assignment(number) for number in columns),
        "submissions": tuple(rows),
        "activity": dict.fromkeys(PEOPLE, 50),
    }
    return GradeReading(**{**values, **more})


def doubts(found: GradeReading, earlier: dict[AssignmentId, ColumnLook] | None = None) -> Doubts:
    return find_doubts(found, learnt_model(), PRACTICE, earlier or {}, CLOSES)


def kinds(found: Doubts) -> list[HoldKind]:
    return [hold.kind for hold in found.holds]


def column(number: int, change: dict[int, Any]) -> dict[int, list[Any]]:
    """One column as it is, but for some students."""
    marks = [row.score for row in reading().submissions if row.assignment == number]
    return {number: [change.get(place, mark) for place, mark in enumerate(marks)]}


def test_a_gradebook_in_order_raises_nothing() -> None:
    found = doubts(reading())
    assert (found.holds, found.questions) == ((), ())
    assert {look.quarantined for look in found.looks} == {""}


@pytest.mark.parametrize(
    ("seen", "cause"),
    [(0, "zero filled in"), (9, "dropped digit"), (8, "a scale of ten")],
    ids=["zero", "digit", "scale"],
)
def test_s86_a_slip_says_what_was_expected_seen_and_likeliest(seen: int, cause: str) -> None:
    found = doubts(reading(column(4, {5: seen})))
    (hold,) = found.holds
    assert (hold.kind, hold.person, hold.column, hold.seen) == (HoldKind.SUSPECT_MARK, PEOPLE[5], "Essay 4", str(seen))
    assert 60 <= int(hold.expected) <= 95
    assert any(word in hold.cause for word in (cause, "a scale of ten", "dropped digit"))


def test_s88_the_same_mark_is_the_same_hold_and_names_its_section() -> None:
    first, again = (doubts(reading(column(4, {5: 0}))).holds[0].id for _ in range(2))
    assert first == again
    assert section_of(first) == SECTION
    assert first != doubts(reading(column(4, {6: 0}))).holds[0].id


def test_r89_a_zero_for_work_that_never_came_in_is_no_mark_to_look_at() -> None:
    made = reading(column(4, {5: 0}))
    rows = [row.model_copy(update={"submitted_at": None}) if row.score == 0 else row for row in made.submissions]
    assert doubts(made.model_copy(update={"submissions": tuple(rows)})).holds == ()


def test_excused_and_ungraded_work_is_not_weighed() -> None:
    made = reading()
    excused = [row.model_copy(update={"excused": row.person == PEOPLE[0]}) for row in made.submissions]
    book = gradebook_of(made.model_copy(update={"submissions": tuple(excused)}))
    assert len(book.marks.score) == 4 * 23
    unpublished = tuple(assignment(number, published=number != 2) for number in range(1, 5))
    assert [one.id for one in gradebook_of(made.model_copy(update={"assignments": unpublished})).columns] == [1, 3, 4]


def test_a_column_marked_0_1_or_full_is_quarantined_beside_columns_that_are_not() -> None:
    found = doubts(reading({3: [100 if place % 2 else place % 4 // 2 for place in range(24)]}))
    assert kinds(found) == [HoldKind.MODE_CHANGED]
    assert {look.assignment for look in found.looks if look.quarantined} == {3}


def test_a_column_with_another_word_for_its_marking_is_quarantined_until_released() -> None:
    before = {look.assignment: look for look in doubts(reading()).looks}
    reworded = tuple(assignment(number, grading="pass_fail" if number == 2 else "points") for number in range(1, 5))
    found = doubts(reading(assignments=reworded), before)
    (hold,) = found.holds
    assert (hold.seen, hold.expected, hold.person) == ("pass_fail", "points", None)
    kept = {look.assignment: look for look in settle_looks(found.looks, before, frozenset())}
    assert (kept[AssignmentId(2)].grading, kept[AssignmentId(2)].quarantined) == ("points", hold.id)
    let_go = {look.assignment: look for look in settle_looks(found.looks, before, frozenset({hold.id}))}
    assert (let_go[AssignmentId(2)].grading, let_go[AssignmentId(2)].quarantined) == ("pass_fail", "")


def test_a_whole_column_one_row_off_is_held_and_its_neighbours_are_not() -> None:
    marks = [row.score for row in reading().submissions if row.assignment == 4]
    found = doubts(reading({4: [marks[-1], *marks[:-1]]}))
    assert [(hold.kind, hold.column) for hold in found.holds if hold.person is None] == [
        (HoldKind.SHIFTED_ROWS, "Essay 4")
    ]


def test_two_columns_with_the_same_marks_are_held_as_pasted_twice() -> None:
    marks = [row.score for row in reading().submissions if row.assignment == 3]
    found = doubts(reading({4: marks}))
    assert [hold.kind for hold in found.holds if hold.person is None] == [HoldKind.EQUAL_COLUMNS]


def changed(by: RecordHandle | None, after_posting: timedelta, **more: Any) -> MarkChange:
    posted = datetime(2026, 10, 1, tzinfo=UTC)
    values: dict[str, Any] = {
        "person": PEOPLE[3],
        "column": "Essay 1",
        "before": Decimal(60),
        "after": Decimal(82),
        "changed_at": posted + after_posting,
        "changed_by": by,
        "posted_at": posted,
    }
    return MarkChange(**{**values, **more})


@pytest.mark.parametrize(
    ("change", "held"),
    [
        (changed(TEACHER, timedelta(hours=5)), False),
        (changed(TEACHER, timedelta(days=9)), True),
        (changed(TEACHER, timedelta(days=9), reason="Recounted."), False),
        (changed(STRANGER, timedelta(hours=5)), True),
        (changed(None, timedelta(hours=5)), True),
        (changed(None, timedelta(days=9), automatic=True), False),
        (changed(None, timedelta(days=90), automatic=True), True),
        (changed(STRANGER, timedelta(hours=-5)), False),
        (changed(TEACHER, timedelta(days=90)), True),
    ],
    ids=[
        "put right",
        "late",
        "explained",
        "stranger",
        "nobody known",
        "counted anew",
        "counted late",
        "before posting",
        "after the window",
    ],
)
def test_a_mark_changed_after_posting_needs_an_author_and_a_reason(change: MarkChange, held: bool) -> None:
    found = doubts(reading(changes=(change,)))
    assert kinds(found) == ([HoldKind.LATE_CHANGE] if held else [])


def test_s87_activity_and_grade_that_disagree_are_asked_about_apart_from_holds() -> None:
    rows = tuple(
        row.model_copy(update={"current_score": Decimal(31)}) if row.person == PEOPLE[0] else row
        for row in reading().rows
    )
    found = doubts(reading(rows=rows, activity={**dict.fromkeys(PEOPLE, 50), PEOPLE[0]: 400}))
    assert found.holds == ()
    assert [(one.person, one.kind.question) for one in found.questions] == [(PEOPLE[0], True)]


def test_r122_unknown_activity_asks_nothing() -> None:
    assert doubts(reading(activity=None)).questions == ()


def test_a_name_that_is_no_hold_has_no_section() -> None:
    assert section_of("nonsense") is None
    assert section_of(hold_id(SECTION, "x")) == SECTION
    assert GradeHold(id="a", section=SECTION, kind=HoldKind.UNKNOWN, reason="r").person is None


@pytest.mark.oulad
def test_the_model_in_the_repository_is_what_the_earliest_terms_teach() -> None:
    folder = Path(environ.get("PROVOST_TEST_OULAD", ""))
    if not environ.get("PROVOST_TEST_OULAD") or not has_marks(folder):
        pytest.skip("PROVOST_TEST_OULAD names no folder with the OULAD records")
    terms = presentations(folder)[:TERMS]
    fresh = described(fit_model(read_marks(folder, terms)), NOTICE, terms)
    kept = described(learnt_model(), NOTICE, terms)
    for name in ("weights", "edges", "carried"):
        assert np.allclose(fresh[name], kept[name], atol=2e-4), name
