"""Benchmarks: ours and a baseline side by side in one process; the ratio is ours over the baseline, lower is better."""

import importlib
from typing import TypedDict

from evals.bench.quiet import only_warnings

BENCHES = {
    "reconcile": "Full compare and classification against a bare DuckDB full outer join over the same columns.",
    "governed_run": "A governed run against a bare LangGraph graph with the same supersteps, saver and commits.",
    "campus": "A nightly reconcile of a whole campus over real sockets, scored, with the time to resolve.",
    "chat": "What our layers add to a turn of the chat, beside the bare agent loop, with a model that answers at once.",
    "scrub": "Finding identifiers against Presidio's default recognizers, 50,000 and a million people.",
    "early_alert": "Roll-up of all clicks against a bare DuckDB aggregate; a weekly tick; one event.",
    "console": "Bytes of a page's first paint and server time per page, 1,000 waiting requests and 50,000 students.",
    "events": "A change in Banner to the change applied in Canvas, against the engine alone with as many commits.",
    "ledger": "Ledger appends against a bare insert of the same row; verification in records per second.",
}

_ELSEWHERE = {"console": "service.bench_console"}
"""Where a benchmark is that needs the pages, which evaluations do not see."""


ON_POSTGRES = frozenset({"events"})
"""Benchmarks that measure PostgreSQL too where a server is named."""


class BenchRow(TypedDict, total=False):
    """One measurement. Times in seconds, memory in MiB; ``ratio`` is absent where there is no baseline.

    ``skipped`` says why a case was not measured; such a row has no figures.
    """

    case: str
    size: int
    ours_s: float
    baseline_s: float
    ratio: float
    peak_mib: float
    per_second: float
    per_minute: float
    recall: float
    precision: float
    automatic_share: float
    limit: float
    kilobytes: float
    p50_ms: float
    p99_ms: float
    skipped: str


class BenchReport(TypedDict):
    """What ``provost bench --json`` writes."""

    name: str
    rows: list[BenchRow]


def run_bench(name: str, *, large: bool = False, database: str = "") -> BenchReport:
    """Run one benchmark by name; ``large`` adds the sizes that take minutes.

    ``database`` names a PostgreSQL server for the benchmarks that measure one.
    """
    module = importlib.import_module(_ELSEWHERE.get(name, f"evals.bench.{name}"))
    named = {"database": database} if name in ON_POSTGRES else {}
    with only_warnings():
        rows: list[BenchRow] = module.run(large=large, **named)
    return BenchReport(name=name, rows=rows)
