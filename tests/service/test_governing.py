"""Answering, undoing, stepping back and proving from the command line, where every roster change waits."""

import json
import re
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from store.ledger.guards import unguard_statements
from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service governing")
SUPERVISED = ('match: "roster:*"\n    phase: 4', 'match: "roster:*"\n    phase: 3')
HANDLE = re.compile(r"per_[a-z2-7]{16}")
APPROVAL = re.compile(r"apr_[0-9a-f]+")
ADDED, MISSING, MOVED, LEFT = (
    "registered students missing from the LMS",
    "sections missing from the LMS",
    "students who changed sections",
    "access after leaving",
)


class House(NamedTuple):
    """An installation whose roster changes wait, the run that found them, and the people who may answer."""

    installation: Installation
    run: str
    waiting: dict[str, str]
    registrar: Path
    advisor: Path


@pytest.fixture(scope="module")
def house(install: Install, shipped_policy: str) -> House:
    assert SUPERVISED[0] in shipped_policy
    made = install(shipped_policy.replace(*SUPERVISED))
    registrar, advisor = made.person("reg", "registrar"), made.person("adv", "advisor")
    outcome = made.run("reconcile", made.term)
    assert outcome.code == 3, outcome.err
    run = re.search(r"run (run_[0-9a-f]+)", outcome.out)
    assert run is not None
    listed = made.run("approvals", "list")
    assert listed.code == 3
    lines = listed.out.splitlines()
    pairs = [(line, below) for line, below in pairwise(lines) if line.startswith("apr_")]
    waiting = {below.split(": ", 1)[1]: line.split()[0] for line, below in pairs}
    return House(made, run[1], waiting, registrar, advisor)


def test_a_request_is_shown_whole_with_the_words_to_answer_it(house: House) -> None:
    shown = house.installation.run("approvals", "show", house.waiting[LEFT])
    assert shown.code == 0
    assert re.search(r"deactivate +canvas:enrolment:", shown.out)
    assert "banner:" in shown.out
    assert "canvas:" in shown.out
    assert f"provost approvals approve {house.waiting[LEFT]} --hash " in shown.out


@pytest.mark.parametrize(
    ("who", "options", "code"),
    [
        (None, (), "PV403"),
        ("adv", (), "PV403"),
        ("reg", ("--hash", "0" * 64), "PV402"),
        ("reg", ("--hash", "0" * 12), "PV402"),
    ],
)
def test_an_answer_that_does_not_count_writes_nothing(
    house: House, who: str | None, options: tuple[str, ...], code: str
) -> None:
    """R30: no token, the wrong role, another hash than the one that stands."""
    before = house.installation.writes()
    token = ("--token-file", house.installation.folder / f"{who}.token") if who else ()
    outcome = house.installation.run("approvals", "approve", house.waiting[ADDED], *options, *token)
    assert (outcome.code, code in outcome.err, "Next step:" in outcome.err) == (1, True, True), outcome.err
    assert house.installation.writes() == before


def test_nobody_approves_their_own_request(house: House) -> None:
    own = house.installation.person("agent:roster", "registrar")
    outcome = house.installation.run("approvals", "approve", house.waiting[ADDED], "--token-file", own)
    assert (outcome.code, "PV403" in outcome.err) == (1, True)
    assert "their own request" in outcome.err


def test_a_rejected_request_writes_nothing_and_stays_rejected(house: House) -> None:
    before = house.installation.writes()
    answer = (
        "approvals",
        "reject",
        house.waiting[MOVED],
        "--reason",
        "asked the adviser",
        "--token-file",
        house.registrar,
    )
    outcome = house.installation.run(*answer)
    assert (outcome.code, "is rejected" in outcome.out) == (0, True), outcome.err
    again = house.installation.run("approvals", "approve", house.waiting[MOVED], "--token-file", house.registrar)
    assert (again.code, "PV402" in again.err) == (1, True)
    assert house.installation.writes() == before


@pytest.fixture(scope="module")
def approved(house: House) -> House:
    """The missing sections and the students in them are made; the hash is given by the digits the screen shows."""
    for topic in (MISSING, LEFT):
        shown = house.installation.run("approvals", "show", house.waiting[topic])
        digits = re.search(r"--hash (\w{12})", shown.out)
        assert digits is not None
        answer = ("--hash", digits[1], "--reason", "looked at", "--token-file", house.registrar)
        outcome = house.installation.run("approvals", "approve", house.waiting[topic], *answer)
        assert outcome.code == 0, outcome.err
        assert "verified by reading back" in outcome.out
    return house


def test_an_approval_is_used_once(approved: House) -> None:
    before = approved.installation.writes()
    again = approved.installation.run(
        "approvals", "approve", approved.waiting[LEFT], "--token-file", approved.registrar
    )
    assert (again.code, "PV402" in again.err) == (1, True)
    assert approved.installation.writes() == before


def test_the_ledger_proves_itself_and_is_handed_out_to_a_registrar(approved: House) -> None:
    verified = approved.installation.run("ledger", "verify")
    assert (verified.code, "proven up to entry" in verified.out) == (0, True)
    exported = approved.installation.run("ledger", "export", "--run", approved.run, "--token-file", approved.registrar)
    kinds = {json.loads(line)["kind"] for line in exported.out.splitlines()}
    assert {"read", "approval.answered"} <= kinds
    refused = approved.installation.run("ledger", "export", "--run", approved.run, "--token-file", approved.advisor)
    assert (refused.code, refused.out, "PV403" in refused.err) == (1, "", True)
    unclear = approved.installation.run("ledger", "export", "--token-file", approved.registrar)
    assert (unclear.code, "Name one student or one run" in unclear.err) == (1, True)


def test_one_student_gets_what_is_on_record_about_them(approved: House) -> None:
    """R25, R26: by SIS id: who looked, when, what for and on what basis, and what is held; the look itself too."""
    student = next(iter(approved.installation.campus.banner.persons.values())).banner_id
    ask = ("ledger", "export", "--student", student, "--token-file", approved.registrar)
    first, second = approved.installation.run(*ask), approved.installation.run(*ask)
    assert first.code == 0, first.err
    head, *lines = [json.loads(line) for line in second.out.splitlines()]
    assert len(lines) == len(first.out.splitlines())
    assert (head["what"], sum(head["lines"].values())) == ("file", len(lines))
    looks = [line for line in lines if line["what"] == "look"]
    assert looks[0]["purpose"] == "roster reconciliation"
    assert {"at", "who", "agent", "purpose", "fields", "outcome", "basis", "rule"} <= looks[0].keys()
    assert (looks[-1]["who"], looks[-1]["purpose"]) == ("reg", "inspection of the record")
    assert {look["basis"] for look in looks} == {"school_official"}
    assert student not in second.out


def test_s260_a_file_names_no_other_student(approved: House) -> None:
    """R26: of a plan or an entry about many, a person's file shows that person's part."""
    run = approved.installation.run("ledger", "export", "--run", approved.run, "--token-file", approved.registrar)
    entries = [json.loads(line) for line in run.out.splitlines()]
    named = [one["handle"] for entry in entries if entry["kind"] != "read" for one in entry["subjects"]]
    assert len(set(named)) > 1
    for handle in (named[0], named[-1]):
        file = approved.installation.run("ledger", "export", "--student", handle, "--token-file", approved.registrar)
        assert set(HANDLE.findall(file.out)) == {handle}
        assert {"change", "decision", "look"} <= {json.loads(line)["what"] for line in file.out.splitlines()}


def test_r21_what_is_on_record_is_handed_to_nobody_else(approved: House) -> None:
    student = next(iter(approved.installation.campus.banner.persons.values())).banner_id
    refused = approved.installation.run("ledger", "export", "--student", student, "--token-file", approved.advisor)
    assert (refused.code, refused.out, "PV351" in refused.err) == (1, "", True)
    unknown = approved.installation.run("ledger", "export", "--student", "A404", "--token-file", approved.registrar)
    assert (unknown.code, "Nobody here has this id" in unknown.err) == (1, True)


def test_s32_the_report_ranks_where_mismatches_arise(approved: House, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    outcome = approved.installation.run("report", "--departments", "--json", file)
    assert outcome.code == 0, outcome.err
    report = json.loads(file.read_text(encoding="utf-8"))
    assert set(report) == {"runs", "events", "sync_points", "automatic_share", "resolved", "quality", "waiting"}
    counts = [point["count"] for point in report["sync_points"]]
    assert counts == sorted(counts, reverse=True)
    assert any(point["departments"] for point in report["sync_points"])
    assert (report["runs"][0]["run_id"], report["runs"][0]["state"]) == (approved.run, "waiting")
    assert approved.run in outcome.out
    assert report["waiting"] == {"registrar": len(approved.waiting) - 3}


def test_s72_s197_the_report_says_what_went_on_alone_and_how_fast(approved: House, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    approved.installation.run("report", "--json", file)
    report = json.loads(file.read_text(encoding="utf-8"))
    resolved = report["resolved"]
    assert resolved["changes"] == report["runs"][0]["automatic"]
    assert 0 < resolved["median_seconds"] <= resolved["p95_seconds"] < 300
    assert resolved["within_target"] == 1.0
    assert 0 < report["automatic_share"] < 1


def test_a_rollback_undoes_a_run_and_names_what_it_cannot(approved: House, tmp_path: Path) -> None:
    before = approved.installation.writes()
    outcome = approved.installation.run(
        "rollback", approved.run, "--reason", "wrong term", "--token-file", approved.registrar
    )
    assert outcome.code in (0, 3), outcome.err
    assert "undone and read back" in outcome.out
    assert "A course is never deleted" in outcome.out
    assert approved.installation.writes() > before
    approved.installation.run("report", "--json", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["resolved"]["changes"] < report["runs"][0]["automatic"], "what was undone is not resolved"
    unknown = approved.installation.run("rollback", "run_none", "--reason", "x", "--token-file", approved.registrar)
    assert (unknown.code, "There is no run run_none" in unknown.err) == (1, True)


def test_s238_s237_a_phase_steps_back_and_rises_only_with_its_metric_shown(approved: House) -> None:
    installation = approved.installation
    back = ("policy", "rollback", "roster", "enrol", "--reason", "late drops", "--token-file")
    refused = installation.run(*back, approved.advisor)
    assert (refused.code, "PV403" in refused.err) == (1, True)
    stepped = installation.run(*back, approved.registrar)
    assert "roster:enrol is in phase 2 from now on" in stepped.out, stepped.err
    assert approved.waiting[ADDED] in stepped.out
    assert "In force is phase 2, set by reg" in installation.run("policy", "explain", "roster", "enrol").out
    rise = (
        "policy",
        "promote",
        "roster",
        "enrol",
        "--token-file",
        approved.registrar,
        "--shown-in",
        "report",
        "--shown",
    )
    low = installation.run(*rise, "0.5")
    assert (low.code, "PV301" in low.err) == (1, True)
    assert "is no number" in installation.run(*rise, "much").err
    assert "in phase 3 again" in installation.run(*rise, "1").out
    over = installation.run(*rise, "1")
    assert (over.code, "does not let roster:enrol rise above" in over.err) == (1, True)


def test_a_ledger_that_was_edited_does_not_verify(approved: House) -> None:
    """Last here: the database stays broken."""
    with sqlite3.connect(approved.installation.home / "provost.db") as intruder:
        for statement in unguard_statements("sqlite"):
            intruder.execute(statement)
        intruder.execute("UPDATE ledger_entry SET actor = 'somebody else' WHERE seq = 3")
    intruder.close()
    outcome = approved.installation.run("ledger", "verify")
    assert outcome.code == 1
    assert "First bad entry: 3." in outcome.out
    assert "Next step:" in outcome.out
