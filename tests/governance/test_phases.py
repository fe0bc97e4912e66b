"""Stepping back at once, and returning only with the metric shown."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import PolicyDenied
from domain.ids import PrincipalId
from governance.phases import PhaseLadder
from governance.policy import Phase
from tests.governance.house import House
from tests.governance.plans import deactivate, enrol, plan_of, policy_of

RUTH = PrincipalId("ruth")


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """SQLite alone: what is tested here does not depend on the database."""
    return f"sqlite:///{tmp_path}/provost.db"


def ladder(house: House) -> PhaseLadder:
    return PhaseLadder(house.database, house.ledger, house.policy, house.phases)


def test_s238_stepping_back_counts_at_once_and_is_on_record(house: House):
    steps = ladder(house)
    assert steps.step_back("roster", "enrol", "Too many mistakes.", RUTH) is Phase.SUPERVISED
    assert steps.current("roster", "enrol") is Phase.SUPERVISED
    assert steps.current("roster", "deactivate") is Phase.CLOSED_LOOP
    decided = house.decide(plan_of(enrol(1), deactivate(2)))
    assert [one.verdict.value for one in decided.records] == ["approval", "automatic"]
    assert "phase.lowered" in house.entries("")


@pytest.mark.parametrize(("value", "shown_in"), [("0.98", "report 7"), ("1", ""), ("NaN", "report 7")])
def test_s237_promotion_is_refused_while_the_metric_is_not_shown(house: House, value: str, shown_in: str):
    steps = ladder(house)
    steps.step_back("roster", "enrol", "Stop.", RUTH)
    with pytest.raises(PolicyDenied, match="is not shown"):
        steps.promote("roster", "enrol", Decimal(value), shown_in, RUTH)
    assert steps.current("roster", "enrol") is Phase.SUPERVISED


def test_s237_promotion_with_the_metric_shown(house: House):
    steps = ladder(house)
    steps.step_back("roster", "enrol", "Stop.", RUTH)
    assert steps.promote("roster", "enrol", Decimal("0.995"), "report 7", RUTH) is Phase.CLOSED_LOOP
    assert house.decide(plan_of(enrol(1))).automatic is not None


def test_s237_nothing_rises_above_the_file(house: House):
    with pytest.raises(PolicyDenied, match="does not let"):
        ladder(house).promote("roster", "enrol", Decimal(1), "report 7", RUTH)


def test_s237_a_phase_without_a_metric_stays(house: House):
    policy = policy_of(ladder=[{"match": "roster:*", "phase": 4, "since": "2026-11-01"}])
    house = House(house.database, house.ledger, house.folder, policy)
    steps = ladder(house)
    steps.step_back("roster", "enrol", "Stop.", RUTH)
    with pytest.raises(PolicyDenied, match="a metric for phase 3"):
        steps.promote("roster", "enrol", Decimal(1), "report 7", RUTH)
    with pytest.raises(PolicyDenied, match="does not let"):
        steps.promote("person", "create_person", Decimal(1), "report 7", RUTH)


def test_an_override_may_name_many_actions(house: House):
    house.phases.override("roster", "*", 2, "Canvas upgrade.", "ruth")
    assert ladder(house).current("roster", "move_section") is Phase.ASSISTIVE
    assert ladder(house).current("person", "create_person") is Phase.CLOSED_LOOP
