"""Benchmark of live events: from a change in Banner to the change that was applied in Canvas and read back.

Workers are the real command, processes of their own; campus, workers and database share this machine. A burst gives
events a second; one event at a time, announced and waited for, gives the time that one takes, the look at the feed
every tenth of a second included. The baseline is the engine alone with as many commits to the same kind of database.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from subprocess import DEVNULL, Popen
from typing import NamedTuple

from sqlalchemy import event as engine_event

from domain.ids import TermCode
from evals.bench import BenchRow
from evals.bench.bare_engine import time_bare_engine
from evals.campus_process import CampusProcess, campus_arguments
from evals.installation import write_installation
from graphs.assembly import Provost, assemble
from graphs.settings import Settings, load_settings
from store.intents import IntentState
from store.plans import RunState

TERM = TermCode("202680")
STUDENTS, BURST, SINGLE = 300, 120, 40
LARGE_BURST, LARGE_SINGLE = 600, 200
POSTGRES = "PROVOST_TEST_POSTGRES"
_OVER = frozenset({RunState.DONE, RunState.WAITING, RunState.STOPPED, RunState.FAILED})
_QUIET_SECONDS, _PATIENCE_SECONDS = 1.5, 600.0


class Places(NamedTuple):
    """A folder for one measurement, and the databases of ours and of the baseline."""

    folder: Path
    ours: str
    bare: str


class Measured(NamedTuple):
    """What was measured of one set of workers: events and seconds of the burst, seconds of each single event."""

    events: int
    applied: int
    seconds: float
    single: Sequence[float]
    commits: int


def run(sizes: tuple[int, int] | None = None, *, large: bool = False, database: str = "") -> list[BenchRow]:
    """Measure one worker on SQLite, then one and two on PostgreSQL where a server is named.

    ``sizes`` is how many events come in the burst, and how many one by one.
    """
    return [*_rows(sizes or ((LARGE_BURST, LARGE_SINGLE) if large else (BURST, SINGLE)), database)]


def _rows(sizes: tuple[int, int], database: str) -> Iterator[BenchRow]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ours, bare = (f"sqlite:///{place.resolve()}/{name}.db" for name in ("provost", "bare"))
        yield _measure(_case("SQLite", 1), Places(place, ours, bare), 1, sizes)
    server = database or os.environ.get(POSTGRES, "")
    for workers in (1, 2):
        case = _case("PostgreSQL", workers)
        if not server:
            why = f"skipped: name a PostgreSQL server with --database or {POSTGRES}"
            yield BenchRow(case=case, skipped=why)
            continue
        with tempfile.TemporaryDirectory() as folder, _own_database(server) as url, _own_database(server) as bare:
            yield _measure(case, Places(Path(folder), url, bare), workers, sizes)


def _case(kind: str, workers: int) -> str:
    return f"event to applied change, {workers} worker{'s' if workers > 1 else ''} on {kind}"


def _measure(case: str, places: Places, workers: int, sizes: tuple[int, int]) -> BenchRow:
    """Measure ours, then the engine alone on a database of its own, which two applications must not share."""
    found = _measure_ours(places, workers, *sizes)
    baseline = time_bare_engine(
        places.bare, places.folder / "bare", workers=workers, commits=found.commits, events=found.events
    )
    return BenchRow(
        case=f"{case}, {found.commits} commits each, {found.applied} applied",
        size=found.events,
        ours_s=round(found.seconds, 2),
        baseline_s=round(baseline, 2),
        ratio=round(found.seconds / baseline, 2),
        per_second=round(found.events / found.seconds, 1),
        p50_ms=round(median(found.single) * 1000),
        p99_ms=round(quantiles(found.single, n=100, method="inclusive")[-1] * 1000),
    )


def _measure_ours(places: Places, workers: int, burst: int, single: int) -> Measured:
    arguments = campus_arguments(
        students=STUDENTS, seed=secrets.randbelow(10**6), term=TERM, world="synthetic", data=None
    )
    with CampusProcess(arguments) as campus:
        settings = load_settings(
            file=write_installation(campus.handle, places.folder / "home"), database_url=places.ours
        )
        with assemble(settings) as provost:
            commits = _count_commits(provost, campus)
            with _working(settings, workers):
                campus.live(4)
                _wait_until_quiet(provost, 4)
                events, applied, seconds = _time_burst(provost, campus, burst)
                return Measured(events, applied, seconds, _time_single(provost, campus, single), commits)


def _count_commits(provost: Provost, campus: CampusProcess, events: int = 6) -> int:
    """Return how often one event that is applied commits to our database, checkpoints and the engine left out."""
    counts: list[int] = []
    commits: list[object] = []
    note = commits.append
    engine_event.listen(provost.database.engine, "commit", note)
    campus.live(events)
    for found in provost.feed.read_events(100):
        before = len(commits)
        if provost.run_event(found).outcomes.verified:
            counts.append(len(commits) - before)
        provost.feed.acknowledge(found)
    engine_event.remove(provost.database.engine, "commit", note)
    return round(median(counts)) if counts else 1


def _time_burst(provost: Provost, campus: CampusProcess, wanted: int) -> tuple[int, int, float]:
    before, applied = _over(provost), _applied(provost)
    began = time.perf_counter()
    happened = len(campus.live(wanted))
    ended = _wait_until_quiet(provost, before + happened)
    return _over(provost) - before, _applied(provost) - applied, ended - began


def _time_single(provost: Provost, campus: CampusProcess, wanted: int) -> list[float]:
    """Return the seconds from one announcement to its last run over, nothing else being under way."""
    spent = list[float]()
    for _ in range(wanted):
        before = _over(provost)
        if not campus.live(1):
            break
        began = time.perf_counter()
        spent.append(_wait_until_quiet(provost, before + 1) - began)
    return spent


def _wait_until_quiet(provost: Provost, at_least: int) -> float:
    """Return when the last run was seen to be over, once so many are and nothing has changed for a while."""
    seen, changed, deadline = -1, time.perf_counter(), time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < deadline:
        over, now = _over(provost), time.perf_counter()
        if over != seen:
            seen, changed = over, now
        if seen >= at_least and now - changed > _QUIET_SECONDS and not _under_way(provost):
            return changed
        time.sleep(0.01 if seen < at_least else 0.05)
    raise AssertionError("The workers of the benchmark did not come to rest.")


def _over(provost: Provost) -> int:
    return provost.runs.count("event", _OVER)


def _under_way(provost: Provost) -> int:
    return provost.runs.count("event", {RunState.RUNNING})


def _applied(provost: Provost) -> int:
    return len(provost.outbox.in_state(IntentState.VERIFIED))


@contextmanager
def _working(settings: Settings, workers: int) -> Iterator[None]:
    """Run ``provost worker`` so many times for the length of a block."""
    command = [sys.executable, "-c", "from service.cli import main; main()", "worker", "--slot"]
    known = {"PROVOST_DATABASE_URL": settings.database_url, "PROVOST_POLL_SECONDS": "0.1", "PROVOST_LOG_LEVEL": "error"}
    begun = [
        Popen([*command, f"bench-{number}"], cwd=settings.home, env={**os.environ, **known}, stderr=DEVNULL)  # noqa: S603 ourselves
        for number in range(workers)
    ]
    try:
        yield
    finally:
        for process in begun:
            process.terminate()
        for process in begun:
            process.wait(timeout=90)


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    """Make a database for one measurement on the server, and drop it afterwards."""
    import psycopg

    plain, name = server.replace("+psycopg", "", 1), f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(plain, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
