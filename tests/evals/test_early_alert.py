"""The evaluation of early alert: figures by hand, the whole path on made-up records, the card on real ones."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from agents.early_alert.model import RiskModel, load_model, save_model
from agents.early_alert.signals import BY_NAME
from domain.errors import ConfigurationError, PolicyDenied
from evals.bench import early_alert as bench
from evals.early_alert import measuring, suite
from evals.early_alert.fitting import fit_bounded, has_enough_variety
from evals.early_alert.made_up import make_records
from evals.early_alert.measured import measure
from evals.early_alert.promotion import promote
from evals.early_alert.replay import Week, replay
from evals.early_alert.training import train
from evals.suites import run_suite, shortfalls
from service.cli.eval import command

OUTCOME = np.array([0.0, 0, 1, 1])


@pytest.fixture(scope="module")
def made_up() -> Iterator[Path]:
    with make_records(3_000) as folder:
        yield folder


@pytest.fixture(scope="module")
def fitted(made_up: Path) -> RiskModel:
    return train(made_up)


@pytest.mark.parametrize(("risk", "area"), [([1, 2, 3, 4], 1), ([4, 3, 2, 1], 0), ([1, 3, 2, 4], 0.75), ([1] * 4, 0.5)])
def test_the_area_under_the_curve(risk: list[float], area: float) -> None:
    assert measuring.area_under_curve(OUTCOME, np.array(risk, dtype=float)) == area


def test_calibration_is_the_mean_distance_over_bins_of_equal_mass() -> None:
    assert measuring.calibration_error(OUTCOME, np.array([0.1, 0.1, 0.9, 0.9]), bins=2) == pytest.approx(0.1)
    assert [each.students for each in measuring.calibration_bins(OUTCOME, OUTCOME, bins=2)] == [2, 2]


def test_group_rates_leave_small_groups_out() -> None:
    flagged = np.array([True, False, True, True])
    assert measuring.group_rates(OUTCOME, flagged, ["a"] * 4, smallest=2) == {"a": (0.5, 1.0)}
    assert measuring.group_rates(OUTCOME, flagged, ["a", "b", "a", "b"], smallest=2) == {}


def test_a_coefficient_never_points_the_wrong_way() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(400, 2))
    outcome = (values[:, 0] - values[:, 1] + random.normal(size=400) > 0).astype(float)
    bound = fit_bounded(values, outcome, [-1, -1], 1.0)
    free = fit_bounded(values, outcome, [0, 0], 1.0)
    assert bound[1] == 0
    assert bound[2] < 0 < free[1]


def test_r127_the_replay_keeps_capacity_quiet_weeks_and_the_term_limit() -> None:
    enrolments, risk = np.arange(1.0, 11), np.linspace(0.95, 0.05, 10)
    at_risk, left_day = np.array([1.0, 0, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([60.0, *[9999] * 9])
    found = replay({week: Week(enrolments, risk) for week in range(1, 4)}, at_risk, left_day, 0.1)
    assert found.alerted_share == pytest.approx(0.3)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert (found.leavers_reached, found.median_lead_days) == (1, 53)


@pytest.mark.slow
def test_a_model_is_trained_measured_and_promoted_on_made_up_records(
    made_up: Path, fitted: RiskModel, tmp_path: Path
) -> None:
    measured = measure(made_up, fitted, "2014B")
    report = suite.report_of(measured, fitted)
    assert set(report) == {"suite", "n", "metrics", "thresholds", "passed", "model", "seed", "baseline"}
    assert set(report["thresholds"]) <= set(report["metrics"])
    assert report["metrics"]["auc_week_8"] > 0.6
    candidate, used, card = tmp_path / "candidate.json", tmp_path / "used.json", tmp_path / "card.md"
    save_model(fitted, candidate)
    with pytest.raises(PolicyDenied, match="misses"):
        promote(made_up, candidate, "2014B", card, place=used)
    assert not used.exists()
    missed = promote(made_up, candidate, "2014B", card, accept="a trial", place=used)
    assert missed == shortfalls(report["metrics"], report["thresholds"])
    assert load_model(used).accepted == "a trial"
    text = card.read_text(encoding="utf-8")
    assert "a trial" in text
    assert f"| 8 | {measured.weeks[4].students:,} | {measured.weeks[4].area:.3f} |" in text
    assert (tmp_path / "model-card-calibration.png").stat().st_size > 1_000


@pytest.mark.slow
def test_training_is_the_same_every_time_and_leaves_out_what_it_is_told(made_up: Path, fitted: RiskModel) -> None:
    again = train(made_up, left_out=("education",))
    assert again.left_out == ("education",)
    assert all("education" not in phase.coefficients for phase in again.phases)
    assert set(fitted.phases[1].coefficients) == set(BY_NAME)
    assert train(made_up) == fitted


def test_no_model_is_measured_on_a_term_it_was_trained_on(made_up: Path, fitted: RiskModel) -> None:
    with pytest.raises(ConfigurationError, match="trained on 2013J"):
        measure(made_up, fitted, "2013J")
    with pytest.raises(ConfigurationError, match="no 2015J"):
        measure(made_up, fitted, "2015J")
    with pytest.raises(ConfigurationError, match="no 2012B"):
        train(made_up, ("2012B",))


@pytest.mark.parametrize("data", [None, Path("nowhere")])
def test_without_records_the_suite_says_skipped_and_why(data: Path | None) -> None:
    report = run_suite("early_alert", data, "2014B")
    assert (report["passed"], report["n"], report["metrics"]) == (None, 0, {})
    assert report["skipped"]


def test_the_command_says_skipped_and_writes_the_report(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    result = CliRunner().invoke(command, ["early_alert", "--json", str(file)])
    assert result.exit_code == 0
    assert "skipped, no folder of OULAD records was named" in result.output
    assert json.loads(file.read_text(encoding="utf-8"))["passed"] is None


def test_the_benchmark_measures_roll_up_tick_and_event_on_made_up_rows(made_up: Path) -> None:
    rows = bench.measure(made_up, ", made-up rows")
    assert [row["case"].partition(",")[0] for row in rows] == [
        "roll-up of all clicks",
        "one weekly tick of all registrations",
        "one event",
    ]
    assert all(row["ours_s"] > 0 and row["baseline_s"] > 0 for row in rows)


def test_what_hardly_anybody_shows_is_not_learnt_from() -> None:
    rare, common = np.zeros(1_000), np.zeros(1_000)
    rare[:4], common[:5] = 1, 1
    assert list(has_enough_variety(np.column_stack([rare, common, np.arange(1_000.0)]))) == [False, True, True]


@pytest.mark.slow
@pytest.mark.oulad
@pytest.mark.skipif(
    not os.environ.get("PROVOST_TEST_OULAD"), reason="PROVOST_TEST_OULAD names no folder of OULAD records"
)
def test_the_model_in_use_has_the_figures_of_its_card() -> None:
    report = run_suite("early_alert", Path(os.environ["PROVOST_TEST_OULAD"]), "2014B")
    figures, model = report["metrics"], load_model()
    assert report["model"] == model.version
    card = Path("docs/model-card.md").read_text(encoding="utf-8")
    for week in suite.AREA_FLOORS:
        assert f"| {week} | {figures[f'students_week_{week}']:,.0f} | {figures[f'auc_week_{week}']:.3f} |" in card
    assert figures["replay_precision"] >= suite.thresholds()["replay_precision"]["at_least"]
    assert figures["replay_precision"] > figures["fewest_clicks_precision"]
    for week in (4, 8):
        name = f"false_positive_gap_week_{week}"
        assert figures[name] <= suite.thresholds()[name]["at_most"]
