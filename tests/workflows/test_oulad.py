"""Real records end to end: registrations and withdrawals of the Open University, term by term (S246)."""

import os
from pathlib import Path

import pytest

from tests.workflows.conftest import Start
from tests.workflows.exact import assert_exact, assert_settled

pytestmark = pytest.mark.oulad


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("PROVOST_TEST_OULAD")
    if not folder:
        pytest.skip("PROVOST_TEST_OULAD names no folder of OULAD records")
    return Path(folder)


def _reconcile(start: Start, data: Path, students: int | None, term: str) -> None:
    trial = start(students, 4, term=term, world="oulad", data=data)
    assert_exact(trial, trial.reconcile())
    assert_settled(trial.reconcile())


def test_s246_real_registrations_are_brought_into_line(start: Start, data: Path) -> None:
    _reconcile(start, data, 1_000, "201410")


@pytest.mark.slow
@pytest.mark.parametrize("term", ["201310", "201380", "201410"])
def test_s246_every_term_of_the_records_is_brought_into_line(start: Start, data: Path, term: str) -> None:
    _reconcile(start, data, None, term)
