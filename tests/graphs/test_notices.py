"""Staff are told of failures and doubtful data once per problem and day (S57, S58)."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from domain.errors import EmptySource
from domain.findings import Finding, Severity
from domain.ids import SisPersonId
from domain.plans import Plan
from graphs.foundation import Foundation, lay_foundation
from graphs.notices import finding_of, findings_of, plan_notice
from graphs.reports import RunReport
from graphs.runner import ROSTER_AGENT
from graphs.setting_groups import NoticeSettings, OperationsSettings
from graphs.settings import Settings
from graphs.telling import Telling
from store.intents import Intent, IntentState

ROOT = Path(__file__).resolve().parents[2]
AGENT = "agent:roster"
PART = "{code: full, start_on: 2026-08-24, end_on: 2026-12-11, census_on: 2026-09-14, add_drop_end_on: 2026-09-04, "
PART += "withdraw_end_on: 2026-10-30, grades_open_on: 2026-12-07, grades_close_on: 2026-12-18}"
CALENDAR = f"calendars: [{{term: '202680', published: true, parts: [{PART}]}}]"
INSTITUTION = "name: Test\ntime_zone: America/New_York\ncalendars: []\n"


def finding(message: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(code="PV201", severity=severity, subject="canvas users", message=message, fix="Run again.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "institution.yaml").write_text(INSTITUTION)
    return tmp_path


def settings(folder: Path, *recipients: str) -> Settings:
    return Settings(
        home=folder / "home",
        policy_file=ROOT / "provost.policy.yaml",
        access_file=ROOT / "provost.access.yaml",
        institution_file=folder / "institution.yaml",
        notices=NoticeSettings(recipients=recipients),
    )


@pytest.fixture
def base(folder: Path) -> Iterator[Foundation]:
    with ExitStack() as closing:
        yield lay_foundation(settings(folder, "A00000001", "A00000002"), closing)


def test_s57_every_recipient_gets_one_message_by_handle(base: Foundation) -> None:
    plan = plan_notice(base, "run_1", [finding("The read is incomplete.")], AGENT)
    assert plan is not None
    handles = base.identities.handles([SisPersonId("A00000001"), SisPersonId("A00000002")])
    assert {change.recipient for change in plan.changes} == set(handles.values())
    assert len({change.marker for change in plan.changes}) == 2
    assert "A0000000" not in plan.model_dump_json()


def test_s58_findings_of_one_kind_make_one_line(base: Foundation) -> None:
    plan = plan_notice(base, "run_1", [finding("The read is incomplete.")] * 40, AGENT)
    assert plan is not None
    assert plan.changes[0].body.count("The read is incomplete.") == 1
    assert "40" in plan.changes[0].body


def test_s57_the_same_problem_is_told_once_a_day(base: Foundation) -> None:
    with time_machine.travel("2026-09-21T09:00:00Z", tick=False) as clock:
        assert plan_notice(base, "run_1", [finding("a")], AGENT) is not None
        clock.shift(timedelta(hours=23))
        assert plan_notice(base, "run_2", [finding("a")], AGENT) is None
        assert plan_notice(base, "run_2", [finding("a"), finding("b")], AGENT) is not None
        clock.shift(timedelta(hours=2))
        assert plan_notice(base, "run_3", [finding("a")], AGENT) is not None


def test_what_is_only_for_information_wakes_nobody(base: Foundation) -> None:
    assert plan_notice(base, "run_1", [finding("a", Severity.INFO)], AGENT) is None


def test_without_recipients_nothing_is_claimed(folder: Path) -> None:
    with ExitStack() as closing:
        base = lay_foundation(settings(folder), closing)
        assert plan_notice(base, "run_1", [finding("a")], AGENT) is None
    with ExitStack() as closing:
        base = lay_foundation(settings(folder, "A00000001"), closing)
        assert plan_notice(base, "run_1", [finding("a")], AGENT) is not None


def test_a_failure_is_told_with_its_code_and_fix() -> None:
    told = finding_of(EmptySource("Nothing arrived.", field="people", fix="Check the export."))
    assert (told.code, told.severity, told.subject, told.fix) == ("PV202", Severity.STOP, "people", "Check the export.")


def intent(state: IntentState, number: int, kind: str = "deactivate") -> Intent:
    now = datetime(2026, 9, 21, tzinfo=UTC)
    return Intent(
        id=f"int_{number}",
        run="run_1",
        plan_hash="0" * 64,
        position=number,
        change_id=str(number),
        natural_key=f"enrolment:202680-1000{number}:per_abc",
        target="canvas",
        kind=kind,
        change="{}",
        state=state,
        attempts=1,
        receipt="",
        ledger_seq=1,
        created_at=now,
        updated_at=now,
    )


def test_s57_r75_writes_that_ended_badly_are_named_grouped_and_told_once(base: Foundation) -> None:
    now = datetime(2026, 9, 21, tzinfo=UTC)
    report = RunReport(run_id="run_1", kind="term", term="202680", state="failed", started_at=now, ended_at=now)
    intents = [
        *(intent(IntentState.REFUSED, number) for number in range(1, 8)),
        intent(IntentState.UNVERIFIED, 8, "enrol"),
        intent(IntentState.UNCERTAIN, 9, "send_message"),
        intent(IntentState.VERIFIED, 0),
    ]
    plan = plan_notice(base, "run_1", findings_of(report, intents), AGENT)
    assert plan is not None
    refused, uncertain, unseen = sorted(plan.changes[0].body.splitlines(), key=lambda line: ("was sent" in line, line))
    assert refused.startswith("PV207 stop, 7: deactivate in canvas was refused. (enrolment:202680-10001:per_abc")
    assert "and 2 more)" in refused
    assert uncertain.startswith("PV502 stop, 1: send_message in canvas may or may not")
    assert unseen.startswith("PV501 stop, 1: enrol in canvas was sent and does not show")
    assert "10000" not in plan.changes[0].body
    assert plan_notice(base, "run_2", findings_of(report, intents[:3]), AGENT) is None


def test_f107_one_job_sends_at_most_one_message_an_hour_and_the_rest_waits(base: Foundation) -> None:
    with time_machine.travel("2026-09-21T09:00:00Z", tick=False) as clock:
        assert plan_notice(base, "run_1", [finding("a")], AGENT) is not None
        clock.shift(timedelta(minutes=30))
        assert plan_notice(base, "run_2", [finding("b")], AGENT) is None
        assert plan_notice(base, "run_2", [finding("b")], AGENT) is None
        assert plan_notice(base, "run_9", [finding("a")], AGENT) is None
        assert base.notices.deferred() == ("run_2",), "what was told already is not waiting to be told"
        assert plan_notice(base, "run_3", [finding("c")], AGENT, "silence") is not None, "another job's hour is its own"
        clock.shift(timedelta(minutes=31))
        assert plan_notice(base, "run_2", [finding("b")], AGENT) is not None
        base.notices.settle("run_2")
        assert base.notices.deferred() == ()


@pytest.mark.parametrize(
    ("hours", "last", "told"),
    [(6, "2026-09-21T02:59:00Z", True), (6, "2026-09-21T03:01:00Z", False), (0, "2026-09-01T00:00:00Z", False)],
)
def test_silence_in_a_live_term_is_told_once_a_day(folder: Path, hours: int, last: str, told: bool) -> None:
    (folder / "institution.yaml").write_text(INSTITUTION.replace("calendars: []", CALENDAR))
    chosen = settings(folder, "A00000001").model_copy(update={"operations": OperationsSettings(silence_hours=hours)})
    sent: list[Plan] = []
    with ExitStack() as closing, time_machine.travel("2026-09-21T09:00:00Z", tick=False):
        telling = Telling(lay_foundation(chosen, closing), ROSTER_AGENT, sent.append)
        for _ in range(3):
            assert telling.notify_of_silence(datetime.fromisoformat(last)) is told
        assert not telling.notify_of_silence(None), "before the first run nothing can be silent"
    assert [("PV209" in plan.changes[0].body) for plan in sent] == [True] * told
