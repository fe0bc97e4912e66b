"""The worked cases agree with the statement, and a wrong answer is seen (S115, S116)."""

from decimal import Decimal

import pytest

from agents.drop import Figure, FigureName
from domain.ids import RuleId
from evals.drop import suite
from evals.drop.cases import DropCase, read_cases
from evals.drop.paths import read_paths
from evals.suites import conclude as report

CASES = read_cases()


def test_both_tables_are_covered_by_cases_of_their_own() -> None:
    tables = [case.table for case in CASES]
    assert len({case.id for case in CASES}) == len(CASES) >= 60
    assert min(tables.count("semester"), tables.count("eight-week")) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.id} {case.situation}")
def test_the_statement_says_what_was_computed_by_hand(case: DropCase) -> None:
    assert list(suite.differences(case)) == []


def test_a_wrong_answer_is_found() -> None:
    wrong = CASES[0].model_copy(
        update={
            "expect": CASES[0].expect.model_copy(
                update={"figures": {FigureName.TUITION_CREDITED: "1250.74"}, "absent": (FigureName.LOAD_AFTER,)}
            )
        }
    )
    assert list(suite.differences(wrong)) == [
        "tuition_credited: 1250.75, by hand 1250.74",
        "load_after: full_time, by hand None",
    ]


def test_the_suite_reports_shares_and_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report("drop", [suite.measure_statements(seed=7)])
    assert (whole["suite"], whole["n"], whole["model"], whole["seed"]) == ("drop", len(CASES), "none", 7)
    assert whole["passed"]
    assert set(whole["thresholds"]) <= set(whole["metrics"])
    assert 0 < whole["baseline"]["right"] < 0.5
    expect = CASES[0].expect.model_copy(update={"send_to": "nobody"})
    monkeypatch.setattr(suite, "read_cases", lambda: (CASES[0].model_copy(update={"expect": expect}), CASES[1]))
    half = report("drop", [suite.measure_statements()])
    assert half["metrics"]["cases_right"] == 0.5
    assert half["wrong"] == {"S01": ["send_to: , by hand nobody"]}
    assert not half["passed"]


def test_there_are_as_many_tasks_as_promised() -> None:
    assert len(CASES) + len(read_paths()) >= 120


def test_values_are_written_as_plain_text() -> None:
    figure = Figure(
        name=FigureName.HOURS_AFTER, number=Decimal("1E+1"), rule=RuleId("R111"), policy_row="row", source="banner"
    )
    assert suite.value_of(figure) == "10"
    assert suite.value_of(None) is None
