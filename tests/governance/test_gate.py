"""The gate on a calm day and on a bad one."""

import pytest

from domain.errors import (
    ApprovalRequired,
    ApprovalStale,
    ConfigurationError,
    ConflictError,
    LedgerUnavailable,
    OwnershipViolated,
    PolicyDenied,
    Unreachable,
    WriteNotAllowed,
)
from domain.ids import PlanHash, RunId
from domain.lms import LmsRole
from governance.authority import Authority
from governance.context import ContextReader
from governance.decision import decide
from store.outbox import IntentState
from tests.governance.campus import Campus, Crash
from tests.governance.house import House
from tests.governance.plans import (
    AGENT,
    SECTION,
    case,
    change_role,
    deactivate,
    enrol,
    message,
    move,
    person,
    plan_of,
    policy_of,
    row,
)

RUN = RunId("run-1")
AUTOMATIC_MESSAGES = {
    "id": "digest",
    "actions": ["*"],
    "approver_role": "registrar",
    "confidence_floor": "0.9",
    "irreversible_automatic": True,
}


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


def test_flags_go_on_in_phase_2_and_nothing_else_does(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(2))
    decided = house.decide(plan_of(case(1), enrol(1)))
    assert [one.verdict.value for one in decided.records] == ["automatic", "draft"]
    assert house.gate.apply(decided.automatic, RUN, house.decisions.authority(decided)).verified == 1


def test_nothing_automatic_gives_no_authority(house: House):
    decided = decide(plan_of(move(1)), policy_of(1), ContextReader(house.database).read(AGENT))
    with pytest.raises(ApprovalRequired):
        house.decisions.authority(decided)


def test_a_moved_student_is_never_without_a_section(house: House):
    house.campus.seed(SECTION, person(1), "active")
    assert house.run(move(1)).verified == 1


def test_counts_have_stable_names_and_hold_together(house: House):
    counts = house.run(enrol(1)).counts()
    assert counts["applied"] == counts["verified"] + counts["unverified"] == 1
