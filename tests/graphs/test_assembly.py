"""An installation against a campus on loopback: what is found, applied, held, approved, undone and recovered."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain.changes import OpenCase, Tier
from domain.errors import ApprovalStale, ApproverNotAllowed, ConfigurationError
from domain.ids import PrincipalId, RecordHandle, RuleId, RunId, TermCode
from domain.images import Image
from domain.plans import Plan
from domain.principals import Principal, PrincipalKind, Role
from evals.campus_process import CampusProcess, campus_arguments
from evals.installation import write_installation
from graphs.assembly import Provost, assemble
from graphs.reports import RunReport
from graphs.settings import Settings
from privacy.access.student_file import StudentFile
from store.plans import ApprovalState

TERM = TermCode("202680")
TEN_DAYS = 10 * 24 * 3600.0
pytestmark = pytest.mark.xdist_group("assembly")


@dataclass
class Site:
    """A campus with an installation on it."""

    campus: CampusProcess
    written: dict[str, Any]

    def settings(self, **changes: Any) -> Settings:
        return Settings(**{**self.written, **changes})

    def writes(self) -> list[dict[str, Any]]:
        return self.campus._call("GET", "/writes?since=0")["writes"]


def open_site(folder: Path, *extra: str) -> Iterator[Site]:
    arguments = [*campus_arguments(students=80, seed=4, term=TERM, world="synthetic", data=None), *extra]
    with CampusProcess(arguments) as campus:
        written = tomllib.loads(write_installation(campus.handle, folder / "home").read_text())
        written["canvas"]["import_look_seconds"] = 0.02
        yield Site(campus, written)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from open_site(tmp_path_factory.mktemp("assembly"))


@pytest.fixture(scope="module")
def provost(site: Site) -> Iterator[Provost]:
    with assemble(site.settings()) as opened:
        yield opened


@pytest.fixture(scope="module")
def dry(provost: Provost, site: Site) -> RunReport:
    before = len(site.writes())
    report = provost.reconcile(TERM, dry_run=True)
    assert len(site.writes()) == before
    return report


@pytest.fixture(scope="module")
def real(provost: Provost, dry: RunReport) -> RunReport:
    return provost.reconcile(TERM)


def person(provost: Provost, name: str, *roles: Role) -> Principal:
    token = provost.principals.add(PrincipalId(name), PrincipalKind.PERSON, roles, demo=True)
    return provost.principals.verify(token, loopback=True)


def test_r72_a_dry_run_reports_what_the_real_run_does(dry: RunReport, real: RunReport) -> None:
    assert dry.counts == real.counts
    assert len(dry.discrepancies) > 5
    assert (dry.proposed, dry.automatic) == (real.proposed, real.automatic)
    assert dry.would_apply == real.automatic
    assert dry.outcomes.applied == 0
    assert dry.outcomes.held == real.outcomes.held


def test_r75_what_was_applied_was_read_back(real: RunReport) -> None:
    outcomes = real.outcomes
    assert outcomes.applied == outcomes.verified + outcomes.unverified
    assert outcomes.verified + outcomes.already == real.automatic
    assert outcomes.unverified == outcomes.uncertain == 0


def test_a_second_run_finds_only_what_waits_for_people(provost: Provost, real: RunReport) -> None:
    again = provost.reconcile(TERM)
    assert again.outcomes.applied == 0
    assert set(again.counts) <= set(real.counts)
    assert "missing_in_lms" not in again.counts


def test_every_ledger_entry_verifies(provost: Provost, real: RunReport) -> None:
    assert provost.ledger.verify().ok


def test_principle_3_no_one_is_named_at_rest(provost: Provost, real: RunReport, site: Site) -> None:
    people = provost.sis.read_people().rows
    words = {word for who in people for word in (who.sis_id, who.email or who.sis_id, who.legal_name.full)}
    state = [path for path in Path(site.written["home"]).rglob("*") if path.is_file() and path.suffix != ".toml"]
    raw = b"".join(path.read_bytes() for path in state)
    assert len(words) > 150
    assert [word for word in words if word.encode() in raw] == []


def test_s62_an_event_is_carried_once_however_often_it_comes(provost: Provost, real: RunReport, site: Site) -> None:
    site.campus.live(6)
    events = provost.feed.read_events(limit=50)
    reports = [provost.run_event(event) for event in events]
    provost.feed.acknowledge(events[-1])
    assert sum(report.outcomes.verified for report in reports) > 0
    count = len(site.writes())
    assert [provost.run_event(event).run_id for event in events] == [report.run_id for report in reports]
    assert len(site.writes()) == count


def test_s38_an_approval_is_for_one_hash_one_role_and_one_use(provost: Provost, real: RunReport) -> None:
    held = provost.reconcile(TERM).held
    alone = [plan for plan in held if provost.approvals.show(plan.approval_id).needed == 1]
    assert alone, [plan.topic for plan in held]
    plan = alone[0]
    right = person(provost, "right", Role(plan.approver_role))
    wrong = person(provost, "wrong", Role.STUDENT)
    with pytest.raises(ApproverNotAllowed):
        provost.answer(plan.approval_id, wrong, "approve", plan_hash=plan.plan_hash)
    with pytest.raises(ApprovalStale):
        provost.answer(plan.approval_id, right, "approve", plan_hash="0" * 64)
    answer = provost.answer(plan.approval_id, right, "approve", plan_hash=plan.plan_hash)
    assert answer.complete
    assert answer.outcomes.verified + answer.outcomes.already == plan.changes
    with pytest.raises(ApprovalStale):
        provost.answer(plan.approval_id, right, "approve", plan_hash=plan.plan_hash)


def test_s238_a_rollback_undoes_and_the_next_look_leaves_it_alone(
    provost: Provost, real: RunReport, site: Site
) -> None:
    provost.reconcile(TERM)  # an account approved before uncovers the rows that waited for it (R4)
    site.campus.live(8)
    events = provost.feed.read_events(limit=50)
    reports = [provost.run_event(event) for event in events]
    provost.feed.acknowledge(events[-1])
    run = next(report for report in reports if report.outcomes.verified == 1)
    undone = provost.rollback(run.run_id, person(provost, "registrar", Role.REGISTRAR), reason="a test")
    assert undone.outcomes.verified == 1
    assert undone.held == ()
    again = provost.reconcile(TERM)
    assert again.outcomes.suppressed >= 1
    assert again.outcomes.applied == 0


def test_a_rollback_by_somebody_without_the_role_waits(provost: Provost, real: RunReport) -> None:
    undone = provost.rollback(real.run_id, person(provost, "student", Role.STUDENT), reason="a test")
    assert undone.outcomes.applied == 0
    assert len(undone.held) == 1


def test_an_expired_request_ends_its_run(site: Site, provost: Provost, real: RunReport) -> None:
    waiting = provost.rollback(real.run_id, person(provost, "another", Role.STUDENT), reason="a test")
    assert waiting.held
    later = site.settings(clock_offset_seconds=site.written["clock_offset_seconds"] + TEN_DAYS)
    with assemble(later) as opened:
        recovered = opened.recover()
        assert recovered.approvals_expired > 0
        assert opened.runner.governed.standing(waiting.run_id).over
        row = opened.runs.read(waiting.run_id)
    assert row is not None
    assert row.state.value == "done"


def test_s222_without_a_write_credential_nothing_that_writes_is_loaded(site: Site, tmp_path: Path) -> None:
    unable = {"canvas": {"write_token": ""}, "banner": {"write_key": ""}}
    settings = site.settings(home=tmp_path, **{name: {**site.written[name], **key} for name, key in unable.items()})
    code = (
        "import sys; from graphs.assembly import assemble; from graphs.settings import Settings\n"
        "with assemble(Settings.model_validate_json(sys.stdin.read())) as p:\n"
        "    print(sorted(p.systems.appliers), any('tools.' in n and '.write' in n for n in sys.modules))"
    )
    text = _plain(settings)
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[0] == "['casedesk'] False", done.stderr


def _plain(settings: Settings) -> str:
    secrets = settings.model_dump(mode="json")
    secrets["banner"]["read_key"] = settings.banner.read_key.get_secret_value()
    secrets["banner"]["write_key"] = settings.banner.write_key.get_secret_value()
    secrets["canvas"]["read_token"] = settings.canvas.read_token.get_secret_value()
    secrets["canvas"]["write_token"] = settings.canvas.write_token.get_secret_value()
    import json

    return json.dumps(secrets)


def test_s223_a_policy_below_phase_3_opens_no_writer(site: Site, tmp_path: Path) -> None:
    policy = Path(site.written["policy_file"]).read_text()
    lowered = tmp_path / "policy.yaml"
    lowered.write_text("".join(_lower(line) for line in policy.splitlines(keepends=True)))
    with assemble(site.settings(home=tmp_path / "home", policy_file=lowered)) as opened:
        assert not opened.may_write()
        assert sorted(opened.systems.appliers) == ["casedesk"]
        assert opened.runner.durability == "exit"
        report = opened.reconcile(TERM)
    assert report.outcomes.applied == 0
    assert report.counts


def _lower(line: str) -> str:
    return "    phase: 1\n" if line.startswith("    phase: ") else line


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"policy_file": Path("nowhere.yaml")}, "policy_file"),
        ({"institution_file": Path("nowhere.yaml")}, "institution_file"),
    ],
)
def test_a_missing_file_is_named(site: Site, tmp_path: Path, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigurationError):
        assemble(site.settings(home=tmp_path, **change))


def test_s132_cases_are_proposed_before_the_term_from_history_alone(tmp_path: Path) -> None:
    for site in open_site(tmp_path, "--as-of", "2026-08-10T09:00:00-04:00"):
        with assemble(site.settings()) as opened:
            report = opened.reconcile(TERM)
            cases = [case for case in opened.casedesk.list_open() if case["kind"] == "open_case"]
        held = sum(plan.changes for plan in report.held if plan.approver_role == "advisor")
        assert report.alerts > 0
        assert len(cases) + held == report.alerts
        assert {case["due_on"] for case in cases} <= {"2026-08-21"}


def test_r21_a_case_waits_for_the_assigned_advisor_and_for_nobody_else(provost: Provost, real: RunReport) -> None:
    """S260: the relationship is what the SIS says now; the student's file then shows who did what."""
    history = next(row for row in provost.sis.read_histories().rows if row.advisor)
    assert history.advisor is not None
    student, mine = provost.identities.handles([history.person, history.advisor]).values()
    plan = case_about(student, provost)
    request = provost.approvals.request(plan)
    advisor = person(provost, "assigned", Role.ADVISOR).model_copy(update={"person": mine})
    other = person(provost, "other", Role.ADVISOR).model_copy(update={"person": student})
    assert [view.id for view in provost.inbox(advisor)] == [request]
    assert provost.inbox(other) == ()
    with pytest.raises(ApproverNotAllowed, match="relationship"):
        provost.approvals.answer(request, plan.plan_hash, other, "approve")
    assert provost.approvals.answer(request, plan.plan_hash, advisor, "approve") is ApprovalState.APPROVED
    looks = [line for line in StudentFile(provost.database, provost.ledger).lines(student) if line["what"] == "look"]
    assert {"at", "who", "purpose", "basis"} <= looks[-1].keys()
    assert (looks[-1]["who"], looks[-1]["purpose"]) == ("assigned", "approvals")


def case_about(student: RecordHandle, provost: Provost) -> Plan:
    case = OpenCase(
        rule=RuleId("S134"),
        tier=Tier.PROPOSE,
        topic="a case",
        before=Image.absent(),
        after=Image(fields={"marker": "m-1"}),
        person=student,
        tag="t",
        marker="m-1",
        reasons=("r",),
        outreach="o",
        due_on=date(2026, 9, 1),
    )
    agent = PrincipalId("agent.roster")
    return Plan(run=RunId("run_case"), topic="a case", requested_by=agent, made_at=provost.clock.now(), changes=(case,))


def test_s219_without_a_scope_file_nothing_is_read(site: Site, tmp_path: Path) -> None:
    with assemble(site.settings(home=tmp_path / "home", scope_file=tmp_path / "none.yaml")) as opened:
        with pytest.raises(ConfigurationError, match="no scope file") as refused:
            opened.reconcile(TERM)
        assert refused.value.field == "scope_file"
        assert opened.ledger.verify().ok


def test_s220_what_is_out_of_scope_never_arrives(site: Site, tmp_path: Path) -> None:
    """E-mail, opt-out and history left out: no address is anywhere, and only what e-mail alone tells is not found."""
    scope = (
        Path(site.written["scope_file"]).read_text().replace("login, email", "login").replace(", confidential]", "]")
    )
    narrow = tmp_path / "scope.yaml"
    narrow.write_text(scope.replace("    histories: [gpa, prior_withdrawals, advisor]\n", ""))
    with assemble(site.settings(home=tmp_path / "narrow", scope_file=narrow)) as opened:
        report = opened.reconcile(TERM, dry_run=True)
        assert {one.email for one in (*opened.sis.read_people().rows, *opened.lms.read_users().rows)} == {None}
        assert {one.confidential for one in opened.sis.read_people().rows} == {True}
    with assemble(site.settings(home=tmp_path / "whole")) as opened:
        whole = opened.reconcile(TERM, dry_run=True).counts
    assert {kind: number for kind, number in whole.items() if kind != "duplicate_account"} == report.counts


def test_s225_a_waiver_of_the_tls_floor_is_on_record_once_a_day(site: Site, tmp_path: Path) -> None:
    words = "old.example.edu: vendor upgrade in May, approved by CIO, until 2099-01-01"
    waiver = {**site.written["tls"], "waiver": words}
    settings = site.settings(home=str(tmp_path / "waived"), tls=waiver)
    for _ in range(2):
        with assemble(settings) as waived:
            assert waived.sis.read_terms().complete
            with waived.database.reading() as session:
                rows = session.execute(text("SELECT body FROM ledger_entry WHERE kind = 'tls.waiver'")).all()
    assert len(rows) == 1
    assert "old.example.edu" in rows[0][0]
