"""A worker process for engine tests: writes a line when it begins a run and one when it ends it.

Arguments: database url, state folder, slot, version, seconds each run takes.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from graphs.locks import locks_for
from service.engine import engine_url
from service.running import WorkerEngine
from store.database import open_database


def main() -> None:
    url, folder, slot, version, seconds = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5])
    log = folder / "log.txt"

    def run(workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        note(log, f"begin {thread} {slot} {version}")
        time.sleep(seconds)
        note(log, f"end {thread} {slot} {version} {workflow} {payload.get('n', '')}")
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
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    engine.drain(5)
    sys.stdout.write("drained\n")


def note(log: Path, line: str) -> None:
    with log.open("a") as out:
        out.write(line + "\n")


if __name__ == "__main__":
    main()
