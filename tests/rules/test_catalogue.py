"""Every rule that is built has an example, and every rule names what keeps it."""

from importlib.util import find_spec

from domain.rules.catalogue import RuleState, catalogue, rules_in
from tests.rules.examples import EXAMPLES


def test_all_135_rules_are_listed_once_in_order() -> None:
    assert list(catalogue()) == [f"R{number}" for number in range(1, 136)]


def test_every_built_rule_has_functions_and_an_example() -> None:
    built = {rule.id for rule in rules_in(RuleState.BUILT)}
    covered = {example.rule for example in EXAMPLES}
    assert built - covered == set(), "rules without an example"
    assert covered - built == set(), "examples of rules that are not built"
    assert all(rule.functions for rule in rules_in(RuleState.BUILT))


def test_rules_kept_elsewhere_name_a_module_that_exists() -> None:
    for rule in rules_in(RuleState.ELSEWHERE):
        assert find_spec(rule.place), f"{rule.id} names {rule.place}"
