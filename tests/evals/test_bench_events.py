"""The benchmark of events runs, measures what it says, and says why it leaves out what it cannot measure."""

import pytest

from evals.bench import events

pytestmark = pytest.mark.slow


def test_a_burst_and_single_events_are_measured_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(events.POSTGRES, raising=False)
    first, *others = events.run((6, 2))
    assert "1 worker on SQLite" in first["case"]
    assert first["size"] >= 6
    assert first["per_second"] > 0
    assert first["p99_ms"] >= first["p50_ms"] > 0
    assert first["ratio"] == pytest.approx(first["ours_s"] / first["baseline_s"], rel=0.2)
    assert [sorted(row) for row in others] == 2 * [["case", "skipped"]]
    assert all("PROVOST_TEST_POSTGRES" in row["skipped"] for row in others)
