"""The scrub benchmark runs every side and reports every column, at a size that takes a moment."""

import pytest

from evals.bench import scrub


@pytest.mark.timeout(600)
def test_the_benchmark_reports_both_sides_memory_and_load(monkeypatch):
    monkeypatch.setattr(scrub, "MESSAGES", 6)
    monkeypatch.setattr(scrub, "ROUNDS", 1)
    monkeypatch.setattr(scrub, "DENY_LIST", 200)
    monkeypatch.setattr(scrub, "DENIED_MESSAGES", 3)
    rows = scrub.run([300, 600])
    assert [(row["case"], row["size"]) for row in rows] == [
        ("full", 300),
        ("matcher", 300),
        ("load", 300),
        ("full", 600),
        ("matcher", 600),
        ("load", 600),
        ("full, large beside small", 600),
        ("matcher, large beside small", 600),
        ("full beside a deny list", 200),
    ]
    for row in rows:
        assert row["ours_s"] > 0
        assert row["baseline_s"] > 0
        assert row["ratio"] >= 0
    assert all(row["peak_mib"] > 0 for row in rows if row["case"] in {"full", "matcher"})
