"""A fault plan strikes where, when and as often as it says, and the same way for the same seed."""

from __future__ import annotations

import pytest

from simulator.faults import FaultKind, FaultPlan, FaultRule


def strikes(rule: FaultRule, calls: int = 20, path: str = "/api/v1/users") -> list[int]:
    plan = FaultPlan([rule])
    return [call for call in range(calls) if plan.draw("canvas", "GET", path)]


def test_a_rule_without_limits_always_strikes() -> None:
    assert strikes(FaultRule(kind=FaultKind.SLOW)) == list(range(20))


def test_after_spares_the_first_and_count_ends_it() -> None:
    assert strikes(FaultRule(kind=FaultKind.SLOW, after=3, count=2)) == [3, 4]


def test_probability_is_drawn_from_the_seed() -> None:
    first, same, other = (
        strikes(FaultRule(kind=FaultKind.SLOW, probability=0.3, seed=seed), calls=400) for seed in (1, 1, 2)
    )
    assert first == same != other
    assert 80 < len(first) < 160


@pytest.mark.parametrize(
    "words", [{"face": "ethos"}, {"method": "POST"}, {"path": "courses$"}, {"probability": 0.0}, {"count": 0}]
)
def test_a_rule_that_does_not_match_never_strikes(words: dict[str, str | int | float]) -> None:
    assert strikes(FaultRule.from_words({"kind": "slow", **words})) == []


def test_what_was_played_is_remembered_and_kinds_can_be_chosen() -> None:
    plan = FaultPlan([FaultRule(kind=FaultKind.LOST_EVENT), FaultRule(kind=FaultKind.SLOW)])
    drawn = plan.draw("ethos", "EVENT", "/consume", kinds=(FaultKind.LOST_EVENT,))
    assert list(drawn) == [FaultKind.LOST_EVENT]
    assert [(each.face, each.kind) for each in plan.played] == [("ethos", FaultKind.LOST_EVENT)]


def test_rules_go_to_words_and_back() -> None:
    rule = FaultRule(kind=FaultKind.TRUNCATED_PAGE, face="canvas", path="enrollments", count=3, seconds=0.5)
    assert FaultRule.from_words(rule.to_words()) == rule
    plan = FaultPlan()
    plan.replace([rule])
    assert plan.rules == [rule]
    plan.clear()
    assert plan.draw("canvas", "GET", "/enrollments") == {}


@pytest.mark.parametrize("words", [{}, {"kind": "earthquake"}, {"kind": "slow", "colour": "red"}])
def test_a_rule_that_makes_no_sense_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"kind|FaultKind"):
        FaultRule.from_words(words)
