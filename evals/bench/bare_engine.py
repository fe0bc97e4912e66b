"""The baseline of events: the engine alone, whose one workflow commits bare rows as often as ours does, nothing else.

``python -m evals.bench.bare_engine URL FOLDER SLOT COMMITS`` is one worker; it ends with its standard input.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING

from evals.bench.bare_graph import create_table
from store.database import Database, open_database

if TYPE_CHECKING:
    from dbos import DBOSClient

QUEUE, WORKFLOW = "bare", "commit_rows"
READY = "ready\n"
POLLING, CONCURRENCY = 0.2, {"sqlite": 4, "postgresql": 8}
"""As ``provost worker`` sets them."""


def time_bare_engine(url: str, folder: Path, *, workers: int, commits: int, events: int) -> float:
    """Return the seconds that so many workflows take from the first one accepted to the last one done."""
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(url)
    create_table(database)
    database.close()
    with _client(url, folder) as client, _working(url, folder, workers, commits):
        _carry(client, "warm", workers * 4)
        return _carry(client, "bare", events)


def _carry(client: "DBOSClient", name: str, events: int) -> float:
    began = time.perf_counter()
    for number in range(events):
        options = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": f"{name}{number}"}
        client.enqueue(options)  # type: ignore[arg-type]
    while client.list_workflows(status=["ENQUEUED", "PENDING"], load_input=False, load_output=False):
        time.sleep(0.05)
    if client.list_workflows(status="ERROR", load_input=False, load_output=False):
        raise AssertionError("The baseline failed, so nothing was measured.")
    return time.perf_counter() - began


@contextmanager
def _client(url: str, folder: Path) -> "Iterator[DBOSClient]":
    from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

    DBOS.migrate(engine_address(url, folder))
    client = DBOSClient(
        system_database_url=engine_address(url, folder),
        serializer=DBOSPortableJSONSerializer(),
        system_database_pool_size=2,
    )
    try:
        yield client
    finally:
        client.destroy()


@contextmanager
def _working(url: str, folder: Path, workers: int, commits: int) -> Iterator[None]:
    """Run workers, each a process of its own, for the length of a block."""
    command = [sys.executable, "-m", "evals.bench.bare_engine", url, str(folder)]
    begun = [
        Popen([*command, f"bare-{number}", str(commits)], stdin=PIPE, stdout=PIPE, text=True)  # noqa: S603 ourselves
        for number in range(workers)
    ]
    try:
        for process in begun:
            assert process.stdout is not None
            if process.stdout.readline() != READY:
                raise AssertionError("A worker of the baseline did not start.")
        yield
    finally:
        for process in begun:
            process.communicate()


def engine_address(url: str, folder: Path) -> str:
    """Return where the engine keeps its queue: a file of its own in write-ahead mode, or the same PostgreSQL."""
    import sqlite3
    from contextlib import closing

    if not url.startswith("sqlite"):
        return url.replace("+psycopg", "", 1)
    path = folder.resolve() / "bare-engine.db"
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{path}"


def _commit_row(database: Database) -> None:
    """Commit one row of the size of a ledger entry, in words that both databases understand."""
    with database.session() as session:
        session.connection().exec_driver_sql(f"INSERT INTO bare VALUES ('run_0123456789', '{'x' * 400}')")  # noqa: S608


def work(url: str, folder: Path, slot: str, commits: int) -> None:
    """Be one worker until standard input closes."""
    from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

    database: Database = open_database(url)

    @DBOS.step(name="commit_step")
    def commit_step() -> None:
        for _ in range(commits):
            _commit_row(database)

    @DBOS.workflow(name=WORKFLOW)
    def commit_rows() -> None:
        commit_step()

    DBOS(
        config=DBOSConfig(
            name=QUEUE,
            system_database_url=engine_address(url, folder),
            executor_id=slot,
            application_version="1",
            serializer=DBOSPortableJSONSerializer(),
            log_level="ERROR",
        )
    )
    DBOS.launch()
    concurrency = CONCURRENCY[database.dialect]
    DBOS.register_queue(
        QUEUE, worker_concurrency=concurrency, polling_interval_sec=POLLING, on_conflict="always_update"
    )
    sys.stdout.write(READY)
    sys.stdout.flush()
    sys.stdin.read()
    DBOS.destroy(workflow_completion_timeout_sec=1)
    database.close()


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
