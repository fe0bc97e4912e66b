"""Run a campus as a process: `python -m simulator --students 2000 --seed 7 --term 202680`.

When every face answers, one JSON line with addresses, credentials and the registrar's calendar goes to standard
output. The campus lives until standard input is closed or SIGTERM arrives, and keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from simulator.campus import DEFAULT_SEED, Campus
from simulator.control import to_text
from simulator.world.learning.campus_learning import CLEAN, OFF, PLANTED


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; wrong use ends the process with a message and code 2."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A campus on loopback.")
    parser.add_argument("--students", type=int, help="number of students (2000, or all that the records have)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same seed makes the same campus")
    parser.add_argument("--term", help="term code, such as 202680")
    parser.add_argument("--world", choices=("synthetic", "oulad"), default="synthetic")
    parser.add_argument("--data", type=Path, help="folder of the OULAD records")
    parser.add_argument("--as-of", type=_moment, help="campus time, ISO 8601 with an offset")
    parser.add_argument("--learning", choices=(OFF, CLEAN, PLANTED), default=OFF, help="whether courses are taught")
    parser.add_argument("--key-file", type=Path, help="write the answer key here, for scoring only")
    parser.add_argument("--oneroster", type=Path, help="write OneRoster bundles into this folder")
    parser.add_argument("--token-seconds", type=float, default=300.0, help="life of an Ethos token")
    return parser.parse_args(arguments)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("give an offset, such as 2026-09-21T09:00-04:00")
    return moment


def write_key(campus: Campus, path: Path) -> None:
    """Write the answer key so that only its owner can read it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(to_text(campus.answer_key()))


def watch_for_end() -> threading.Event:
    """An event that is set when standard input closes or SIGTERM or SIGINT arrives, from now on."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())

    def watch_input() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        ended.set()

    threading.Thread(target=watch_input, name="standard-input", daemon=True).start()
    return ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, serve until told to stop, and say how it went: 0, or 2 when the arguments make no campus."""
    asked = read_arguments(arguments)
    ended = watch_for_end()
    try:
        campus = Campus.build(
            students=asked.students,
            seed=asked.seed,
            term=asked.term,
            as_of=asked.as_of,
            world=asked.world,
            data=asked.data,
            learning=asked.learning,
            token_seconds=asked.token_seconds,
        )
    except (ValueError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if asked.oneroster is not None:
        campus.export_oneroster(asked.oneroster)
    with campus:
        sys.stdout.write(json.dumps(campus.handle) + "\n")
        sys.stdout.flush()
        if asked.key_file is not None:
            write_key(campus, asked.key_file)
        while not ended.wait(0.2):
            pass
        if asked.key_file is not None:
            write_key(campus, asked.key_file)
    return 0


if __name__ == "__main__":
    # Interpreter shutdown would wait on the thread that still reads standard input.
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
