"""Benchmark of the ledger: what tamper evidence costs beside a bare insert, and how fast a ledger is verified.

Both sides write the same rows in one process, turn by turn, to files in the same folder with the same durability
(write-ahead log, full synchronisation). The baseline is the driver alone with ready-made rows, one table, its primary
key and nothing else; ours includes wording the body as JSON, linking, the guards and the checkpoints.
"""

import resource
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from evals.bench import BenchRow
from evals.bench.measuring import compare_sides, seconds_of
from store.canonical import JSON, canonical_json
from store.database import open_database
from store.keys import KeyRing
from store.ledger import Draft, Ledger
from store.migrations import upgrade

SIZES = (100_000,)
LARGE_SIZES = (100_000, 1_000_000)
SINGLE_COMMITS = 1_000
TURNS = 10
READ_ROWS = 5_000
_COLUMNS = "seq, at, kind, actor, run, subjects, body, prev, hash"
_PLACES = ", ".join("?" for _ in _COLUMNS.split(", "))
_INSERT = f"INSERT INTO bare ({_COLUMNS}) VALUES ({_PLACES})"  # noqa: S608
_CREATE = (
    "CREATE TABLE bare (seq BIGINT PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,"
    " run TEXT NOT NULL, subjects TEXT NOT NULL, body TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL)"
)
_BODY: dict[str, JSON] = {
    "change": "enrol",
    "natural_key": "canvas:enrolment:202680-12345:per_abcdefghijklmnop:StudentEnrollment",
    "plan": "5f2d" * 16,
    "evidence": [f"banner registration 202680-1234{digit} shows registered" for digit in range(3)],
    "rule": "R49",
}


@dataclass(frozen=True)
class _Sides:
    """The two files under test."""

    ledger: Ledger
    bare: sqlite3.Connection
    numbers: "count[int]"


def run(sizes: Sequence[int] | None = None, *, large: bool = False) -> list[BenchRow]:
    """Measure appends one by one, in batches of 100 and 1000, and verification, for ledgers of each size."""
    rows: list[BenchRow] = []
    for size in sizes or (LARGE_SIZES if large else SIZES):
        with tempfile.TemporaryDirectory() as folder:
            rows += _measure(_open_sides(Path(folder)), size)
    return rows


def _measure(sides: _Sides, size: int) -> list[BenchRow]:
    single = min(size, SINGLE_COMMITS)
    half = (size - single) // 2
    rows = [
        _measure_appends(sides, "append, single commits", single, 1),
        _measure_appends(sides, "append, batches of 100", half, 100),
        _measure_appends(sides, "append, batches of 1000", half, 1000),
        _measure_verify(sides),
    ]
    sides.bare.close()
    return rows


def _open_sides(folder: Path) -> _Sides:
    database = open_database(f"sqlite:///{folder}/ledger.db")
    upgrade(database)
    ledger = Ledger(database, KeyRing.open(folder / "keys"), folder / "checkpoints")
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute(_CREATE)
    return _Sides(ledger, bare, count(1))


def _measure_appends(sides: _Sides, case: str, size: int, batch: int) -> BenchRow:
    turns = min(TURNS, max(1, size // batch))
    batches = max(1, size // batch // turns)
    ours = baseline = 0.0
    for _ in range(turns):
        rows = [[_bare_row(next(sides.numbers)) for _ in range(batch)] for _ in range(batches)]
        baseline += seconds_of(partial(_insert_bare, sides.bare, rows))
        ours += seconds_of(lambda: _append_ours(sides.ledger, batches, batch))
    return _row(case, turns * batches * batch, ours, baseline)


def _measure_verify(sides: _Sides) -> BenchRow:
    ours = baseline = 0.0
    entries = 0
    for _ in range(3):
        baseline += seconds_of(lambda: _read_bodies(sides.bare))
        started = time.perf_counter()
        result = sides.ledger.verify()
        ours += time.perf_counter() - started
        if not result.ok:
            raise AssertionError(result.reason)
        entries += result.entries
    return _row("verify", entries // 3, ours / 3, baseline / 3)


def _append_ours(ledger: Ledger, batches: int, batch: int) -> None:
    drafts = [Draft("write", "gate", "run-1", _BODY)] * batch
    for _ in range(batches):
        ledger.append_many(drafts)


def _insert_bare(connection: sqlite3.Connection, batches: Sequence[Sequence[tuple[object, ...]]]) -> None:
    for rows in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, rows)
        connection.execute("COMMIT")


def _read_bodies(connection: sqlite3.Connection) -> None:
    cursor = connection.execute("SELECT body FROM bare ORDER BY seq")
    while cursor.fetchmany(READ_ROWS):
        pass


def _bare_row(seq: int) -> tuple[object, ...]:
    labels = ("2026-11-23T00:00:00.000000Z", "write", "gate", "run-1", "")
    return (seq, *labels, canonical_json(_BODY), bytes(32), bytes(32))


def _row(case: str, size: int, ours: float, baseline: float) -> BenchRow:
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return BenchRow({**compare_sides(case, size, ours, baseline), "peak_mib": peak})
