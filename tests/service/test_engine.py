"""The engine: accepted once, run to the end, taken over from the dead, moved to newer versions."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.engine import WorkQueue, engine_url
from store.database import open_database
from store.migrations import upgrade
from tests.graphs.conftest import checkpoint_url, postgres_url  # noqa: F401 fixtures

WORKER = [sys.executable, "-m", "tests.service.engine_worker"]


@pytest.fixture
def url(checkpoint_url: str, tmp_path: Path) -> str:  # noqa: F811
    chosen = f"sqlite:///{tmp_path}/provost.db" if checkpoint_url.startswith("sqlite") else checkpoint_url
    database = open_database(chosen)
    upgrade(database)
    database.close()
    return chosen


@pytest.fixture
def queue(url: str, tmp_path: Path) -> Iterator[WorkQueue]:
    found = WorkQueue(engine_url(url, tmp_path))
    yield found
    found.close()


@contextmanager
def worker(url: str, folder: Path, slot: str, version: str = "1", seconds: float = 0.0) -> Iterator[subprocess.Popen]:
    command = [*WORKER, url, str(folder), slot, version, str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def ended(folder: Path) -> Counter[str]:
    log = folder / "log.txt"
    lines = log.read_text().splitlines() if log.exists() else []
    return Counter(line.split()[1] for line in lines if line.startswith("end"))


def until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_an_event_is_run_once_however_often_it_is_delivered(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    for _ in range(3):
        queue.enqueue("event", "evt_00000001", {"n": "7"})
    with worker(url, tmp_path, "slot-1"):
        until(lambda: queue.status("evt_00000001") == "done")
        queue.enqueue("event", "evt_00000001", {"n": "7"})
        queue.enqueue("event", "evt_00000002", {"n": "8"})
        until(lambda: queue.status("evt_00000002") == "done")
    assert ended(tmp_path) == {"evt_00000001": 1, "evt_00000002": 1}
    assert queue.status("evt_99999999") == "unknown"


def test_a_killed_worker_takes_its_work_up_again(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    queue.enqueue("event", "evt_00000001", {})
    with worker(url, tmp_path, "slot-1", seconds=20) as first:
        until(lambda: queue.status("evt_00000001") == "running")
        first.kill()
    with worker(url, tmp_path, "slot-1"):
        until(lambda: queue.status("evt_00000001") == "done")
    assert ended(tmp_path) == {"evt_00000001": 1}


def test_another_worker_takes_over_a_dead_slot(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has one worker")
    queue.enqueue("event", "evt_00000001", {})
    with worker(url, tmp_path, "slot-1", seconds=20) as first:
        until(lambda: queue.status("evt_00000001") == "running")
        with worker(url, tmp_path, "slot-2"):
            first.kill()
            until(lambda: queue.status("evt_00000001") == "done")
    assert ended(tmp_path) == {"evt_00000001": 1}


def test_a_newer_version_takes_over_begun_and_waiting_work(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    names = [f"evt_0000000{n}" for n in range(8)]
    with worker(url, tmp_path, "slot-1", version="1", seconds=20) as first:
        for name in names:
            queue.enqueue("event", name, {})
        until(lambda: queue.status(names[0]) == "running")
        first.kill()
    with worker(url, tmp_path, "slot-1", version="2"):
        until(lambda: all(queue.status(name) == "done" for name in names))
    assert ended(tmp_path) == dict.fromkeys(names, 1)


def test_a_slot_has_one_living_worker(url: str, tmp_path: Path) -> None:
    with worker(url, tmp_path, "slot-1"):
        command = [*WORKER, url, str(tmp_path), "slot-1", "1", "0"]
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert "Another worker runs in slot slot-1" in second.stderr


def test_a_worker_that_is_told_to_stop_lets_its_run_end(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    queue.enqueue("event", "evt_00000001", {})
    with worker(url, tmp_path, "slot-1", seconds=1.5) as process:
        until(lambda: queue.status("evt_00000001") == "running")
        assert process.stdin is not None
        process.stdin.close()
        assert process.stdout is not None
        assert process.stdout.readline() == "drained\n"
    assert ended(tmp_path) == {"evt_00000001": 1}


def test_nothing_is_pickled(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    queue.enqueue("event", "evt_00000001", {"n": "7"})
    row = queue._client.list_workflows(workflow_ids=["evt_00000001"])[0]
    assert row.input == {"args": ("event", "evt_00000001", {"n": "7"}), "kwargs": {}}
    raw = queue._client._sys_db.get_workflow_status("evt_00000001")
    assert raw["serialization"] == "portable_json"


def test_work_taken_back_is_not_run(queue: WorkQueue, url: str, tmp_path: Path) -> None:
    queue.enqueue("event", "evt_00000001", {})
    queue.cancel("evt_00000001")
    assert queue.status("evt_00000001") == "cancelled"
