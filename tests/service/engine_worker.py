"""A process that forks engine workers on request; each notes in a log when it is ready, begins or ends a run, drained.

Requests are lines of JSON: ``url, folder, slot, version, seconds`` (how long each run takes). Answers are process ids.
"""

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

import dbos  # noqa: F401 loaded before the fork
import psycopg  # noqa: F401 loaded before the fork
import structlog

from graphs.locks import locks_for
from service.engine import engine_url
from service.running import WorkerEngine
from store.database import open_database


def work(url: str, folder: Path, slot: str, version: str, seconds: float) -> None:
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    log = folder / "log.txt"

    def note(line: str) -> None:
        with log.open("a") as out:
            out.write(line + "\n")

    def run(workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        note(f"begin {thread} {slot} {version}")
        time.sleep(seconds)
        note(f"end {thread} {slot} {version} {workflow} {payload.get('n', '')}")
        return "done"

    engine = WorkerEngine(
        engine_url(url, folder),
        database=open_database(url),
        locks=locks_for(url, folder),
        slot=slot,
        version=version,
        concurrency=4,
        polling_seconds=0.1,
        lease_seconds=2.0,
    )
    engine.launch(run)
    note(f"ready {os.getpid()}")
    stopping.wait()
    engine.drain(5)
    note(f"drained {os.getpid()}")


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 0
            try:
                work(asked["url"], Path(asked["folder"]), asked["slot"], asked["version"], asked["seconds"])
            except BaseException as failure:  # noqa: BLE001 the child must end here, whatever happened
                (Path(asked["folder"]) / f"failed-{os.getpid()}.txt").write_text(f"{failure}\n{traceback.format_exc()}")
                code = 1
            os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
