"""Campuses of many seeds, terms and dates: all that differs is found, nothing else, and once is enough (S246, R72).

The small ones run always, the sweep with the slow tests. A seed that fails here is a campus to look at:
``evals.campus.open_trial`` opens it again.
"""

from datetime import datetime
from typing import Any

import pytest

from domain.findings import DiscrepancyType, Handling
from evals.campus import Trial
from evals.score import score
from evals.score_run import name
from graphs.reports import RunState
from tests.workflows.conftest import Start
from tests.workflows.exact import LEFT_TO_PEOPLE, approve_all, assert_exact, assert_settled, two_people

SMALL = [
    (120, 5, None, None),
    (90, 8, "202680", "2026-08-26T09:00-04:00"),
    (90, 9, "202680", "2026-11-05T09:00-05:00"),
    (90, 10, "202640", None),
]
MOMENTS = {
    "before the first day": ("202680", "2026-08-10T09:00-04:00"),
    "first day": ("202680", "2026-08-24T00:30-04:00"),
    "first week": ("202680", "2026-08-26T09:00-04:00"),
    "before census": ("202680", "2026-09-08T09:00-04:00"),
    "census day": ("202680", "2026-09-14T23:30-04:00"),
    "second half begins": ("202680", "2026-10-16T09:00-04:00"),
    "after the withdraw deadline": ("202680", "2026-11-05T09:00-05:00"),
    "last day": ("202680", "2026-12-11T09:00-05:00"),
    "grades due": ("202680", "2026-12-15T09:00-05:00"),
    "spring": ("202710", None),
    "summer": ("202640", None),
}
SWEEP = [(200 + seed * 53 % 400, 1000 + seed, None, None) for seed in range(20)] + [
    (200 + seed * 31 % 150, 2000 + seed, *moment) for seed in range(2) for moment in MOMENTS.values()
]


def _reconcile_twice(start: Start, students: int, seed: int, term: str | None, as_of: str | None) -> Trial:
    moment = datetime.fromisoformat(as_of) if as_of else None
    trial = start(students, seed, term=term, as_of=moment)
    assert_exact(trial, trial.reconcile())
    assert_settled(trial.reconcile())
    return trial


@pytest.mark.parametrize(("students", "seed", "term", "as_of"), SMALL)
def test_s246_r72_a_small_campus_is_brought_into_line_once(
    start: Start, students: int, seed: int, term: str | None, as_of: str | None
) -> None:
    _reconcile_twice(start, students, seed, term, as_of)


@pytest.mark.slow
@pytest.mark.parametrize(("students", "seed", "term", "as_of"), SWEEP)
def test_s246_r72_every_campus_of_the_sweep_is_brought_into_line_once(
    start: Start, students: int, seed: int, term: str | None, as_of: str | None
) -> None:
    _reconcile_twice(start, students, seed, term, as_of)


@pytest.mark.slow
def test_r53_r59_once_everything_is_approved_only_questions_to_people_remain(start: Start) -> None:
    """What was held is carried out as approved; an id that is corrected uncovers the rows that waited for it (R3)."""
    trial = start(300, 2)
    trial.reconcile()
    waiting = trial.reconcile()
    assert_settled(waiting)
    by_hand = [one for one in waiting.discrepancies if one.type is DiscrepancyType.ROLE_MISMATCH]
    in_grace = {one.subject for one in by_hand if one.handling is Handling.REPORT}
    assert in_grace, "this campus has a student whom somebody made a teacher by hand"
    for answer in approve_all(trial, waiting.held, two_people(trial)):
        assert answer.complete
        assert answer.outcomes.applied == answer.outcomes.verified > 0
    trial.reconcile()
    last = trial.reconcile()
    assert last.state is RunState.CLEAN
    assert last.held == ()
    assert {one.handling for one in last.discrepancies} <= LEFT_TO_PEOPLE
    assert in_grace <= {one.subject for one in last.discrepancies if one.handling is Handling.REPORT}
    unseen = {"real": [item for item in _remaining(trial) if not _is_unpublished(item)]}
    named = [name(trial.provost, one) for one in last.discrepancies]
    assert score(unseen, named, trial.provost.course_of(trial.term)).missed == ()


def _remaining(trial: Trial) -> list[dict[str, Any]]:
    return trial.campus.answer_key()["remaining"]  # type: ignore[return-value]


def _is_unpublished(item: dict[str, Any]) -> bool:
    """A course that was made and waits to be published by its teacher, as its template says (E8)."""
    return item["object"] == "course" and item["after"] is not None and item["after"]["state"] == "claimed"
