"""All rules of the field by id: what each is about, how far the system may go, and what keeps it.

A test demands an example for every rule that is a function, and a module that exists for every other.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from domain.changes import Tier
from domain.ids import RuleId


class RuleState(StrEnum):
    """Whether a rule is a function of this package or kept by another layer."""

    BUILT = "built"
    ELSEWHERE = "elsewhere"


class Rule(NamedTuple):
    """One rule: its title in our own words, its tier, and the functions or the module that keep it."""

    id: RuleId
    title: str
    tier: Tier
    state: RuleState
    functions: tuple[Callable[..., object], ...] = ()
    place: str = ""


def built(rule: str, title: str, tier: Tier, *functions: Callable[..., object]) -> Rule:
    """A rule that functions of this package keep."""
    return Rule(RuleId(rule), title, tier, RuleState.BUILT, functions)


def elsewhere(rule: str, title: str, tier: Tier, place: str) -> Rule:
    """A rule about effects or wires, kept by the module named."""
    return Rule(RuleId(rule), title, tier, RuleState.ELSEWHERE, place=place)


def catalogue() -> dict[RuleId, Rule]:
    """Return every rule, R1 to R135, in order."""
    from domain.rules.catalogue_alerts import ALERT_RULES
    from domain.rules.catalogue_drops import DROP_RULES
    from domain.rules.catalogue_grades import GRADE_RULES
    from domain.rules.catalogue_rosters import ROSTER_RULES

    return {rule.id: rule for rule in (*ROSTER_RULES, *GRADE_RULES, *DROP_RULES, *ALERT_RULES)}


def rules_in(state: RuleState) -> tuple[Rule, ...]:
    """Return the rules in one state, in order."""
    return tuple(rule for rule in catalogue().values() if rule.state is state)
