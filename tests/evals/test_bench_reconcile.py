"""The comparison benchmark measures the same term on both sides and says what it measured."""

import pytest

from evals.bench import reconcile
from store.staging import Staging
from store.staging_compare import compare, load_rules


def test_both_sides_deliver_about_the_same_rows() -> None:
    with Staging() as staging:
        reconcile.write_term(staging, 20_000)
        with staging.connect() as connection:
            load_rules(connection)
            ours = len(compare(connection))
            bare = reconcile.run_bare(staging)
    assert 0.02 * 20_000 < ours < 0.06 * 20_000
    assert bare == pytest.approx(ours, rel=0.2)


@pytest.mark.slow
def test_rows_carry_times_ratio_and_peak_memory() -> None:
    rows = reconcile.run([10_000])
    assert [row["case"] for row in rows] == [reconcile.COMPARED, reconcile.CHECKED]
    for row in rows:
        assert row["size"] == 10_000
        assert row["ratio"] == pytest.approx(row["ours_s"] / row["baseline_s"], abs=0.02)
        assert row["peak_mib"] > 20
        assert "limit" not in row


@pytest.mark.slow
def test_at_a_million_a_side_the_ratio_is_at_most_two_and_growth_is_linear() -> None:
    small, _, large, _ = reconcile.run([100_000, 1_000_000])
    assert large["ratio"] <= large["limit"] == 2.0
    assert large["ours_s"] < 12 * small["ours_s"]
