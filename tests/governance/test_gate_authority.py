"""Who may have a plan applied: credentials, phases, the kill switch, decisions and approvals."""

import pytest

from domain.errors import (
    ApprovalRequired,
    ApprovalStale,
    ConfigurationError,
    ConflictError,
    OwnershipViolated,
    PolicyDenied,
    WriteNotAllowed,
)
from domain.ids import PlanHash, RunId
from governance.authority import Authority
from governance.context import ContextReader
from governance.decision import decide
from store.outbox import IntentState
from tests.governance.campus import Crash
from tests.governance.house import House
from tests.governance.plans import (
    AGENT,
    deactivate,
    enrol,
    move,
    plan_of,
    policy_of,
    row,
)

RUN = RunId("run-1")


def test_s32_s223_without_a_write_credential_any_write_raises_and_is_on_record(house: House):
    blind = House(house.database, house.ledger, house.folder, writable=False, campus=house.campus)
    with pytest.raises(WriteNotAllowed):
        blind.run(enrol(1))
    assert house.campus.calls == []
    assert house.entries() == ["decision", "write.refused"]


def test_s32_recovery_without_a_write_credential_looks_but_does_not_write(house: House):
    house.campus.faults = ["crash before"]
    with pytest.raises(Crash):
        house.run(enrol(1))
    blind = House(house.database, house.ledger, house.folder, writable=False, campus=house.campus)
    with pytest.raises(WriteNotAllowed):
        blind.gate.recover(RUN)
    assert house.entries()[-1] == "write.refused"
    assert house.gate.recover(RUN).verified == 1


@pytest.mark.parametrize("phase", [0, 1, 2, 3])
def test_s32_a_phase_lowered_after_the_decision_stops_the_write(house: House, phase: int):
    decided = house.decide(plan_of(enrol(1)))
    house.phases.override("roster", "enrol", phase, "Too many mistakes.", "ruth")
    with pytest.raises(WriteNotAllowed):
        house.gate.apply(decided.automatic, RUN, house.decisions.authority(decided))
    assert house.campus.calls == []


def test_the_kill_switch_stops_a_plan_at_the_door(house: House):
    house.phases.stop("canvas", "Canvas is being upgraded.", "ruth")
    with pytest.raises(WriteNotAllowed):
        house.run(enrol(1))
    assert house.campus.calls == []


def test_the_kill_switch_stops_between_batches(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(batches={"size": 1, "canary": 0}))
    house.folder.mkdir()
    house.campus.on_write = (house.folder / "STOP.canvas").touch
    report = house.run(enrol(1), enrol(2))
    assert (report.verified, report.refused) == (1, 1)
    assert "STOP.canvas" in report.outcomes[1].message


def test_the_kill_switch_makes_a_change_that_may_have_been_sent_uncertain(house: House):
    house.campus.faults = ["crash before"]
    with pytest.raises(Crash):
        house.run(enrol(1))
    house.phases.stop("*", "Stop.", "ruth")
    assert house.gate.recover(RUN).uncertain == 1


def test_a_kill_switch_folder_that_cannot_be_read_stops_everything(house: House):
    house.folder.touch()
    assert "cannot be looked for" in house.kill_switch.stops("canvas")


def test_an_automatic_plan_needs_a_recorded_decision(house: House):
    plan = plan_of(enrol(1))
    authority = Authority(kind="automatic", reference="decision_x", plan_hash=plan.plan_hash)
    with pytest.raises(ApprovalRequired):
        house.gate.apply(plan, RUN, authority)
    assert house.campus.calls == []


def test_a_decision_of_one_run_is_no_authority_in_another(house: House):
    decided = house.decide(plan_of(enrol(1)))
    with pytest.raises(ApprovalRequired):
        house.gate.apply(decided.automatic, RunId("run-2"), house.decisions.authority(decided))


def test_an_authority_for_another_hash_is_refused(house: House):
    plan = plan_of(enrol(1))
    authority = house.approve(plan)
    with pytest.raises(ApprovalRequired):
        house.gate.apply(plan_of(enrol(2)), RUN, authority)
    with pytest.raises(ApprovalRequired):
        house.gate.apply(plan, RUN, authority.model_copy(update={"plan_hash": PlanHash("other")}))


def test_an_edited_plan_is_another_plan(house: House):
    plan = plan_of(enrol(1))
    authority = house.approve(plan)
    edited = plan.model_copy(update={"changes": (enrol(2),)})
    assert edited.plan_hash != plan.plan_hash
    with pytest.raises(ApprovalRequired):
        house.gate.apply(edited, RUN, authority)


def test_an_approval_is_used_once(house: House):
    plan = plan_of(enrol(1))
    authority = house.approve(plan)
    assert house.gate.apply(plan, RUN, authority).verified == 1
    with pytest.raises(ApprovalStale):
        house.gate.apply(plan, RunId("run-2"), authority)
    other = plan_of(enrol(1), topic="other")
    assert house.gate.apply(other, RUN, authority).verified == 1
    assert len(house.campus.effects) == 1


def test_s41_the_gate_asks_the_owner_again(house: House):
    plan = plan_of(deactivate(1, before=row("active", provenance="manual")))
    authority = house.approve(plan)
    with pytest.raises(OwnershipViolated):
        house.gate.apply(plan, RUN, authority)


def test_nothing_is_written_where_it_cannot_be_read_back(house: House):
    plan = plan_of(enrol(1))
    authority = house.approve(plan)
    house.observers.clear()
    house.writers["canvas"] = house.campus
    with pytest.raises(ConfigurationError):
        house.rebuild().gate.apply(plan, RUN, authority)


def test_r58_a_plan_that_stopped_at_a_limit_is_not_applied_as_such(house: House):
    plan = plan_of(enrol(1, topic="limit"), topic="late adds")
    with pytest.raises(PolicyDenied):
        house.gate.apply(plan, RUN, Authority(kind="approval", reference="apr_x", plan_hash=plan.plan_hash))


def test_r71_undoing_needs_a_person(house: House):
    plan = plan_of(enrol(1, topic="rollback run run-0"))
    with pytest.raises(ApprovalRequired):
        house.gate.apply(plan, RUN, Authority(kind="automatic", reference="x", plan_hash=plan.plan_hash))


def test_a_later_run_takes_over_a_record_of_a_waiting_plan(house: House):
    old = plan_of(enrol(1), enrol(2))
    authority = house.approve(old)
    assert house.run(enrol(1, confidence_basis="again"), run="run-2").verified == 1
    report = house.gate.apply(old, RUN, authority)
    assert [one.state for one in report.outcomes] == [IntentState.CONFLICT, IntentState.VERIFIED]


def test_two_runs_never_have_one_record_in_flight(house: House):
    house.campus.faults = ["crash before"]
    with pytest.raises(Crash):
        house.run(enrol(1))
    with pytest.raises(ConflictError):
        house.run(enrol(1), run="run-2")
    assert house.gate.recover(RUN).verified == 1


def test_nothing_automatic_gives_no_authority(house: House):
    decided = decide(plan_of(move(1)), policy_of(1), ContextReader(house.database).read(AGENT))
    with pytest.raises(ApprovalRequired):
        house.decisions.authority(decided)
