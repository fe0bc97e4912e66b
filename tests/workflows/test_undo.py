"""A nightly run undone: Canvas is what it was wherever that can be, and the next run leaves it alone (R71, S238)."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from domain.findings import Handling
from domain.ids import RecordHandle
from evals.campus import Trial
from graphs.reports import RollbackReport, RunReport
from simulator.world.rehearsal import former_ids
from simulator.world.snapshot import Snapshot, SnapshotMaker
from tests.workflows.conftest import Start
from tests.workflows.exact import two_people

STAYS = {"create_course", "create_section", "create_person", "update_person_field"}


class Undone(NamedTuple):
    """A campus before its nightly run, after it, and after that was undone."""

    trial: Trial
    before: Snapshot
    report: RunReport
    rollback: RollbackReport
    after: Snapshot


def canvas_of(trial: Trial) -> Snapshot:
    """What Canvas says, by natural keys."""
    return SnapshotMaker(trial.campus.canvas, former_ids(trial.campus.banner)).make()


@pytest.fixture
def undone(start: Start) -> Undone:
    trial = start(120, 21)
    before = canvas_of(trial)
    report = trial.reconcile()
    assert canvas_of(trial) != before
    rollback = trial.provost.rollback(report.run_id, two_people(trial)[0], reason="tried")
    return Undone(trial, before, report, rollback, canvas_of(trial))


def differing(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Name what is not as it was."""
    for table in ("users", "courses", "sections"):
        old, new = getattr(before, table), getattr(after, table)
        yield from (f"{table} {key}" for key in {*old, *new} if old.get(key) != new.get(key))


def test_r71_s238_what_can_be_undone_is_as_it_was_and_stays_so(undone: Undone) -> None:
    trial, report, rollback = undone.trial, undone.report, undone.rollback
    kinds = [intent.kind for intent in trial.provost.outbox.for_run(report.run_id)]
    staying = sum(kind in STAYS for kind in kinds)
    assert rollback.outcomes.verified == rollback.outcomes.applied == report.outcomes.applied - staying
    assert len(rollback.irreversible) == staying
    assert (rollback.moved, rollback.held) == ((), ())
    assert undone.after.enrollments == undone.before.enrollments
    assert len(list(differing(undone.before, undone.after))) <= staying

    again = trial.reconcile()
    assert again.outcomes.applied == again.outcomes.already == 0
    assert again.outcomes.suppressed == rollback.suppressions == rollback.outcomes.verified
    assert canvas_of(trial) == undone.after
    corrected = [one for one in again.discrepancies if one.handling is Handling.CORRECT]
    assert corrected, "what is suppressed is still shown"
    assert trial.provost.ledger.verify().ok


@pytest.mark.slow
def test_r71_a_record_that_moved_since_is_left_alone_and_named(start: Start) -> None:
    trial = start(70, 23)
    report = trial.reconcile()
    added = next(one for one in trial.provost.outbox.for_run(report.run_id) if one.kind == "enrol")
    _, _, section, handle, role = added.natural_key.split(":")
    canvas = trial.campus.canvas
    account = canvas.user_by_sis(trial.provost.identities.person(RecordHandle(handle)))
    place = canvas.section_by_sis(section)
    assert account is not None
    assert place is not None
    row = next(row for row in canvas.enrollments_of_user(account.id) if row.section_id == place.id and row.type == role)
    canvas.leave(row.id, "conclude")

    rollback = trial.provost.rollback(report.run_id, two_people(trial)[0], reason="tried")
    assert [named.partition(": ")[0] for named in rollback.moved] == [added.natural_key]
    undone = report.outcomes.applied - len(rollback.irreversible) - 1
    assert rollback.outcomes.verified == rollback.outcomes.applied == undone
    assert canvas.enrollments[row.id].workflow_state == "completed"
