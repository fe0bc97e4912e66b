"""Benchmarks: ours and a baseline side by side in one process; the ratio is ours over the baseline, lower is better."""

import importlib
from typing import TypedDict

BENCHES = {
    "reconcile": "Full compare and classification against a bare DuckDB full outer join over the same columns.",
    "governed_run": "A governed run against a bare LangGraph graph with the same supersteps, saver and commits.",
    "campus": "A nightly reconcile of a whole campus over real sockets, scored, with the time to resolve.",
    "scrub": "Finding identifiers against Presidio's default recognizers, 50,000 and a million people.",
    "early_alert": "Roll-up of all clicks against a bare DuckDB aggregate; a weekly tick; one event.",
    "ledger": "Ledger appends against a bare insert of the same row; verification in records per second.",
}


class BenchRow(TypedDict, total=False):
    """One measurement. Times in seconds, memory in MiB; ``ratio`` is absent where there is no baseline."""

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


class BenchReport(TypedDict):
    """What ``provost bench --json`` writes."""

    name: str
    rows: list[BenchRow]


def run_bench(name: str, *, large: bool = False) -> BenchReport:
    """Run one benchmark by name; ``large`` adds the sizes that take minutes."""
    module = importlib.import_module(f"evals.bench.{name}")
    rows: list[BenchRow] = module.run(large=large)
    return BenchReport(name=name, rows=rows)
