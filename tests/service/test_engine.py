"""The engine: accepted once, run to the end, taken over from the dead, moved to newer versions."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from service.engine import WorkQueue, engine_url
from store.database import open_database
from store.migrations import upgrade
from tests.graphs.conftest import checkpoint_url, postgres_url  # noqa: F401 fixtures


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


@pytest.fixture(scope="module")
def forks() -> Iterator[subprocess.Popen[str]]:
    """A process with everything imported, which forks workers."""
    command = [sys.executable, "-m", "tests.service.engine_worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


Start = Callable[..., int]


@pytest.fixture
def start(forks: subprocess.Popen[str], url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts workers in slots and kills at the end whatever is left of them."""
    begun: list[int] = []

    def go(slot: str = "slot-1", version: str = "1", seconds: float = 0.0, *, ready: bool = True) -> int:
        asked = {"url": url, "folder": str(tmp_path), "slot": slot, "version": version, "seconds": seconds}
        assert forks.stdin is not None
        assert forks.stdout is not None
        forks.stdin.write(json.dumps(asked) + "\n")
        forks.stdin.flush()
        begun.append(int(forks.stdout.readline()))
        if ready:
            until(lambda: noted(tmp_path, f"ready {begun[-1]}"))
        return begun[-1]

    yield go
    for process in begun:
        end(process)


def end(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def noted(folder: Path, line: str) -> bool:
    log = folder / "log.txt"
    return log.exists() and line in log.read_text().splitlines()


def ended(folder: Path) -> Counter[str]:
    log = folder / "log.txt"
    lines = log.read_text().splitlines() if log.exists() else []
    return Counter(line.split()[1] for line in lines if line.startswith("end"))


def until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_an_event_is_run_once_however_often_it_is_delivered(queue: WorkQueue, start: Start, tmp_path: Path) -> None:
    for _ in range(3):
        queue.enqueue("event", "evt_00000001", {"n": "7"})
    start()
    until(lambda: queue.status("evt_00000001") == "done")
    queue.enqueue("event", "evt_00000001", {"n": "7"})
    queue.enqueue("event", "evt_00000002", {"n": "8"})
    until(lambda: queue.status("evt_00000002") == "done")
    assert ended(tmp_path) == {"evt_00000001": 1, "evt_00000002": 1}
    assert queue.status("evt_99999999") == "unknown"


def test_events_of_one_key_join_the_run_that_waits_and_none_that_has_begun(
    queue: WorkQueue, start: Start, tmp_path: Path
) -> None:
    for number in range(1, 4):
        queue.gather("event", f"evt_0000000{number}", {"n": "7"}, "202680-10001", 3)
    queue.gather("event", "evt_00000004", {"n": "8"}, "202680-10002", 3)
    assert [queue.status(f"evt_0000000{number}") for number in (1, 2, 4)] == ["accepted", "unknown", "accepted"]
    end(start())
    start(seconds=3)
    until(lambda: queue.status("evt_00000001") == "running")
    queue.gather("event", "evt_00000003", {"n": "7"}, "202680-10001", 1)
    until(lambda: all(queue.status(f"evt_0000000{number}") == "done" for number in (1, 3, 4)))
    assert ended(tmp_path) == {f"evt_0000000{number}": 1 for number in (1, 3, 4)}


def test_a_killed_worker_takes_its_work_up_again(queue: WorkQueue, start: Start, tmp_path: Path) -> None:
    queue.enqueue("event", "evt_00000001", {})
    first = start(seconds=20)
    until(lambda: queue.status("evt_00000001") == "running")
    end(first)
    start()
    until(lambda: queue.status("evt_00000001") == "done")
    assert ended(tmp_path) == {"evt_00000001": 1}


def test_another_worker_takes_over_a_dead_slot(queue: WorkQueue, start: Start, url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has one worker")
    queue.enqueue("event", "evt_00000001", {})
    first = start("slot-1", seconds=20)
    until(lambda: queue.status("evt_00000001") == "running")
    start("slot-2")
    end(first)
    until(lambda: queue.status("evt_00000001") == "done")
    assert ended(tmp_path) == {"evt_00000001": 1}


def test_a_newer_version_takes_over_begun_and_waiting_work(queue: WorkQueue, start: Start, tmp_path: Path) -> None:
    names = [f"evt_0000000{n}" for n in range(8)]
    first = start(version="1", seconds=20)
    for name in names:
        queue.enqueue("event", name, {})
    until(lambda: queue.status(names[0]) == "running")
    end(first)
    start(version="2")
    until(lambda: all(queue.status(name) == "done" for name in names))
    assert ended(tmp_path) == dict.fromkeys(names, 1)


def test_a_slot_has_one_living_worker(start: Start, tmp_path: Path) -> None:
    start()
    second = start(ready=False)
    failed = tmp_path / f"failed-{second}.txt"
    until(failed.exists)
    until(lambda: "Another worker runs in slot slot-1" in failed.read_text())


def test_a_worker_that_is_told_to_stop_lets_its_run_end(queue: WorkQueue, start: Start, tmp_path: Path) -> None:
    queue.enqueue("event", "evt_00000001", {})
    process = start(seconds=1.5)
    until(lambda: queue.status("evt_00000001") == "running")
    os.kill(process, signal.SIGTERM)
    until(lambda: noted(tmp_path, f"drained {process}"))
    assert ended(tmp_path) == {"evt_00000001": 1}


def test_nothing_is_pickled(queue: WorkQueue) -> None:
    queue.enqueue("event", "evt_00000001", {"n": "7"})
    row = queue._client.list_workflows(workflow_ids=["evt_00000001"])[0]
    assert row.input == {"args": ("event", "evt_00000001", {"n": "7"}), "kwargs": {}}
    raw = queue._client._sys_db.get_workflow_status("evt_00000001")
    assert raw["serialization"] == "portable_json"


def test_work_taken_back_is_not_run(queue: WorkQueue) -> None:
    queue.enqueue("event", "evt_00000001", {})
    queue.cancel("evt_00000001")
    assert queue.status("evt_00000001") == "cancelled"
