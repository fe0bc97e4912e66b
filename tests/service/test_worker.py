"""The worker's own decisions: what a night enqueues, what it refuses to run."""

from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from structlog.testing import capture_logs

from domain.errors import InternalError, LedgerUnavailable, Unreachable
from graphs.assembly import Provost, assemble
from graphs.setting_groups import CanvasSettings, OneRosterSettings
from graphs.settings import Settings
from graphs.workflows import nightly_workflows, weekly_workflows
from service.housekeeping import NIGHTLY, RECOVER, WEEKLY
from service.worker import Worker, open_engine
from store.figures import read_unsealed
from store.ledger import Ledger
from tests.tools.sis_campus import write_bundle

ROOT = Path(__file__).resolve().parents[2]
PART = "{code: full, start_on: %s-08-24, end_on: %s-12-11, census_on: %s-09-14, add_drop_end_on: %s-09-04, "
PART += "withdraw_end_on: %s-10-30, grades_open_on: %s-12-07, grades_close_on: %s-12-18}"


def term(code: str, year: int, *, published: bool = True) -> str:
    part = PART.replace("%s", str(year))
    return f"  - {{term: '{code}', published: {str(published).lower()}, parts: [{part}]}}\n"


@pytest.fixture
def provost(tmp_path: Path) -> Iterator[Provost]:
    calendars = term("202480", 2024) + term("209980", 2099) + term("209981", 2099, published=False)
    (tmp_path / "institution.yaml").write_text(f"name: Test\ntime_zone: UTC\ncalendars:\n{calendars}")
    settings = Settings(
        home=tmp_path / "home",
        policy_file=ROOT / "provost.policy.yaml",
        access_file=ROOT / "provost.access.yaml",
        institution_file=tmp_path / "institution.yaml",
        oneroster=OneRosterSettings(folder=write_bundle(tmp_path / "bundle")),
        canvas=CanvasSettings(url="https://127.0.0.1:1", read_token="r"),
    )
    with assemble(settings) as opened:
        yield opened


def test_r32_a_night_reconciles_each_live_term_once(provost: Provost) -> None:
    engine = open_engine(provost)
    worker = Worker(provost, engine)
    for _ in range(2):
        said = worker.carry(NIGHTLY, "tick_20260921021500", {"at": "2026-09-21T02:15:00+00:00"})
    assert said == "1 terms"
    assert engine.status("run_202609210215209980") == "accepted"
    assert engine.status("run_202609210215202480") == "unknown"
    assert engine.status("run_202609210215directory") == "accepted"
    others = [name for name in nightly_workflows() if name != "grade_passback"]  # no interim window is open
    assert len(engine._client.list_workflows()) == 2 + len(others)
    engine.close()


def test_each_schedule_enqueues_its_work_once_and_recovery_seals_the_ledger(provost: Provost) -> None:
    engine = open_engine(provost)
    worker = Worker(provost, engine)
    for at in ("2026-09-21T04:45:00+00:00", "2026-09-28T04:45:00+00:00"):
        for _ in range(2):
            assert worker.carry(WEEKLY, "tick_20260921044500", {"at": at}) == "1 terms"
    begun = [row.input["args"][0] for row in engine._client.list_workflows() if row.input is not None]
    assert sorted(begun) == sorted(2 * weekly_workflows()) == 2 * ["course_insights"]
    provost.ledger.append("test.entry", "tester", "", {})
    for _ in range(2):
        assert worker.carry(RECOVER, "tick_20260921044500", {"at": "x"}) == "0 continued"
    with provost.database.reading() as session:
        assert read_unsealed(session) == 0
    assert provost.ledger.verify().after_checkpoint == 0
    engine.close()


def test_an_unknown_workflow_is_a_fault_of_ours(provost: Provost) -> None:
    engine = open_engine(provost)
    with pytest.raises(InternalError):
        Worker(provost, engine).carry("gardening", "evt_00000001", {})
    engine.close()


def test_s37_work_that_the_ledger_does_not_take_is_tried_again(
    provost: Provost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise LedgerUnavailable("The ledger could not take the entry, so nothing was written.")

    engine = open_engine(provost)
    monkeypatch.setattr(Ledger, "checkpoint", full)
    with pytest.raises(Unreachable) as waits:
        Worker(provost, engine).carry(RECOVER, "tick_20260921044500", {"at": "x"})
    assert isinstance(waits.value.__cause__, LedgerUnavailable)
    engine.close()


class QuietEngine:
    """Stands in for the engine: takes nothing up, notes what is scheduled."""

    def __init__(self) -> None:
        self.scheduled: list[str] = []
        self.drained = False

    def launch(self, run: object) -> None:
        """Begin."""

    def schedule(self, workflow: str, cron: str) -> None:
        self.scheduled.append(workflow)

    def drain(self, seconds: int) -> int:
        self.drained = True
        return 0


def test_a_worker_without_notifications_keeps_its_schedules(tmp_path: Path) -> None:
    (tmp_path / "institution.yaml").write_text("name: Test\ntime_zone: UTC\ncalendars: []\n")
    settings = Settings(
        home=tmp_path / "home",
        policy_file=ROOT / "provost.policy.yaml",
        institution_file=tmp_path / "institution.yaml",
        oneroster=OneRosterSettings(folder=write_bundle(tmp_path / "bundle")),
        canvas=CanvasSettings(url="https://127.0.0.1:1", read_token="r"),
        poll_seconds=0.01,
    )
    engine = QuietEngine()
    with assemble(settings) as provost, capture_logs() as logs:
        worker = Worker(provost, engine)  # type: ignore[arg-type]
        Timer(0.1, worker.stop).start()
        worker.run()
    assert (engine.scheduled, engine.drained) == ([NIGHTLY, WEEKLY, RECOVER], True)
    assert [entry for entry in logs if entry["log_level"] == "warning"] == []
