"""A worker that is told to stop stops at a step boundary within its time; what it had begun goes on elsewhere, once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypedDict

import pytest
from langgraph.errors import GraphDrained
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from domain.ids import RunId
from domain.records import Record
from graphs.channels import checked
from graphs.checkpoints import open_checkpoints
from graphs.draining import Draining
from graphs.locks import locks_for
from graphs.threads import Threads
from service.engine import WorkQueue, engine_url
from service.running import LeftUnderWay, WorkerEngine
from store.database import open_database
from store.keys import KeyRing
from store.migrations import upgrade
from tests.graphs.conftest import checkpoint_url, postgres_url  # noqa: F401 fixtures

RUN = RunId("evt_0123456789ab")
pytestmark = pytest.mark.slow


class Mark(Record):
    word: str = ""


class Steps(TypedDict, total=False):
    mark: Mark


class Site:
    """One database; each worker on it has checkpoints, locks and a drain of its own, as a process has."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.ran = url, folder, Counter[str]()
        self.within, self.go = threading.Event(), threading.Event()
        self.ring = KeyRing.open(folder / "keys")

    def graph(self, asks: bool = False):
        def first(state: Steps) -> Steps:
            self.ran["first"] += 1
            self.within.set()
            assert self.go.wait(20)
            return {"mark": Mark(word="first")}

        def second(state: Steps) -> Steps:
            self.ran["second"] += 1
            return {"mark": Mark(word=interrupt({"asks": "?"}) if asks else "second")}

        builder = StateGraph(checked(Steps))
        builder.add_node("first", first)
        builder.add_node("second", second)
        builder.add_edge(START, "first")
        builder.add_edge("first", "second")
        builder.add_edge("second", END)
        return builder

    def worker(self, opened: ExitStack, slot: str, asks: bool = False) -> tuple[WorkerEngine, Draining]:
        database = open_database(self.url)
        locks, draining = locks_for(self.url, self.folder), Draining()
        saver = opened.enter_context(open_checkpoints(self.url, self.ring, self.folder))
        opened.callback(database.close)
        opened.callback(locks.close)
        threads = Threads(self.graph(asks).compile(checkpointer=saver), locks, draining)

        def carry(workflow: str, thread: str, payload: Mapping[str, str]) -> str:
            try:
                standing = threads.run(RunId(thread), {"mark": Mark()}, None, "sync")
            except GraphDrained as drained:
                raise LeftUnderWay from drained
            return "done" if standing.over else "paused"

        engine = WorkerEngine(
            engine_url(self.url, self.folder),
            database=database,
            locks=locks,
            slot=slot,
            version="1",
            concurrency=4,
            polling_seconds=0.05,
            lease_seconds=2.0,
        )
        engine.launch(carry)
        return engine, draining


@pytest.fixture
def site(checkpoint_url: str, tmp_path: Path) -> Site:  # noqa: F811
    url = f"sqlite:///{tmp_path}/provost.db" if checkpoint_url.startswith("sqlite") else checkpoint_url
    with closing(open_database(url)) as database:
        upgrade(database)
    return Site(url, tmp_path)


def until(done: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_what_runs_stops_after_its_step_and_another_worker_goes_on_from_there(site: Site) -> None:
    with ExitStack() as opened, closing(WorkQueue(engine_url(site.url, site.folder))) as queue:
        engine, draining = site.worker(opened, "slot-1")
        queue.enqueue("event", RUN, {})
        assert site.within.wait(15)
        draining.request()
        threading.Timer(0.3, site.go.set).start()
        began = time.monotonic()
        assert engine.drain(10) == 0
        assert time.monotonic() - began < 8
        assert site.ran == {"first": 1}
        assert queue.status(RUN) == "running", "the work was not recorded as ended"
        second, _ = site.worker(opened, "slot-2")
        until(lambda: queue.status(RUN) == "done")
        assert second.drain(5) == 0
        assert site.ran == {"first": 1, "second": 1}


def test_a_step_that_takes_too_long_is_counted_as_left(site: Site) -> None:
    with ExitStack() as opened, closing(WorkQueue(engine_url(site.url, site.folder))) as queue:
        engine, draining = site.worker(opened, "slot-1")
        queue.enqueue("event", RUN, {})
        assert site.within.wait(15)
        draining.request()
        began = time.monotonic()
        assert engine.drain(1) == 1
        assert time.monotonic() - began < 8
        site.go.set()
        until(lambda: engine._running == 0)


def test_nobody_is_held_while_a_person_thinks(site: Site) -> None:
    site.go.set()
    with ExitStack() as opened, closing(WorkQueue(engine_url(site.url, site.folder))) as queue:
        engine, _ = site.worker(opened, "slot-1", asks=True)
        for number in range(12):
            queue.enqueue("event", f"evt_waits{number:04d}", {})
        until(lambda: all(queue.status(f"evt_waits{number:04d}") == "done" for number in range(12)))
        assert (engine._running, queue.begun()) == (0, [])
        assert site.ran == {"first": 12, "second": 12}
        assert engine.drain(5) == 0
