"""The benchmark of governed runs measures what it says: both sides do their work, and every part has a row."""

from collections.abc import Iterator

import pytest

from evals.bench import governed_run


@pytest.fixture(scope="module")
def rows() -> Iterator[list[governed_run.BenchRow]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(governed_run, "RUNS", 3)
        patch.setattr(governed_run, "WARM", 1)
        patch.setattr(governed_run, "measure_http", lambda: {"case": "HTTP", "size": 1, "ours_s": 1.0})
        yield governed_run.run((2,))


def test_ours_stands_beside_a_baseline_with_the_same_commits(rows: list[governed_run.BenchRow]) -> None:
    whole = rows[0]
    assert whole["case"].startswith("governed run, ")
    commits = int(whole["case"].split()[2])
    assert commits >= 5
    assert whole["limit"] == 2.0
    assert whole["ratio"] == pytest.approx(whole["ours_s"] / whole["baseline_s"])
    assert whole["peak_mib"] > 0


def test_every_part_has_a_row_of_its_own(rows: list[governed_run.BenchRow]) -> None:
    cases = [row["case"] for row in rows]
    for part in ("sealing", "policy", "decision", "outbox", "HTTP"):
        assert any(part in case for case in cases), part
    assert all(row["ours_s"] > 0 for row in rows)


def test_the_memory_system_reads_back_what_was_written() -> None:
    system, change = governed_run.MemorySystem(), governed_run._plan("run_0", 1).changes[0]
    assert not system.observe([change])[change.change_id].satisfies(change.after)
    assert system.apply([change])[change.change_id].accepted
    assert system.observe([change])[change.change_id].satisfies(change.after)
