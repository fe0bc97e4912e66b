"""Training on what advisors said of alerts: what counts, how much, and which file is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from agents.early_alert.features import Inputs
from agents.early_alert.model import load_model
from agents.early_alert.signals import SIGNALS
from domain.errors import InvalidRecord
from evals.early_alert.feedback import MOST, read_feedback
from evals.early_alert.fitting import Judged, Rows, fit_phase
from evals.early_alert.made_up import make_records
from evals.early_alert.training import train
from service.cli.model import command

NAMES = tuple(signal.name for signal in SIGNALS)


def line(**said: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "model": "m", "week": 4, "risk": "0.6", "inputs": dict.fromkeys(NAMES, 0.5), "issue": "engagement",
        "intervention": "student_nudge", "shown": True, "propensity": "0.9", "outcomes": ["useful"],
    }  # fmt: skip
    return plain | said


def written(tmp_path: Path, *lines: dict[str, object]) -> Path:
    file = tmp_path / "feedback.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    return file


def rows(seed: int = 3, number: int = 300) -> Rows:
    random = np.random.default_rng(seed)
    values = random.normal(size=(number, len(SIGNALS)))
    outcome = (values[:, 1] + random.normal(size=number) > 0).astype(float)
    column, table = np.ones(number), np.zeros_like(values)
    return Rows(Inputs(NAMES, column, column, column, column, values, table, table, table), outcome)


def test_an_alert_weighs_by_the_inverse_of_its_propensity_and_none_without_bound(tmp_path: Path) -> None:
    shown, left, rare = line(), line(shown=False, propensity="0.1", outcomes=["resolved"]), line(propensity="0.001")
    judged = read_feedback(written(tmp_path, shown, left, rare)).judged
    assert list(judged.weight) == pytest.approx([1 / 0.9, 10, MOST])
    assert list(judged.outcome) == [1, 0, 1]
    assert judged.values.shape == (3, len(SIGNALS))


@pytest.mark.parametrize(
    ("shown", "outcomes", "needed"),
    [
        (True, ["useful"], 1),
        (True, ["already_known"], 1),
        (False, ["left"], 1),
        (True, ["contacted", "false_alarm"], 0),
        (True, ["useful", "contacted"], 1),
        (False, ["resolved"], 0),
        (True, ["resolved"], None),
        (True, ["contacted"], None),
        (True, ["useful", "resolved"], 1),
    ],
)
def test_who_was_helped_and_did_well_is_no_proof_that_nobody_was_needed(
    tmp_path: Path, shown: bool, outcomes: list[str], needed: int | None
) -> None:
    found = read_feedback(written(tmp_path, line(shown=shown, outcomes=outcomes)))
    assert list(found.judged.outcome) == ([] if needed is None else [needed])
    assert found.undecided == (needed is None)


@pytest.mark.parametrize("propensity", [None, "0", "1.5", "often"])
def test_a_file_without_propensities_is_refused_by_its_line(tmp_path: Path, propensity: str | None) -> None:
    faulty = line(propensity=propensity)
    if propensity is None:
        del faulty["propensity"]
    with pytest.raises(InvalidRecord, match=r"Line 2 .*propensity"):
        read_feedback(written(tmp_path, line(), faulty))


def test_alerts_raised_with_other_signals_are_left_out_and_counted(tmp_path: Path) -> None:
    found = read_feedback(written(tmp_path, line(inputs={}), line()))
    assert (len(found.judged.weeks), found.without_inputs) == (1, 1)
    assert "1 judged alerts were used" in found.explain()


def test_a_weight_of_ten_is_the_same_as_ten_such_alerts_and_stays_in_its_phase() -> None:
    weeks, one = {3: rows(), 4: rows(4)}, np.full((1, len(SIGNALS)), 2.0)
    heavy = Judged(np.array([4.0]), one, np.array([0.0]), np.array([10.0]))
    many = Judged(np.full(10, 4.0), np.repeat(one, 10, axis=0), np.zeros(10), np.ones(10))
    plain, weighed, repeated = (fit_phase(weeks, (3, 4), judged=told) for told in (None, heavy, many))
    assert weighed.intercept == pytest.approx(repeated.intercept, abs=1e-4)
    assert weighed.intercept < plain.intercept - 0.01
    assert fit_phase(weeks, (3, 4), judged=heavy._replace(weeks=np.array([5.0]))) == plain


@pytest.mark.slow
def test_the_command_trains_on_a_file_and_says_so_in_model_and_card(tmp_path: Path) -> None:
    file, model, card = written(tmp_path, *[line()] * 40), tmp_path / "candidate.json", tmp_path / "card.md"
    with make_records(1_500) as folder:
        arguments = ["train", "--data", str(folder), "--model", str(model), "--card", str(card)]
        told = CliRunner().invoke(command, [*arguments, "--feedback", str(file)])
        plain = train(folder)
    assert told.exit_code == 0, told.output
    assert "40 judged alerts were used" in told.output
    fitted = load_model(model)
    assert (fitted.feedback, fitted.version) == (40, "linear-3-2013B-2013J-feedback-40")
    assert fitted.phase_at(4) != plain.phase_at(4)
    assert fitted.phase_at(8) == plain.phase_at(8)
    assert "40 alerts of which advisors said what came" in card.read_text(encoding="utf-8")
