"""The suite of wrong grades: its counting on made marks, and its floors on the real ones where they are."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from agents.grades.anomalies.hypotheses import SLIPS
from agents.grades.anomalies.model import fit_model
from agents.grades.anomalies.suspicion import Suspicion
from evals.grades.hard_rules import VIOLATIONS, score_hard_rules
from evals.grades.injection import inject
from evals.grades.measuring import THRESHOLDS, run, score_round
from evals.grades.sections import draw_sections, measure_sections
from evals.suites import SUITES, Threshold, run_suite, shortfalls
from service.cli import provost
from tests.agents.test_grade_anomalies import gradebook

OULAD = os.environ.get("PROVOST_TEST_OULAD")


def test_errors_come_in_equal_parts_and_change_nothing_else() -> None:
    marks = gradebook(1)
    wrong = inject(marks, 0.05, seed=7)
    assert np.bincount(wrong.kind[wrong.kind >= 0], minlength=len(SLIPS)).tolist() == [15] * len(SLIPS)
    assert ((wrong.change > 0) == (wrong.kind >= 0)).all()
    assert np.array_equal(wrong.marks.score, inject(marks, 0.05, seed=7).marks.score)
    assert not np.array_equal(wrong.marks.score, inject(marks, 0.05, seed=8).marks.score)


def test_who_points_at_exactly_the_errors_scores_one_and_who_points_elsewhere_nothing() -> None:
    wrong = inject(gradebook(1), 0.01, seed=7)
    bad = (wrong.kind >= 0).astype(float)
    nothing = np.zeros(len(bad), dtype=np.int64)
    right = score_round(wrong, Suspicion(bad, np.maximum(wrong.kind, 0), nothing, nothing))
    assert (right["recall_at_1pct"], right["precision_at_1pct"], right["zero_fill_named"]) == (1.0, 1.0, 1.0)
    assert score_round(wrong, Suspicion(-bad, nothing, nothing, nothing))["recall_at_1pct"] == 0


def test_sections_are_parts_of_one_gradebook_and_their_figures_the_same_every_time() -> None:
    marks, model = gradebook(1), fit_model(gradebook(2))
    drawn = list(draw_sections(marks, 15, 4, np.random.default_rng(5)))
    assert all(len(set(one.student.tolist())) == 15 for one in drawn)
    assert all(6 <= len(one.columns) <= 10 and one.column.max() < len(one.columns) for one in drawn)
    of_column = {tuple(marks.columns[at]): set(marks.score[marks.rows_of(at)]) for at in range(len(marks.columns))}
    for one in drawn:
        for at, column in enumerate(one.columns):
            assert set(one.score[one.rows_of(at)]) <= of_column[tuple(column)]
    found = measure_sections(marks, model, seed=9, sections=3)
    assert found == measure_sections(marks, model, seed=9, sections=3)
    assert len(found) == 12
    assert all(0 <= value <= 1 for name, value in found.items() if not name.endswith("per_1000"))
    assert found["sections_of_60_material_recall"] > 0


def test_hard_rules_find_every_planted_violation_and_invent_nothing() -> None:
    score = score_hard_rules(sections=3, seed=11)
    assert score.planted == 3 * len(VIOLATIONS)
    assert (score.found, score.invented) == (score.planted, 0)
    assert score.clean > 0


def test_without_data_the_suite_is_skipped_and_has_not_passed(tmp_path: Path) -> None:
    for data in (None, tmp_path):
        report = run_suite("grades", data)
        assert (report["passed"], report["n"]) == (None, 0)
        assert "--data" in report["skipped"]


def test_a_floor_that_is_missed_is_not_reached() -> None:
    floor = {"recall": Threshold(at_least=0.6)}
    assert shortfalls({"recall": 0.6}, floor) == []
    assert shortfalls({"recall": 0.59}, floor) == ["recall"]
    assert shortfalls({}, floor) == ["recall"]


def test_the_command_writes_the_report_and_says_that_it_was_skipped(tmp_path: Path) -> None:
    file = tmp_path / "grades.json"
    result = CliRunner().invoke(provost, ["eval", "grades", "--data", str(tmp_path), "--json", str(file)])
    assert result.exit_code == 0
    assert result.output.startswith("eval grades: skipped, ")
    assert json.loads(file.read_text(encoding="utf-8"))["suite"] == "grades"
    assert set(SUITES) >= {"grades"}


@pytest.mark.oulad
@pytest.mark.skipif(OULAD is None, reason="PROVOST_TEST_OULAD does not name the folder of the OULAD records")
@pytest.mark.slow
def test_s86_s88_the_floors_hold_on_real_marks() -> None:
    report = run(Path(str(OULAD)), seeds=2)
    assert report["passed"], {name: report["metrics"][name] for name in THRESHOLDS}
    assert report["n"] > 30_000
