"""Suspect marks on small made gradebooks, where what is wrong is known (S86 to S88, ALERTS.md section 5)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from agents.grades.anomalies.activity import ABSENT_BUT_HIGH, ACTIVE_BUT_FAILING, activity_mismatches
from agents.grades.anomalies.column_checks import column_middle, equal_columns, mode_changed
from agents.grades.anomalies.holds import hold_suspects
from agents.grades.anomalies.hypotheses import SLIPS, Slip, chances, entered_as
from agents.grades.anomalies.late_changes import late_changes
from agents.grades.anomalies.marks import Floats, MarkColumn, Marks
from agents.grades.anomalies.model import MarkModel, fit_model, mark_chances
from agents.grades.anomalies.shifts import scan_shifts
from agents.grades.anomalies.standing import Trajectories
from agents.grades.anomalies.suspicion import suspect
from domain.grades import MarkChange
from domain.ids import RecordHandle

STUDENTS, COLUMNS = 300, 6
ANN, GRADER, CLERK = RecordHandle("per_ann"), RecordHandle("per_grader"), RecordHandle("per_clerk")
CLOSES = datetime(2026, 12, 19, 4, 59, 59, tzinfo=UTC)


def gradebook(seed: int, course: int = 0) -> Marks:
    """A gradebook in which marks follow the student: ability plus noise, whole points, from 30 to 100."""
    random = np.random.default_rng(seed)
    ability = random.normal(72, 9, STUDENTS)
    grid = np.clip(np.round(ability[:, None] + random.normal(0, 5, (STUDENTS, COLUMNS))), 30, 100)
    return Marks(
        columns=tuple(MarkColumn(course, float(place)) for place in range(COLUMNS)),
        student=np.tile(np.arange(STUDENTS), COLUMNS),
        column=np.repeat(np.arange(COLUMNS), STUDENTS),
        score=grid.T.reshape(-1),
        lead=np.full(STUDENTS * COLUMNS, np.nan),
    )


@pytest.fixture(scope="module")
def model() -> MarkModel:
    return fit_model(gradebook(1))


def entered(marks: Marks, row: int, value: float) -> Marks:
    score = marks.score.copy()
    score[row] = value
    return marks.with_scores(score)


def typical(marks: Marks, column: int, score: float) -> int:
    """The position of a mark of that score in a column."""
    return int(marks.rows_of(column)[np.flatnonzero(marks.score[marks.rows_of(column)] == score)[0]])


@pytest.mark.parametrize(
    ("slip", "true", "made"),
    [
        (Slip.TRANSPOSED, 75, {57}),
        (Slip.TRANSPOSED, 77, set()),
        (Slip.TRANSPOSED, 100, set()),
        (Slip.DROPPED_DIGIT, 75, {7, 5}),
        (Slip.DROPPED_DIGIT, 100, {0, 10}),
        (Slip.ZERO_FILL, 75, {0}),
        (Slip.ZERO_FILL, 0, set()),
        (Slip.SCALE, 75, {8}),
        (Slip.KEY_TYPO, 75, {45, 65, 85, 72, 74, 76, 78}),
        (Slip.SMALL_SLIP, 97, {87, 88, 89, 90, 91, 92}),
    ],
)
def test_each_slip_makes_what_a_keyboard_makes(slip: Slip, true: int, made: set[int]) -> None:
    assert set(entered_as(slip, true, 100)) == made


@pytest.mark.parametrize("slip", SLIPS)
def test_chances_of_a_slip_are_whole_or_none(slip: Slip) -> None:
    assert set(np.round(chances(slip, 100).sum(axis=1), 9)) <= {0.0, 1.0}


@pytest.mark.parametrize(
    ("true", "seen", "cause"),
    [(74, 0, Slip.ZERO_FILL), (82, 28, Slip.TRANSPOSED), (80, 8, Slip.SCALE)],
)
def test_s86_a_slip_is_first_among_the_held_and_its_cause_named(
    model: MarkModel, true: int, seen: int, cause: Slip
) -> None:
    clean = gradebook(2)
    row = typical(clean, 3, true)
    found = suspect(entered(clean, row, seen), model)
    assert found.top(0.01)[0] == row
    assert found.cause(row) is cause
    assert 55 <= found.expected[row] <= 90


def test_s88_a_hold_says_what_was_seen_and_expected_and_why(model: MarkModel) -> None:
    clean = gradebook(2)
    row = typical(clean, 3, 82)
    people = [RecordHandle(f"per_{number}") for number in range(STUDENTS)]
    titles = [f"Quiz {number}" for number in range(COLUMNS)]
    wrong = entered(clean, row, 28)
    first, *_ = hold_suspects(wrong, model, people, titles)
    assert (first.person, first.column, first.seen, first.likelier) == (
        people[int(clean.student[row])],
        "Quiz 3",
        Decimal(28),
        82,
    )
    assert first.cause == "transposed digits"
    assert first.spreads < -2
    assert first.id == hold_suspects(wrong, model, people, titles)[0].id


def test_a_clean_gradebook_raises_next_to_no_holds(model: MarkModel) -> None:
    people = [RecordHandle(f"per_{number}") for number in range(STUDENTS)]
    found = hold_suspects(gradebook(3), model, people, [str(number) for number in range(COLUMNS)])
    assert len(found) <= 0.005 * STUDENTS * COLUMNS


def test_chances_of_a_mark_sum_to_one_and_none_is_impossible(model: MarkModel) -> None:
    points = np.array([50, 60, 60, 70], dtype=np.int64)
    zeros = np.zeros(4, dtype=np.int64)
    likely = mark_chances(points, 100, zeros, zeros, model)
    assert likely.sum(axis=1) == pytest.approx(1)
    assert likely.min() > 0


def test_r122_a_first_mark_has_no_trajectory_and_is_neutral() -> None:
    known = Trajectories(gradebook(2))
    first = gradebook(2).column == 0
    assert not known.features[first].any()
    assert set(known.others[first]) == {0}
    assert set(known.others[~first]) == {1, 2, 3, 4, 5}


def test_rows_that_slid_by_one_are_held_and_others_are_not(model: MarkModel) -> None:
    clean = gradebook(4)
    score = clean.score.copy()
    rows = clean.rows_of(4)
    score[rows] = np.roll(score[rows], 1)
    held = {stretch.column: stretch for stretch in scan_shifts(clean.with_scores(score), model) if stretch.held}
    assert set(held) == {4}
    assert held[4].step == -1
    assert held[4].last - held[4].first > STUDENTS / 2


def test_median_and_spread_can_be_checked_by_hand() -> None:
    middle = column_middle(np.array([60.0, 70, 70, 80, 90]))
    assert (middle.median, middle.spread) == (70.0, pytest.approx(14.826))
    assert column_middle(np.full(5, 80.0)).distance(75) == -5


def _ticked(share: float) -> Floats:
    size = 100
    return np.where(np.arange(size) < share * size, 1.0, 64.0)


@pytest.mark.parametrize(
    ("share", "usual", "quarantined"), [(0.99, 0.01, True), (0.99, 0.9, False), (0.99, None, False), (0.2, 0.01, False)]
)
def test_a_column_marked_in_another_mode_is_quarantined(share: float, usual: float | None, quarantined: bool) -> None:
    assert mode_changed(_ticked(share), 100, usual) is quarantined


def test_a_column_pasted_twice_is_named_once() -> None:
    clean = gradebook(5)
    score = clean.score.copy()
    score[clean.rows_of(5)] = score[clean.rows_of(2)]
    assert equal_columns(clean) == []
    assert equal_columns(clean.with_scores(score)) == [(2, 5)]


def changed(**values: object) -> MarkChange:
    base: dict[str, object] = {
        "person": ANN,
        "column": "Essay",
        "before": Decimal(60),
        "after": Decimal(85),
        "changed_at": CLOSES - timedelta(days=2),
        "changed_by": GRADER,
        "posted_at": CLOSES - timedelta(days=9),
        "reason": "re-marked",
    }
    return MarkChange.model_validate({**base, **values})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (changed(), None),
        (changed(reason=""), "changed after posting without a reason"),
        (changed(changed_by=None, automatic=True, reason=""), None),
        (changed(changed_by=CLERK), "changed after posting by somebody who does not grade this section"),
        (changed(changed_at=CLOSES + timedelta(seconds=1)), "changed after the grading window closed"),
        (changed(reason="", posted_at=None), None),
        (changed(reason="", before=None), None),
        (changed(reason="", after=None), "changed after posting without a reason"),
        (changed(reason="", after=Decimal("60.4")), None),
    ],
)
def test_a_late_change_needs_an_author_and_a_reason(change: MarkChange, why: str | None) -> None:
    found = late_changes((change,), closes_at=CLOSES, graders=frozenset({GRADER}), tolerance=Decimal("0.5"))
    assert [late.why for late in found] == ([why] if why else [])


def test_s87_activity_and_grade_apart_are_asked_about() -> None:
    activity = np.arange(20.0)
    score = np.full(20, 70.0)
    score[19], score[0], score[10] = 31, 96, 20
    found = {one.row: one.kind for one in activity_mismatches(score, activity)}
    assert found == {19: ACTIVE_BUT_FAILING, 0: ABSENT_BUT_HIGH}


def test_r122_s87_unknown_activity_and_small_sections_say_nothing() -> None:
    activity = np.arange(20.0)
    score = np.full(20, 31.0)
    assert activity_mismatches(score[:9], activity[:9]) == ()
    activity[19] = np.nan
    assert 19 not in {one.row for one in activity_mismatches(score, activity)}
