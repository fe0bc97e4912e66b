"""A university of 20,000 students with a seed nobody has seen: measured by the benchmark, printed, held to its limits.

Run with ``-s`` to read the figures; the seed among them opens the same campus again.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench.campus import LARGE_STUDENTS, RESOLVED_WITHIN_SECONDS, run

PROVOST = Path(sys.executable).parent / "provost"
PEAK_MIB = 4_096


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_s197_s73_s246_a_whole_university_is_brought_into_line_within_minutes(tmp_path: Path) -> None:
    file = tmp_path / "campus.json"
    command = [str(PROVOST), "bench", "campus", "--large", "--json", str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    sys.stdout.write(f"\n{done.stdout}")
    assert done.returncode == 0, done.stderr
    whole, resolved, throughput, again = json.loads(file.read_text(encoding="utf-8"))["rows"]
    assert whole["size"] == LARGE_STUDENTS
    assert (whole["recall"], whole["precision"]) == (1.0, 1.0)
    assert 0.5 < whole["automatic_share"] < 1
    assert whole["peak_mib"] < PEAK_MIB
    assert resolved["size"] > 1_000
    assert resolved["ours_s"] < RESOLVED_WITHIN_SECONDS
    assert throughput["per_minute"] > 1_000
    assert again["ours_s"] < whole["ours_s"]


def test_the_benchmark_of_a_campus_reports_every_figure_at_a_size_that_takes_a_moment() -> None:
    whole, resolved, throughput, again = run([60], seed=3)
    assert (whole["recall"], whole["precision"]) == (1.0, 1.0)
    assert resolved["size"] > 0
    assert resolved["ratio"] == pytest.approx(resolved["ours_s"] / RESOLVED_WITHIN_SECONDS, abs=0.001)
    assert throughput["size"] > 60
    assert again["size"] > 0
