"""Every built rule, one registrar's situation per row."""

import pytest

from tests.rules.examples import EXAMPLES, Example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule} {example.situation}")
def test_each_rule_gives_the_registrars_answer(example: Example) -> None:
    assert example.ask() == example.answer
