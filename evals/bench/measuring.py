"""What every benchmark measures alike: the seconds of one side, and the row that sets two sides beside each other."""

import time
from collections.abc import Callable

from evals.bench import BenchRow


def seconds_of(act: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def compare_sides(case: str, size: int, ours: float, baseline: float) -> BenchRow:
    """Return the row of two times in seconds; the ratio is ours over the baseline's, lower is better."""
    return BenchRow(
        case=case,
        size=size,
        ours_s=round(ours, 4),
        baseline_s=round(baseline, 4),
        ratio=round(ours / baseline, 2),
        per_second=round(size / ours),
    )
