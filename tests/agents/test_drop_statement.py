"""The statement is a frozen record with a row and a source for every figure, and its words give no advice."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agents.drop import (
    Figure,
    FigureName,
    ImpactStatement,
    NoticeName,
    QuestionName,
    Standing,
    explain_impact,
    load_drop_policy,
    plan_impact,
)
from agents.drop.wording import TEMPLATE, read_sentences
from domain.drops import DropFacts, DropKind
from domain.errors import ConfigurationError
from domain.ids import RuleId
from evals.drop.cases import DropCase, read_cases, read_table

CASES = {case.id: case for case in read_cases()}
EVERY = list(CASES.values())
ADVICE = re.compile(
    r"\b(should|recommend|advise|advice|consider|better|worse|please|unfortunately|must)\b", re.IGNORECASE
)


def stated(case: DropCase) -> ImpactStatement:
    return plan_impact(case.facts, read_table(case.table))


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.id)
def test_s115_every_figure_stands_beside_its_row_and_its_source(case: DropCase) -> None:
    said = stated(case)
    assert [figure.name for figure in said.figures if not (figure.policy_row and figure.source)] == []
    assert all(re.fullmatch(r"[RS]\d+", line.rule) for line in (*said.figures, *said.notices, *said.questions))
    names = [figure.name for figure in said.figures]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.id)
def test_every_statement_can_be_kept_and_read_back(case: DropCase) -> None:
    said = stated(case)
    assert ImpactStatement.model_validate_json(said.model_dump_json()) == said


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.id)
def test_r111_the_words_hold_every_line_and_give_no_advice(case: DropCase) -> None:
    said, text = stated(case), explain_impact(stated(case))
    lines = text.splitlines()
    assert len(lines) == 3 + len(said.figures) + len(said.notices) + len(said.questions)
    assert ADVICE.findall(text) == []
    assert said.person not in text
    assert said.policy in lines[-1]


def test_the_template_has_one_sentence_for_every_name_and_no_advice() -> None:
    template = read_sentences(TEMPLATE)
    assert template.version == TEMPLATE
    assert set(template.figures) == set(FigureName)
    assert set(template.notices) == set(NoticeName)
    assert set(template.questions) == set(QuestionName)
    assert set(template.standing) == set(Standing)
    assert set(template.opening) == set(DropKind)
    assert ADVICE.findall(template.model_dump_json()) == []


def test_the_words_of_a_refund_name_amount_row_rule_and_reading() -> None:
    assert (
        "- Tuition credited: 1000.60 USD. (R110; FALL26-FULL/SEM-2; banner, read 2026-12-01T00:00:00+00:00)"
        in explain_impact(stated(CASES["S03"])).splitlines()
    )


def test_r114_a_deadline_is_worded_in_campus_time() -> None:
    assert "The drop can be undone until 2026-11-01 23:59:59 EST." in explain_impact(stated(CASES["S37"]))


def test_r113_the_last_class_points_to_the_term_withdrawal() -> None:
    said = stated(CASES["S30"])
    text = explain_impact(said)
    assert (said.standing, said.send_to) == (Standing.BLOCKED, "Office of the Registrar")
    assert "it is a term withdrawal: Complete withdrawal form, at the Office of the Registrar." in text
    assert said.figure(FigureName.TUITION_CREDITED) is None


def test_a_request_says_that_nothing_has_happened() -> None:
    assert "Nothing has happened yet." in explain_impact(stated(CASES["S01"])).splitlines()[0]
    assert "is registered" in explain_impact(stated(CASES["S36"])).splitlines()[0]


def test_s114_no_score_is_not_a_score_of_zero() -> None:
    assert stated(CASES["E01"]).figure(FigureName.SCORE) is None


@pytest.mark.parametrize("values", [{}, {"word": "w", "number": Decimal(1)}, {"day": date(2026, 9, 1), "word": "w"}])
def test_a_figure_has_exactly_one_value(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one value"):
        Figure(name=FigureName.TRANSCRIPT, rule=RuleId("R48"), policy_row="row", source="banner", **values)


def test_the_class_itself_cannot_be_among_those_still_held() -> None:
    facts = CASES["S01"].facts
    assert facts.schedule is not None
    itself = facts.schedule.others[0].model_copy(update={"section": facts.drop.section})
    doubled = facts.schedule.model_copy(update={"others": (itself,)})
    with pytest.raises(ValidationError, match="stands among the classes still held"):
        DropFacts.model_validate({**dict(facts), "schedule": doubled})


def test_r101_never_attended_waits_for_compliance() -> None:
    policy = read_table("semester")
    standards = policy.standards[0]
    practice = standards.attendance.model_copy(update={"confirmed_on": None})
    unconfirmed = policy.model_copy(update={"standards": (standards.model_copy(update={"attendance": practice}),)})
    said = plan_impact(CASES["S68"].facts, unconfirmed)
    assert [(one.name, one.office) for one in said.questions] == [(QuestionName.ATTENDANCE, "Office of Compliance")]
    assert said.notices == ()


@pytest.mark.parametrize(
    ("expected_back", "report", "questions"),
    [(True, "expected_back", ()), (False, "withdrawn", ()), (None, None, (QuestionName.EXPECTED_BACK,))],
)
def test_r109_who_is_expected_back_after_summer_has_not_left(
    expected_back: bool | None, report: str | None, questions: tuple[QuestionName, ...]
) -> None:
    policy, facts = read_table("semester"), CASES["S30"].facts
    assert facts.flags is not None
    summer = policy.model_copy(update={"parts": (policy.parts[0].model_copy(update={"required_term": False}),)})
    flags = facts.flags.model_copy(update={"expected_back": expected_back})
    said = plan_impact(facts.model_copy(update={"flags": flags}), summer)
    found = said.figure(FigureName.ENROLMENT_REPORT)
    assert (found.word if found else None) == report
    assert tuple(one.name for one in said.questions) == questions


def test_r110_a_day_without_a_refund_row_is_a_question() -> None:
    policy = read_table("semester")
    part = policy.parts[0]
    short = policy.model_copy(update={"parts": (part.model_copy(update={"refunds": part.refunds[:1]}),)})
    said = plan_impact(CASES["S03"].facts, short)
    assert [one.name for one in said.questions] == [QuestionName.REFUND_ROW]
    assert said.figure(FigureName.TOTAL_CREDITED) is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        load_drop_policy(tmp_path / "nowhere.yaml")
