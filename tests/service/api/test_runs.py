"""Where a run stands, from its own row and from the engine's word on its work."""

from datetime import UTC, datetime

import pytest

from service.api.runs import _read
from store.plans import Run, RunState


@pytest.mark.parametrize(
    ("row", "work", "state"),
    [
        (RunState.FAILED, "running", "running"),
        (RunState.FAILED, "failed", "failed"),
        (RunState.FAILED, "", "failed"),
        (RunState.RUNNING, "failed", "failed"),
        (RunState.RUNNING, "cancelled", "cancelled"),
        (RunState.RUNNING, "running", "running"),
        (RunState.WAITING, "done", "waiting"),
        (RunState.DONE, "failed", "done"),
    ],
)
def test_what_is_tried_again_has_not_failed_yet_and_what_was_given_up_has(row: RunState, work: str, state: str) -> None:
    run = Run(id="run_1", kind="reconcile", state=row, started_at=datetime(2026, 9, 21, tzinfo=UTC))
    assert _read(run, work).state == state
