"""The leak suite: zero leaks of what is promised, through every door; its cost in words is printed (S229)."""

import sys
from collections.abc import Iterator

import pytest
import structlog

from evals.leaks.suite import measure_person_free, report, run_suite
from service.logs import configure_logs


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


def hold(measured: dict[str, object]) -> None:
    sys.stdout.write(f"\n{measured}\n")
    assert measured["n"] == 172
    assert measured["leaks"] == []
    assert measured["residual_rate"] <= 0.5
    assert measured["kept_rate"] >= 0.98


def test_no_case_leaks_through_its_own_door() -> None:
    measured = report(run_suite(configure_logs, own_only=True))
    hold(measured)
    assert measured["stopped"] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_case_leaks_through_any_door() -> None:
    measured = report(run_suite(configure_logs))
    hold(measured)
    assert measured["tries"] == 9 * 172


def test_little_is_replaced_in_text_that_names_nobody() -> None:
    measured = measure_person_free(configure_logs)
    sys.stdout.write(f"\n{measured}\n")
    assert measured.unscoped <= 1.5
    assert measured.scoped <= 6.0
