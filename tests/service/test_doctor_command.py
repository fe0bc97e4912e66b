"""``provost doctor``: everything in order, everything broken at once, and nothing changed by looking."""

import json
import shutil
import sqlite3
import sys
from functools import partial
from pathlib import Path

import pytest

from graphs.settings import Settings
from service.doctor import Check, Mark, examine, files, storage, work
from service.doctor.check import look
from service.logs import configure_logs
from store.database import open_database
from store.keys import KeyRing
from store.ledger import Ledger
from store.ledger.guards import unguard_statements
from store.migrations import upgrade
from store.workers import WorkerSlots
from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service doctor")
NOWHERE = "https://127.0.0.1:1"


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    return install(shipped_policy)


def checks(installation: Installation, file: Path, **environment: str) -> tuple[int, dict[str, dict]]:
    outcome = installation.run("doctor", "--json", file, **environment)
    said = json.loads(file.read_text(encoding="utf-8"))
    assert said["ok"] is (outcome.code == 0)
    assert set(said["checks"][0]) == {"part", "mark", "seen", "fix"}
    return outcome.code, {check["part"]: check for check in said["checks"]}


def test_a_fresh_installation_has_nothing_to_fix_and_is_not_touched(installation: Installation, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in installation.home.rglob("*")}
    writes = installation.writes()
    code, said = checks(installation, tmp_path / "doctor.json")
    assert code == 0, said
    assert said["banner"]["mark"] == "ok"
    assert (said["banner tls"]["seen"], said["canvas tls"]["seen"]) == ("TLSv1.3", "TLSv1.3")
    assert said["canvas token (w)"]["mark"] == "ok"
    assert said["database"]["seen"] == "There is no database file yet."
    assert {path: path.stat().st_mtime_ns for path in installation.home.rglob("*")} == before
    assert installation.writes() == writes


def test_every_broken_part_is_named_with_its_next_step(installation: Installation, tmp_path: Path) -> None:
    broken = tmp_path / "home"
    shutil.copytree(installation.home, broken)
    KeyRing.open(broken / "keys")
    (broken / "keys" / "digest.key").chmod(0o644)
    (broken / "policy.yaml").write_text("version: 0\nladder: []\nrules: []\n")
    code, said = checks(
        installation,
        tmp_path / "doctor.json",
        PROVOST_HOME=str(broken),
        PROVOST_POLICY_FILE=str(broken / "policy.yaml"),
        PROVOST_INSTITUTION_FILE=str(tmp_path / "none.yaml"),
        PROVOST_BANNER__URL=NOWHERE,
        PROVOST_CANVAS__READ_TOKEN="wrong",
        PROVOST_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none",
    )
    assert code == 1
    wrong = {part: check for part, check in said.items() if check["mark"] == "fix"}
    assert set(wrong) >= {"policy", "institution", "keys", "database", "banner sign-in", "canvas token"}
    assert "chmod 600" in wrong["keys"]["fix"]
    assert "PV102" in wrong["banner sign-in"]["seen"]
    assert all(check["fix"] for check in wrong.values())


def test_settings_that_are_not_valid_end_the_examination(installation: Installation, tmp_path: Path) -> None:
    code, said = checks(installation, tmp_path / "doctor.json", PROVOST_POLL_SECONDS="-1")
    assert (code, list(said)) == (1, ["settings"])
    assert "poll_seconds" in said["settings"]["seen"]


def test_a_settings_file_that_others_may_read_is_said(installation: Installation) -> None:
    installation.settings_file.chmod(0o644)
    outcome = installation.run("doctor")
    installation.settings_file.chmod(0o600)
    assert (outcome.code, "chmod 600 provost.toml" in " ".join(outcome.out.split())) == (1, True)
    assert [line for line in outcome.out.splitlines() if len(line.rstrip()) > 80] == []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with a database and a ledger of three entries."""
    made = Settings(home=tmp_path / "home")
    database = open_database(made.database)
    upgrade(database)
    ledger = Ledger(database, KeyRing.open(made.home / "keys"), made.checkpoints)
    for number in range(3):
        ledger.append("write", "gate", "run-1", {"number": number})
    ledger.checkpoint()
    ledger.append("write", "gate", "run-1", {"number": 4})
    database.close()
    return made


def only(found: object) -> Check:
    [check] = list(found)
    return check


def test_the_ledger_is_verified_since_its_last_checkpoint(settings: Settings) -> None:
    assert only(storage.look_at_ledger(settings)).seen == "4 entries; 1 verified since the checkpoint at 3."
    with sqlite3.connect(settings.home / "provost.db") as intruder:
        for statement in unguard_statements("sqlite"):
            intruder.execute(statement)
        intruder.execute("UPDATE ledger_entry SET body = '{}' WHERE seq = 4")
    intruder.close()
    check = only(storage.look_at_ledger(settings))
    assert (check.mark, "First bad entry: 4" in check.seen) == (Mark.FIX, True)


def test_a_kill_switch_is_said(settings: Settings) -> None:
    assert only(storage.look_at_switch(settings)).mark is Mark.OK
    (settings.home / "STOP.canvas").touch()
    assert only(storage.look_at_switch(settings)).seen == "The kill switch STOP.canvas is on."


def test_an_old_database_is_said(settings: Settings) -> None:
    with sqlite3.connect(settings.home / "provost.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    assert Mark.FIX in [check.mark for check in storage.look_at_database(settings)]


def test_a_full_disk_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(files.look_at_disk(settings)).mark is Mark.OK
    monkeypatch.setattr(files, "LEAST_FREE_BYTES", 1 << 60)
    assert only(files.look_at_disk(settings)).mark is Mark.FIX


def test_a_sqlite_that_is_too_old_for_the_engine_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(work.look_at_engine(settings)).mark is Mark.OK
    monkeypatch.setattr(sys, "version_info", (3, 13))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    said = only(look("engine", partial(work.look_at_engine, settings)))
    assert (said.mark, "3.42 or newer" in said.fix) == (Mark.FIX, True)


def test_work_that_waits_for_a_silent_worker_is_said(settings: Settings) -> None:
    assert only(work.look_at_queue(settings)).seen == "0 waiting, 0 begun, 0 failed."
    with sqlite3.connect(settings.home / "engine.db") as engine:
        engine.execute("CREATE TABLE workflow_status (status TEXT, created_at INTEGER)")
        engine.executemany("INSERT INTO workflow_status VALUES (?, 1)", [("ENQUEUED",), ("PENDING",), ("SUCCESS",)])
    engine.close()
    database = open_database(settings.database)
    slots = WorkerSlots(database)
    slots.take("slot-1", "slot-1")
    slots.release("slot-1", "slot-1")
    database.close()
    check = only(work.look_at_queue(settings))
    assert (check.mark, check.seen) == (Mark.NOTE, "1 waiting, 1 begun, 0 failed. Silent workers: slot-1.")


def test_a_part_that_fails_in_an_unknown_way_is_a_check_of_its_own() -> None:
    def burst() -> list[Check]:
        raise RuntimeError("with a name in it")

    [check] = look("disk", burst)
    assert (check.mark, check.seen) == (Mark.FIX, "It could not be looked at (RuntimeError).")


def test_without_any_setting_the_missing_ones_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    configure_logs("console", "error")
    found = examine()
    wrong = {check.part for check in found.checks if check.mark is Mark.FIX}
    assert wrong >= {"policy", "institution", "banner", "canvas"}
    assert list(tmp_path.iterdir()) == []
