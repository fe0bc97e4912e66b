"""The gate after a crash, a lost observer or a ledger that was full: it goes on and never starts over."""

import pytest

from domain.errors import (
    ConfigurationError,
    LedgerUnavailable,
    Unreachable,
)
from domain.ids import RunId
from domain.lms import LmsRole
from tests.governance.campus import Campus, Crash
from tests.governance.house import House
from tests.governance.plans import (
    SECTION,
    enrol,
    message,
    person,
    plan_of,
    policy_of,
)

RUN = RunId("run-1")
AUTOMATIC_MESSAGES = {
    "id": "digest",
    "actions": ["*"],
    "approver_role": "registrar",
    "confidence_floor": "0.9",
    "irreversible_automatic": True,
}


def test_recovery_waits_until_the_system_is_quiet(house: House):
    class Patient(Campus):
        def settle(self) -> None:
            self.late = [(0, change) for _, change in self.late]

    campus = Patient(faults=["late"])
    house = House(house.database, house.ledger, house.folder, campus=campus)
    campus.looks = ["", "crash"]
    with pytest.raises(Crash):
        house.run(enrol(1))
    campus.late = [(50, change) for _, change in campus.late]
    assert house.gate.recover(RUN).verified == 1
    assert len(campus.calls) == 1


def test_a_system_that_is_no_longer_connected_leaves_its_changes_in_flight(house: House):
    house.campus.faults = ["crash before"]
    with pytest.raises(Crash):
        house.run(enrol(1))
    house.observers.pop("canvas")
    with pytest.raises(ConfigurationError):
        house.rebuild().gate.recover(RUN)
    assert house.gate.report(RUN).in_flight == 1


def test_unsearchable_after_a_crash_is_uncertain_and_never_resent(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(rules=[AUTOMATIC_MESSAGES]))
    house.campus.faults = ["crash after"]
    with pytest.raises(Crash):
        house.run(message(1))
    house.campus.blind_to = {message(1).change_id}
    report = house.gate.recover(RUN)
    assert report.uncertain == 1
    assert house.campus.messages == ["mark-1"]


def test_a_message_found_by_its_marker_is_not_sent_twice(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(rules=[AUTOMATIC_MESSAGES]))
    house.campus.faults = ["crash after"]
    with pytest.raises(Crash):
        house.run(message(1))
    assert house.gate.recover().verified == 1
    assert house.campus.messages == ["mark-1"]


@pytest.mark.parametrize("fault", ["crash before", "crash after"])
def test_recover_finishes_what_a_crash_cut_off(house: House, fault: str):
    house.campus.faults = [fault]
    with pytest.raises(Crash):
        house.run(enrol(1), enrol(2))
    assert house.gate.report(RUN).in_flight == 2
    report = house.gate.recover()
    assert (report.verified, report.in_flight) == (2, 0)
    assert sorted(house.campus.effects) == sorted({enrol(1).change_id, enrol(2).change_id})


def test_recovery_gives_a_message_that_is_under_way_the_time_to_show(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(rules=[AUTOMATIC_MESSAGES]))
    house.campus.faults = ["late crash"]
    with pytest.raises(Crash):
        house.run(message(1))
    assert house.gate.recover(RUN).verified == 1
    house.campus.let_all_arrive()
    assert house.campus.messages == ["mark-1"]


def test_applying_again_after_a_crash_goes_on_and_never_starts_over(house: House):
    decided = house.decide(plan_of(enrol(1)))
    authority = house.decisions.authority(decided)
    house.campus.faults = ["crash before"]
    with pytest.raises(Crash):
        house.gate.apply(decided.automatic, RUN, authority)
    assert house.gate.apply(decided.automatic, RUN, authority).verified == 1
    assert house.gate.apply(decided.automatic, RUN, authority).verified == 1
    assert len(house.campus.effects) == 1


def test_a_sent_change_that_never_shows_is_unverified_at_recovery(house: House):
    house.campus.faults = ["silent"]
    house.campus.looks = ["", "crash"]
    with pytest.raises(Crash):
        house.run(enrol(1))
    report = house.gate.recover(RUN)
    assert report.unverified == 1
    assert len(house.campus.calls) == 1


def test_an_observer_that_is_down_leaves_the_change_in_flight(house: House):
    house.campus.looks = ["", *["down"] * 4]
    with pytest.raises(Unreachable):
        house.run(enrol(1))
    assert house.gate.report(RUN).in_flight == 1
    assert house.gate.recover(RUN).verified == 1


def test_an_observer_that_stumbles_is_asked_again(house: House):
    house.campus.looks = ["", "down", "down"]
    assert house.run(enrol(1)).verified == 1


def test_s37_nothing_is_written_when_the_ledger_does_not_take_the_intent(house: House, monkeypatch):
    decided = house.decide(plan_of(enrol(1)))
    full = LedgerUnavailable("The disk is full.")

    def refuse(*_args, **_more):
        raise full

    monkeypatch.setattr(house.ledger, "append", refuse)
    with pytest.raises(LedgerUnavailable):
        house.gate.apply(decided.automatic, RUN, house.decisions.authority(decided))
    assert house.campus.calls == []
    assert house.outbox.for_run(RUN) == ()


def test_an_outcome_the_ledger_refuses_stays_in_flight_and_is_recovered(house: House, monkeypatch):
    decided = house.decide(plan_of(enrol(1)))
    append = house.ledger.append

    def refuse(kind, *args, **more):
        if kind == "write.outcome":
            raise LedgerUnavailable("The disk is full.")
        return append(kind, *args, **more)

    monkeypatch.setattr(house.ledger, "append", refuse)
    with pytest.raises(LedgerUnavailable):
        house.gate.apply(decided.automatic, RUN, house.decisions.authority(decided))
    monkeypatch.undo()
    assert house.gate.report(RUN).in_flight == 1
    assert house.gate.recover(RUN).verified == 1
    assert len(house.campus.calls) == 1


def test_a_failed_canary_still_settles_what_was_sent_before_a_crash(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(batches={"size": 5, "canary": 0}))
    house.campus.faults = ["crash after"]
    with pytest.raises(Crash):
        house.run(enrol(1), enrol(2), enrol(3))
    house.campus.rows.pop((SECTION, person(1), LmsRole.STUDENT))
    careful = House(
        house.database,
        house.ledger,
        house.folder,
        policy_of(batches={"size": 5, "canary": 1}),
        campus=house.campus,
    )
    house.campus.faults = ["silent"]
    report = careful.gate.recover(RUN)
    assert (report.unverified, report.verified) == (1, 2)
