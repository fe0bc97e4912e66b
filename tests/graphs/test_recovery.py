"""Which runs are continued after a crash: those under way, and those that failed for a reason that passes (S112)."""

from datetime import UTC, datetime

import pytest

from domain.errors import AccessDenied, LedgerBroken, LedgerUnavailable, ProvostError, Throttled, Unreachable
from graphs.recovery import _was_cut_short
from store.plans import Run, RunState


@pytest.mark.parametrize("failure", [Throttled("x"), Unreachable("x"), LedgerUnavailable("x")])
def test_s112_what_failed_for_a_reason_that_passes_is_continued(failure: ProvostError) -> None:
    assert _was_cut_short(run(RunState.FAILED, f"{failure.code}: {failure.message}"))


@pytest.mark.parametrize("failure", [LedgerBroken("x"), AccessDenied("x")])
def test_what_failed_for_good_waits_for_a_person(failure: ProvostError) -> None:
    assert not _was_cut_short(run(RunState.FAILED, f"{failure.code}: {failure.message}"))


@pytest.mark.parametrize("state", list(RunState))
def test_s112_of_the_others_only_those_under_way_are_continued(state: RunState) -> None:
    assert _was_cut_short(run(state)) == (state is RunState.RUNNING)


def run(state: RunState, note: str = "") -> Run:
    return Run(id="run_1", kind="event", state=state, note=note, started_at=datetime(2026, 9, 1, tzinfo=UTC))
