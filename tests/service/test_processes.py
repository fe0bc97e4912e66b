"""The long commands as processes: the demonstration with its summary, and a worker that is told to stop."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.conftest import Install

COMMAND = [sys.executable, "-c", "from service.cli import main; main()"]
KEYS = [
    *("planted", "found", "precision", "recall", "auto_resolved", "held", "tickets", "applied", "verified"),
    *("unverified", "rolled_back", "ledger_ok", "seconds"),
]


@pytest.mark.slow
@pytest.mark.xdist_group("service demo")
def test_the_demonstration_ends_well_and_its_summary_keeps_its_keys(tmp_path: Path) -> None:
    command = [*COMMAND, "demo", "--once", "--students", "120", "--json", "summary.json"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
    assert process.returncode == 0, process.stdout + process.stderr
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert list(summary) == KEYS
    assert (summary["precision"], summary["recall"], summary["ledger_ok"]) == (1.0, 1.0, True)
    assert summary["verified"] + summary["unverified"] == summary["applied"] > 0


def count(home: Path, rows: str) -> int:
    with closing(sqlite3.connect(f"file:{home}/provost.db?mode=ro", uri=True)) as database:
        return int(database.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])


@pytest.mark.xdist_group("service worker")
def test_a_worker_takes_up_events_and_stops_when_told(install: Install, shipped_policy: str) -> None:
    installation = install(shipped_policy)
    before = installation.writes()
    installation.campus.live(4)
    with subprocess.Popen(
        [*COMMAND, "worker", "--slot", "slot-7"], cwd=installation.home, stderr=subprocess.PIPE, text=True
    ) as worker:
        try:
            deadline = time.monotonic() + 60
            while installation.writes() == before and worker.poll() is None:
                assert time.monotonic() < deadline, "the worker wrote nothing"
                time.sleep(0.2)
            worker.send_signal(signal.SIGHUP)
            for rows in ("ledger_entry WHERE kind = 'files.reloaded'", "run WHERE kind = 'event' AND state = 'done'"):
                while not count(installation.home, rows):
                    assert time.monotonic() < deadline, f"there was nothing in {rows}"
                    time.sleep(0.2)
            worker.send_signal(signal.SIGTERM)
            assert worker.stderr is not None
            said = worker.stderr.read()
            assert worker.wait(timeout=90) == 0, said
        finally:
            worker.kill()
    assert "Worker slot-7 is at work" in said
    assert "files were read again" in said
    assert "has stopped" in said
    assert "; 0 after it." in installation.run("ledger", "verify").out, "a worker seals what it appended"
    reported = installation.run("report")
    assert re.search(r"[1-9]\d* live registration events? in that time: [1-9]", reported.out), reported.out
