"""What is kept no longer than needed: pruning, rotating and forgetting, each by a registrar and each on record."""

import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from domain.ids import RecordHandle
from graphs.assembly import assemble
from graphs.settings import load_settings
from service.engine import WorkQueue, engine_url
from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service retention")
COUNTED = re.compile(r"UTC: (.* folder)")
AGED = "2026-01-01 00:00:00.000000"


@pytest.fixture(scope="module")
def ran(install: Install, shipped_policy: str) -> Installation:
    """An installation after one reconcile that left plans for people."""
    installation = install(shipped_policy)
    installation.run("reconcile", installation.term)
    return installation


@pytest.fixture(scope="module")
def registrar(ran: Installation) -> Path:
    return ran.person("ronda", "registrar")


def count(file: Path, query: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(query).fetchone()[0])


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def keep_for(installation: Installation, days: int) -> None:
    settings = installation.settings_file.read_text(encoding="utf-8")
    cleared = re.sub(r"\n\[retention\]\n.*\n", "", settings)
    installation.settings_file.write_text(f"{cleared}\n[retention]\nfinished_run_days = {days}\n", encoding="utf-8")


def finish_long_ago(installation: Installation) -> None:
    """Make every run one that ended in January, leave one finished piece of work, a lease and a crashed snapshot."""
    home = installation.home
    change(home / "provost.db", f"UPDATE run SET state = 'done', started_at = '{AGED}', ended_at = '{AGED}'")
    run = "(SELECT id FROM run LIMIT 1)"
    change(home / "provost.db", f"INSERT INTO lease VALUES ('enrolment:x', {run}, 'h', '{AGED}')")
    queue = WorkQueue(engine_url(f"sqlite:///{home}/provost.db", home))
    queue.enqueue("event", "evt_00000001", {})
    queue.enqueue("event", "evt_00000002", {})
    queue.cancel("evt_00000001")
    queue.close()
    change(home / "engine.db", "UPDATE workflow_status SET completed_at = 1000 WHERE status = 'CANCELLED'")
    talk = f"INSERT INTO chat VALUES ('cnv_over', 'ann', '{AGED}')"
    change(home / "provost.db", talk)
    change(home / "provost.db", f"INSERT INTO chat_turn VALUES ('cnv_over', 0, '{AGED}', 'sealed')")
    left = home / "staging" / "provost-staging-left"
    left.mkdir(parents=True)
    os.utime(left, (1_000_000_000, 1_000_000_000))


def test_without_an_age_nothing_is_removed(ran: Installation, registrar: Path) -> None:
    refused = ran.run("prune", "--token-file", registrar)
    assert refused.code == 1
    assert "retention.finished_run_days" in refused.err


def test_a_waiting_run_and_a_young_one_keep_everything(ran: Installation, registrar: Path) -> None:
    keep_for(ran, 1)
    out = ran.run("prune", "--token-file", registrar).out
    assert "0 finished runs' checkpoints, 0 engine rows, 0 leases, 0 staging folders removed." in out
    assert count(ran.home / "threads.db", "SELECT count(*) FROM checkpoints") > 0


def test_what_finished_runs_left_goes_after_a_dry_run_and_the_ledger_stays(ran: Installation, registrar: Path) -> None:
    keep_for(ran, 30)
    finish_long_ago(ran)
    threads = count(ran.home / "threads.db", "SELECT count(DISTINCT thread_id) FROM checkpoints")
    entries = count(ran.home / "provost.db", "SELECT count(*) FROM ledger_entry")
    foreseen = ran.run("prune", "--dry-run", "--token-file", registrar).out
    assert re.search(r"1 engine row, [1-9] leases?, 1 staging folder would be removed\.", foreseen)
    assert "1 conversation that nobody can open would be removed." in foreseen
    assert count(ran.home / "threads.db", "SELECT count(DISTINCT thread_id) FROM checkpoints") == threads > 0
    assert count(ran.home / "provost.db", "SELECT count(*) FROM ledger_entry") == entries
    done = ran.run("prune", "--token-file", registrar)
    assert done.code == 0, done.err
    assert COUNTED.findall(done.out) == COUNTED.findall(foreseen)
    assert count(ran.home / "threads.db", "SELECT count(*) FROM checkpoints") == 0
    assert count(ran.home / "threads.db", "SELECT count(*) FROM writes") == 0
    assert count(ran.home / "provost.db", "SELECT count(*) FROM lease") == 0
    assert count(ran.home / "provost.db", "SELECT count(*) FROM chat") == 0
    assert count(ran.home / "provost.db", "SELECT count(*) FROM chat_turn") == 0
    assert count(ran.home / "engine.db", "SELECT count(*) FROM workflow_status") == 1
    assert not (ran.home / "staging" / "provost-staging-left").exists()
    assert count(ran.home / "provost.db", "SELECT count(*) FROM ledger_entry") == entries + 1
    assert ran.run("ledger", "verify").code == 0
    with closing(sqlite3.connect(ran.home / "provost.db")) as connection:
        kind, actor, body = connection.execute(
            "SELECT kind, actor, body FROM ledger_entry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    assert (kind, actor) == ("retention.pruned", "ronda")
    assert json.loads(body)["threads"] == threads
    assert ran.run("report").code == 0


def test_s226_keys_are_rotated_on_record_and_old_values_stay_readable(ran: Installation, registrar: Path) -> None:
    rotated = ran.run("keys", "rotate", "--token-file", registrar)
    assert (rotated.code, "sealed under k2" in rotated.out) == (0, True)
    assert (ran.home / "keys" / "seal-k2.key").exists()
    again = ran.run("reconcile", ran.term)
    assert again.code in (0, 3), again.err
    assert count(ran.home / "provost.db", "SELECT count(*) FROM ledger_entry WHERE kind = 'keys.rotated'") == 1
    assert ran.run("ledger", "verify").code == 0


def test_e18_a_person_is_forgotten_and_the_chain_stays(ran: Installation, registrar: Path) -> None:
    with assemble(load_settings(file=ran.settings_file)) as provost:
        people = [person.sis_id for person in provost.sis.read_people().rows]
        handles = provost.identities.handles(people)
    text = "\n".join(str(row) for row in _pending(ran))
    handle = next(handle for handle in handles.values() if handle not in text)
    export = ("ledger", "export", "--student", handle, "--token-file", registrar)
    assert ran.run(*export).code == 0
    done = ran.run("forget", handle, "--reason", "request 14", "--token-file", registrar)
    assert done.code == 0, done.err
    assert "is forgotten with 1 SIS id" in done.out
    assert count(ran.home / "provost.db", f"SELECT count(*) FROM record_handle WHERE handle = '{handle}'") == 0
    assert count(ran.home / "provost.db", f"SELECT count(*) FROM person_key WHERE handle = '{handle}'") == 0
    assert ran.run("ledger", "verify").code == 0
    again = ran.run("forget", handle, "--reason", "request 14", "--token-file", registrar)
    assert (again.code, "PV205" in again.err) == (1, True)
    with assemble(load_settings(file=ran.settings_file)) as provost:
        person = next(one for one, known in handles.items() if known == handle)
        assert provost.identities.handles([person])[person] != handle


def test_e18_nobody_is_forgotten_while_a_change_about_them_waits(ran: Installation, registrar: Path) -> None:
    found = re.search(r"per_[a-z2-7]{16}", "\n".join(str(row) for row in _pending(ran)))
    assert found is not None
    refused = ran.run("forget", found[0], "--reason", "request 15", "--token-file", registrar)
    assert (refused.code, "PV500" in refused.err) == (1, True)
    kept = count(ran.home / "provost.db", f"SELECT count(*) FROM record_handle WHERE handle = '{found[0]}'")
    assert kept == 1


@pytest.mark.parametrize(
    "command", [("prune", "--dry-run"), ("keys", "rotate"), ("forget", RecordHandle("per_x"), "--reason", "why")]
)
def test_only_a_registrar_may(ran: Installation, command: tuple[str, ...]) -> None:
    advisor = ran.person("adam", "advisor")
    assert "PV403" in ran.run(*command, "--token-file", advisor).err
    assert "who you are" in ran.run(*command).err


def _pending(installation: Installation) -> list[tuple[object, ...]]:
    """The changes of every plan that waits for an answer."""
    query = "SELECT plan FROM approval WHERE state = 'pending'"
    with closing(sqlite3.connect(installation.home / "provost.db")) as connection:
        return connection.execute(query).fetchall()
