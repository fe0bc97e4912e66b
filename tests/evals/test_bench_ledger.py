"""The ledger benchmark runs both sides and reports every column, at a size that takes a moment."""

from evals.bench.ledger import run


def test_the_benchmark_reports_appends_and_verification_beside_their_baselines():
    rows = run([3000])
    assert [row["case"] for row in rows] == [
        "append, single commits",
        "append, batches of 100",
        "append, batches of 1000",
        "verify",
    ]
    assert [row["size"] for row in rows] == [1000, 1000, 1000, 3000]
    for row in rows:
        assert set(row) == {"case", "size", "ours_s", "baseline_s", "ratio", "peak_mib", "per_second"}
        assert row["ours_s"] > 0
        assert row["baseline_s"] > 0
        assert row["per_second"] > 0
