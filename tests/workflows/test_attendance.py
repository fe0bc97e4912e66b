"""The attendance report on a campus that teaches, over real sockets, held to what was planted."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.engagement import EngagementKind
from domain.errors import AccessDenied, LedgerBroken
from domain.ids import PrincipalId, RecordHandle, RunId
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from graphs.attendance_report import AGENT, AttendanceRequest
from graphs.attendance_work import REPORTED, find_report, open_attendance_work
from graphs.desks.attendance_file import copy_report
from graphs.reports import RunState
from simulator.campus import Campus

AS_OF = datetime(2026, 9, 23, 14, tzinfo=UTC)
Rows = list[dict[str, str]]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    campus = Campus.build(students=60, seed=7, learning="planted", as_of=AS_OF)
    with campus, install(campus, tmp_path_factory.mktemp("attendance")) as installed:
        yield installed


@pytest.fixture(scope="module")
def rows(trial: Trial) -> Rows:
    report = trial.provost.work(AttendanceRequest(run=RunId("run_attendance1"), term=trial.term))
    assert report.state is RunState.CLEAN, report.findings
    return read(trial, "run_attendance1")


def path_of(trial: Trial, run: str) -> Path:
    file = find_report(trial.provost.ledger, RunId(run))
    assert file is not None
    return trial.provost.settings.home / "attendance" / file.name


def read(trial: Trial, run: str) -> Rows:
    return list(csv.DictReader(io.StringIO(path_of(trial, run).read_text(encoding="utf-8"))))


def handle(trial: Trial, banner_id: str) -> RecordHandle:
    found = trial.provost.identities.find(banner_id)
    assert found is not None
    return found


def test_r102_who_was_planted_as_never_there_is_found_and_only_who_the_lms_and_sis_show_no_more_of(
    trial: Trial, rows: Rows
) -> None:
    seats = {(row["section"], row["student"]): row for row in rows}
    planted = [one for one in trial.campus.answer_key()["learning"] if one["kind"] == "never attended"]
    assert planted
    for item in planted:
        row = seats[item["keys"]["sisSectionId"], handle(trial, item["keys"]["bannerId"])]
        expected = "no" if row["sis_present"] not in {"", "0"} else "yes"
        assert row["never_attended_by_census"] == expected, row
        assert row["lms_last_access_on"] == ""
    for row in rows:
        if row["never_attended_by_census"] == "yes":
            assert row["sis_present"] in {"", "0"}
            assert row["engagement_read"] == "whole"
            assert row["last_engagement_on"] == ""
        if row["never_attended_by_census"] == "after census":
            assert row["last_engagement_on"] > row["census_on"]


def test_r100_access_and_engagement_are_told_apart(rows: Rows) -> None:
    apart = [row for row in rows if row["lms_last_access_on"] and row["lms_last_access_on"] > row["last_engagement_on"]]
    assert apart
    kinds = {row["last_engagement_kind"] for row in rows} - {""}
    assert kinds <= {kind.value for kind in EngagementKind}
    assert not kinds & {"login", "page_view"}


def test_r122_a_class_that_keeps_no_attendance_counts_nobody_absent(rows: Rows) -> None:
    keeps = {row["course"].split()[0] for row in rows if row["sis_absent"]}
    assert keeps <= {"BIOL", "CHEM", "EDUC", "MUS", "NURS", "THEA"}
    others = [row for row in rows if not row["sis_present"]]
    assert others
    assert all("attendance" in row["not_known"] for row in others)


def test_s216_the_file_is_on_record_by_its_hash_and_names_nobody(trial: Trial, rows: Rows) -> None:
    path = path_of(trial, "run_attendance1")
    content = path.read_bytes()
    entries = [json.loads(line) for line in trial.provost.ledger.export(run="run_attendance1")]
    (entry,) = [entry for entry in entries if entry["kind"] == REPORTED]
    assert entry["body"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert {subject["handle"] for subject in entry["subjects"]} == {row["student"] for row in rows}
    ids = {person.banner_id for person in trial.campus.banner.persons.values()}
    assert not any(banner_id.encode() in content for banner_id in ids)
    assert path.stat().st_mode & 0o077 == 0


def test_s216_a_second_run_gives_the_same_bytes(trial: Trial, rows: Rows) -> None:
    assert rows
    trial.provost.work(AttendanceRequest(run=RunId("run_attendance2"), term=trial.term))
    assert path_of(trial, "run_attendance2").read_bytes() == path_of(trial, "run_attendance1").read_bytes()


def test_s216_the_worker_begins_it_for_a_term_and_a_dry_run_writes_nothing(trial: Trial) -> None:
    request = AttendanceRequest(run=RunId("run_rehearsal1"), term=trial.term, dry_run=True)
    assert trial.provost.work(request).state is RunState.CLEAN
    assert find_report(trial.provost.ledger, RunId("run_rehearsal1")) is None
    report = trial.provost.work_from("attendance_report", RunId("run_nightly01"), {"term": trial.term, "at": ""})
    assert report is not None
    assert find_report(trial.provost.ledger, RunId("run_nightly01")) is not None


def test_a_run_cut_short_before_the_file_reads_again_and_comes_to_the_same(trial: Trial, rows: Rows) -> None:
    assert rows
    request = AttendanceRequest(run=RunId("run_crashed01"), term=trial.term)
    work = open_attendance_work(trial.provost, AGENT, lambda _: None)
    file = work.propose(request)
    assert file == find_report(trial.provost.ledger, RunId("run_attendance1"))
    work.record(request, file)
    work.record(request, file)
    entries = [json.loads(line)["kind"] for line in trial.provost.ledger.export(run="run_crashed01")]
    assert entries == [REPORTED]


def test_s216_a_copy_with_sis_ids_is_for_who_may_see_all_of_it_and_a_changed_file_is_refused(
    trial: Trial, rows: Rows, tmp_path: Path
) -> None:
    run, out = RunId("run_attendance1"), tmp_path / "attendance.csv"
    registrar = Principal(id=PrincipalId("reg"), kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
    chair = registrar.model_copy(update={"roles": frozenset({Role.DEPARTMENT_CHAIR})})
    copied = copy_report(trial.provost, run, out, registrar)
    named = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert copied.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    ids = {str(trial.provost.identities.person(RecordHandle(row["student"]))) for row in rows}
    assert {row["student"] for row in named} == ids
    assert named == sorted(named, key=lambda row: (row["section"], row["student"]))
    with pytest.raises(AccessDenied):
        copy_report(trial.provost, run, out, chair)
    path = path_of(trial, "run_attendance1")
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"yes", b"no", 1))
    with pytest.raises(LedgerBroken):
        copy_report(trial.provost, run, out, None)
    path.write_bytes(kept)
