"""The questions on a campus: the offline advisor on a few of them, and a configured model beside it."""

import pytest

from evals.bench.loopback_model import loopback_model
from evals.harness.results import CONFIGURED, Part
from evals.inquiry.suite import measure


@pytest.mark.slow
def test_a_few_questions_are_answered_offline_and_nothing_is_told_that_must_not_be() -> None:
    result = measure(Part(0, 40, 0, fast=True))
    wrong = [case.id for case in result.cases if case.wrong]
    assert set(wrong) <= {"changes-06"}, "only the wording that the offline advisor does not know"
    assert (len(result.cases), result.counts["told"], result.usage.input_tokens) == (5, 0, 0)


@pytest.mark.slow
def test_the_model_of_the_settings_is_asked_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback_model() as model:
        named = {"BASE_URL": model.url, "MODEL": "loopback", "CONTRACT": "true"}
        for key, value in named.items():
            monkeypatch.setenv(f"PROVOST_MODEL__{key}", value)
        result = measure(Part(0, 40, 0, fast=True, model=CONFIGURED))
    assert model.asked
    assert "loopback" in result.model
    assert result.usage.calls >= len(result.cases)
    assert any(case.wrong for case in result.cases)
