"""Benchmark of finding identifiers: ours beside Presidio's default recognizers, over the same messages in one process.

``full`` is the default finder, everything through Presidio's analyzer; ``matcher`` the directory alone, full names and
identifiers as they are written, without the steps for disguises, typos, single names and cues. The baseline finds no
names; the last row sets ours beside Presidio with the names of a directory as a deny-list, at a size that it still
bears. Messages have 500 characters and name one person each; the sides take turns, and of several rounds the shortest
time of each message counts. ``peak_mib`` is the memory that a worker gains by loading the saved directory and reading
the messages.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

from domain.identities import KnownPerson
from evals.bench import BenchRow
from evals.bench.measuring import compare_sides, seconds_of
from evals.privacy.messages import write_messages
from evals.privacy.people import campus_people
from privacy.detect.comparison import default_analyzer, deny_list_analyzer
from privacy.detect.finder import AnalyzerFinder
from privacy.detect.matcher import Sight
from privacy.detect.steps import match_exactly
from privacy.directory.files import load_directory, save_directory
from privacy.directory.index import Directory
from privacy.vocabulary import Scope

SIZES = (50_000, 1_000_000)
MESSAGES = 120
ROUNDS = 5
DENY_LIST = 5_000
DENIED_MESSAGES = 10
FULL_LIMIT, MATCHER_LIMIT, GROWTH_LIMIT, LOAD_LIMIT = 0.25, 0.04, 2.0, 5.0
SEED = 20_261_127
_KEY = b"a benchmark key that seals nothing"
_ROSTER = 60


def run(sizes: Sequence[int] | None = None, *, large: bool = False) -> list[BenchRow]:
    """Measure each size, then how much slower the larger directory is, the load of the smaller, and a deny-list."""
    del large
    rows: list[BenchRow] = []
    for size in sizes or SIZES:
        rows += _measure(size)
    rows += _growth(rows)
    return [*rows, _measure_deny_list()]


def _measure(size: int) -> list[BenchRow]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.directory"
        known = _save_campus(size, file)
        messages = write_messages(known, MESSAGES, SEED)
        scope = Scope(people=frozenset(person.handle for person in known[:_ROSTER]))
        directory, loading = _timed(lambda: load_directory(file, _KEY))
        memory = _worker_memory(file, messages)
        finder, sight, baseline = AnalyzerFinder(directory), Sight(directory), default_analyzer()
        full, matcher, plain = _take_turns(
            messages,
            lambda text: finder.find(text, scope),
            lambda text: match_exactly(text, sight.lexicon, sight.scope_index(scope)),
            baseline.count,
        )
    return [
        _row("full", size, full, plain, FULL_LIMIT, memory),
        _row("matcher", size, matcher, plain, MATCHER_LIMIT, memory),
        BenchRow(case="load", size=size, ours_s=round(loading, 4), baseline_s=LOAD_LIMIT,
                 ratio=round(loading / LOAD_LIMIT, 3), limit=1.0),
    ]  # fmt: skip


def _save_campus(size: int, file: Path) -> list[KnownPerson]:
    """Index and save a campus; return a few of its people, and let the rest go."""
    kept: list[KnownPerson] = []
    random = Random(SEED)  # noqa: S311 a simulation

    def passing() -> Iterator[KnownPerson]:
        for known in campus_people(size, SEED):
            if random.random() < 2 * MESSAGES / size:
                kept.append(known)
            yield known

    save_directory(Directory.build(passing(), _KEY), file, _KEY)
    return kept


def _take_turns(messages: Sequence[str], *sides: Callable[[str], object]) -> list[float]:
    """Return each side's time over all messages, of every message the shortest; the first round only warms up."""
    best = [[float("inf")] * len(messages) for _ in sides]
    for turn in range(ROUNDS + 1):
        for side, times in zip(sides, best, strict=True):
            for at, text in enumerate(messages):
                spent = seconds_of(partial(side, text))
                times[at] = min(times[at], spent) if turn else times[at]
    return [sum(times) for times in best]


def _worker_memory(file: Path, messages: Sequence[str]) -> float:
    """MiB that a fresh process gains by loading the directory and reading the messages with our own steps."""
    told = json.dumps({"file": str(file), "key": _KEY.hex(), "messages": messages})
    done = subprocess.run(
        [sys.executable, "-m", "evals.bench.scrub_worker"], input=told, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _row(  # noqa: PLR0917 the columns of a row
    case: str, size: int, ours: float, baseline: float, limit: float, memory: float
) -> BenchRow:
    row = compare_sides(case, MESSAGES, ours, baseline)
    return BenchRow({**row, "size": size, "ratio": round(ours / baseline, 4), "limit": limit, "peak_mib": memory})


def _growth(rows: Sequence[BenchRow]) -> list[BenchRow]:
    """How the largest directory compares with the smallest, for the same number of messages."""
    found = []
    for case in ("full", "matcher"):
        mine = [row for row in rows if row["case"] == case]
        if len(mine) > 1:
            row = compare_sides(f"{case}, large beside small", mine[-1]["size"], mine[-1]["ours_s"], mine[0]["ours_s"])
            del row["per_second"]
            found.append(BenchRow({**row, "limit": GROWTH_LIMIT}))
    return found


def _measure_deny_list() -> BenchRow:
    """The same messages through Presidio's deny-list of a small directory, and through ours."""
    known = list(islice(campus_people(DENY_LIST, SEED), DENY_LIST))
    messages = write_messages(known, DENIED_MESSAGES, SEED)
    names = {f"{name.first} {name.last}" for person in known for name in person.identity.names[:1]}
    finder, denied = AnalyzerFinder(Directory.build(known, _KEY)), deny_list_analyzer(sorted(names))
    ours, theirs = _take_turns(messages, lambda text: finder.find(text, Scope()), denied.count)
    return BenchRow({**compare_sides("full beside a deny list", DENIED_MESSAGES, ours, theirs), "size": DENY_LIST})


def _timed(act: Callable[[], Directory]) -> tuple[Directory, float]:
    started = time.perf_counter()
    made = act()
    return made, time.perf_counter() - started
