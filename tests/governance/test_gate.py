"""The gate on a calm day and on a bad one: applied, read back, and what an unclear answer comes to."""

import pytest

from domain.ids import RunId
from domain.lms import LmsRole
from tests.governance.house import House
from tests.governance.plans import (
    SECTION,
    case,
    change_role,
    deactivate,
    enrol,
    move,
    person,
    plan_of,
    policy_of,
)

RUN = RunId("run-1")


def test_intent_is_recorded_then_applied_then_read_back(house: House):
    report = house.run(enrol(1), enrol(2))
    assert (report.applied, report.verified, report.unverified) == (2, 2, 0)
    assert house.campus.rows[SECTION, person(1), LmsRole.STUDENT]["state"] == "active"
    assert house.entries() == ["decision", "write.intended", "write.outcome"]
    assert house.ledger.verify().ok


def test_r52_ends_come_after_adds_and_people_last(house: House):
    house.campus.seed(SECTION, person(1), "active")
    house.campus.seed(SECTION, person(5), "active")
    changes = (case(9), deactivate(1), change_role(5), enrol(2))
    house.run(*changes)
    kinds = {change.change_id: change.kind for change in changes}
    assert [kinds[call[0]] for call in house.campus.calls] == ["enrol", "change_role", "deactivate", "open_case"]


def test_what_is_so_already_is_verified_without_a_write(house: House):
    house.campus.seed(SECTION, person(1), "active")
    report = house.run(enrol(1))
    assert (report.unchanged, report.verified, report.applied) == (1, 0, 0)
    assert house.campus.calls == []


def test_a_record_that_moved_is_a_conflict_and_is_not_written(house: House):
    house.campus.seed(SECTION, person(1), "completed")
    report = house.run(deactivate(1), enrol(2))
    assert (report.conflicts, report.verified) == (1, 1)
    assert house.campus.rows[SECTION, person(1), LmsRole.STUDENT]["state"] == "completed"


def test_r75_silent_no_op_is_unverified_after_a_bounded_wait(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(read_back={"attempts": 3, "wait_seconds": 1}))
    house.campus.faults = ["silent"]
    report = house.run(enrol(1))
    assert (report.applied, report.verified, report.unverified) == (1, 0, 1)
    assert house.slept == [1, 2]


def test_a_late_effect_is_waited_for(house: House):
    house.campus.faults = ["late"]
    assert house.run(enrol(1)).verified == 1


def test_one_refused_row_leaves_the_others(house: House):
    bad = enrol(1)
    house.campus.refusals = {bad.change_id}
    report = house.run(bad, enrol(2))
    assert (report.refused, report.verified) == (1, 1)
    assert report.outcomes[0].message == "The row was refused."


def test_a_lost_answer_is_looked_for_and_not_sent_again(house: House):
    house.campus.faults = ["lost"]
    assert house.run(enrol(1)).verified == 1
    assert len(house.campus.calls) == 1


@pytest.mark.parametrize("fault", ["half", "mute", "uncertain"])
def test_an_unclear_answer_ends_verified_with_every_change_made_once(house: House, fault: str):
    house.campus.faults = [fault]
    report = house.run(*(enrol(n) for n in range(4)))
    assert report.verified == 4
    assert len(house.campus.effects) == len(set(house.campus.effects)) == 4


def test_throttled_to_the_end_is_refused_because_nothing_was_done(house: House):
    house.campus.faults = ["throttle"] * 3
    report = house.run(enrol(1))
    assert report.refused == 1
    assert report.outcomes[0].message.startswith("PV101")


def test_throttled_once_is_sent_again(house: House):
    house.campus.faults = ["throttle"]
    assert house.run(enrol(1)).verified == 1
    assert len(house.campus.calls) == 2


def test_no_answer_to_the_end_is_uncertain_and_a_person_decides(house: House):
    house.campus.faults = ["deaf"] * 3
    report = house.run(enrol(1))
    assert (report.uncertain, report.applied) == (1, 0)
    assert report.outcomes[0].message == "PV102: No answer."


def test_an_effect_nobody_can_be_sure_of_is_not_sent_again(house: House):
    house.campus.faults = ["unsure"]
    report = house.run(enrol(1))
    assert report.uncertain == 1
    assert len(house.campus.calls) == 1


def test_a_call_that_fails_for_good_refuses_what_was_not_done(house: House):
    house.campus.faults = ["reject"]
    report = house.run(enrol(1))
    assert report.refused == 1
    assert len(house.campus.calls) == 1


def test_what_cannot_be_looked_for_is_never_sent(house: House):
    house.campus.blind_to = {enrol(1).change_id}
    report = house.run(enrol(1))
    assert report.refused == 1
    assert house.campus.calls == []


def test_r67_canary_stops_the_kind_when_none_can_be_verified(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(batches={"size": 5, "canary": 2}))
    house.campus.faults = ["silent"]
    report = house.run(*(enrol(n) for n in range(6)))
    assert (report.unverified, report.refused) == (2, 4)
    assert len(house.campus.calls) == 1


def test_the_rest_follows_a_canary_that_shows(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(batches={"size": 2, "canary": 1}))
    report = house.run(*(enrol(n) for n in range(6)))
    assert report.verified == 6
    assert [len(call) for call in house.campus.calls] == [1, 2, 2, 1]


def test_flags_go_on_in_phase_2_and_nothing_else_does(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(2))
    decided = house.decide(plan_of(case(1), enrol(1)))
    assert [one.verdict.value for one in decided.records] == ["automatic", "draft"]
    assert house.gate.apply(decided.automatic, RUN, house.decisions.authority(decided)).verified == 1


def test_a_moved_student_is_never_without_a_section(house: House):
    house.campus.seed(SECTION, person(1), "active")
    assert house.run(move(1)).verified == 1


def test_counts_have_stable_names_and_hold_together(house: House):
    counts = house.run(enrol(1)).counts()
    assert counts["applied"] == counts["verified"] + counts["unverified"] == 1
