"""The way back: what is undone, what is left to a person, and what the next run leaves alone."""

import pytest

from domain.changes import ArchiveCourse, CrossList, RelinkSection, SetRiskScore, UpdatePersonField
from domain.errors import ApprovalRequired, ApprovalStale, PolicyDenied
from domain.ids import Crn, PrincipalId, RunId, SectionKey, SisCourseId
from domain.images import Image
from domain.lms import LmsRole
from governance.actions import known_changes
from governance.context import ContextReader
from governance.decision import decide
from governance.gate_report import GateReport
from governance.inverse import INVERSES, NO_WAY_BACK, find_inverse
from governance.phase_rollback import PhaseRollback
from governance.phases import PhaseLadder
from store.outbox import IntentState
from store.plans import ApprovalState, Suppressions
from tests.governance.campus import Crash
from tests.governance.house import House
from tests.governance.plans import (
    AGENT,
    SECTION,
    case,
    change_role,
    common,
    dates,
    deactivate,
    enrol,
    message,
    move,
    person,
    plan_of,
    restore,
    row,
)

RUN, UNDO = RunId("run-1"), RunId("undo-1")
BY = PrincipalId("provost")


def undo(house: House, run: RunId = RUN) -> GateReport:
    planned = house.rollback.plan(run, UNDO, BY)
    assert planned.plan is not None
    return house.rollback.apply(planned.plan, house.approve(planned.plan), "It was wrong.")


def test_r71_undoing_gives_the_rows_back_and_marks_them(house: House):
    house.campus.seed(SECTION, person(1), "active")
    house.run(deactivate(1), enrol(2))
    report = undo(house)
    assert report.verified == 2
    assert house.campus.rows[SECTION, person(1), LmsRole.STUDENT]["state"] == "active"
    assert house.campus.rows[SECTION, person(2), LmsRole.STUDENT]["state"] == "deleted"
    assert house.gate.report(RUN).compensated == 2
    assert house.entries("undo-1")[-1] == "rollback.done"


def test_r71_the_next_run_leaves_alone_what_was_undone_until_the_suppression_ends(house: House):
    house.run(enrol(1))
    undo(house)
    again = house.decide(plan_of(enrol(1), run="run-2"))
    assert [one.verdict.value for one in again.denied] == ["suppressed"]
    assert "It was wrong." in again.denied[0].reason
    house.clock.pass_hours(24 * 14 + 1)
    assert house.decide(plan_of(enrol(1), run="run-3")).automatic is not None


def test_a_record_that_moved_since_is_left_as_it_is(house: House):
    house.run(enrol(1), enrol(2))
    house.campus.seed(SECTION, person(1), "completed")
    planned = house.rollback.plan(RUN, UNDO, BY)
    assert [one.natural_key for one in planned.irreversible] == [enrol(1).natural_key]
    assert "moved since" in planned.irreversible[0].reason
    assert len(planned.plan.changes) == 1


def test_what_was_so_before_is_not_undone(house: House):
    house.campus.seed(SECTION, person(1), "active")
    house.run(enrol(1))
    assert house.rollback.plan(RUN, UNDO, BY).plan is None


def test_what_cannot_be_undone_is_listed_with_a_reason(house: House):
    plan = plan_of(message(1))
    house.gate.apply(plan, RUN, house.approve(plan))
    planned = house.rollback.plan(RUN, UNDO, BY)
    assert planned.plan is None
    assert planned.irreversible[0].reason == NO_WAY_BACK["send_message"]


def test_what_cannot_be_looked_for_is_left_to_a_person(house: House):
    house.run(enrol(1), enrol(2))
    house.campus.blind_to = {enrol(1).change_id}
    planned = house.rollback.plan(RUN, UNDO, BY)
    assert [one.reason for one in planned.irreversible] == ["The record cannot be looked for."]
    house.campus.blind_to = {change.change_id for change in planned.plan.changes}
    blind = find_inverse(enrol(2), planned.topic)
    house.campus.blind_to = {blind.change_id}
    reasons = {one.reason for one in house.rollback.plan(RUN, UNDO, BY).irreversible}
    assert reasons == {"The record to give back cannot be looked for."}


def test_a_system_that_is_not_connected_shows_nothing(house: House):
    house.run(enrol(1))
    house.observers.clear()
    assert house.rollback.plan(RUN, UNDO, BY).plan is None


def test_an_undo_is_refused_without_approval_and_for_a_plan_that_is_none(house: House):
    house.run(enrol(1))
    planned = house.rollback.plan(RUN, UNDO, BY)
    authority = house.approve(planned.plan)
    with pytest.raises(ApprovalRequired):
        house.rollback.apply(plan_of(enrol(1)), authority, "No.")
    with pytest.raises(ApprovalStale):
        house.rollback.apply(planned.plan.model_copy(update={"run": RunId("undo-2")}), authority, "No.")
    assert Suppressions(house.database, clock=house.clock).active() == ()


def test_an_undo_that_crashed_is_taken_up_again(house: House):
    house.run(enrol(1))
    planned = house.rollback.plan(RUN, UNDO, BY)
    authority = house.approve(planned.plan)
    house.campus.faults = ["crash after"]
    with pytest.raises(Crash):
        house.rollback.apply(planned.plan, authority, "It was wrong.")
    assert len(Suppressions(house.database, clock=house.clock).active()) == 1
    assert house.rollback.apply(planned.plan, authority, "It was wrong.").verified == 1
    assert house.gate.report(RUN).compensated == 1
    house.rollback.apply(planned.plan, authority, "It was wrong.")
    assert house.entries("undo-1").count("rollback.done") == 1


def test_an_undo_can_itself_be_undone(house: House):
    house.run(enrol(1))
    undo(house)
    back = house.rollback.plan(UNDO, RunId("redo-1"), BY)
    report = house.rollback.apply(back.plan, house.approve(back.plan), "It was right after all.")
    assert report.verified == 1
    assert house.campus.rows[SECTION, person(1), LmsRole.STUDENT]["state"] == "active"


def test_an_undo_that_did_not_show_leaves_the_change_as_it_stands(house: House):
    house.run(enrol(1))
    planned = house.rollback.plan(RUN, UNDO, BY)
    authority = house.approve(planned.plan)
    house.campus.faults = ["silent"]
    assert house.rollback.apply(planned.plan, authority, "It was wrong.").unverified == 1
    assert house.gate.report(RUN).outcomes[0].state is IntentState.VERIFIED


@pytest.mark.parametrize("kind", sorted(known_changes()))
def test_every_kind_has_a_way_back_or_a_reason_why_not(kind: str):
    assert (kind in INVERSES) != (kind in NO_WAY_BACK)


INVERTIBLE = [
    enrol(),
    enrol(before=row("completed")),
    deactivate(),
    deactivate(before=row("inactive"), to="deleted"),
    restore(),
    change_role(),
    move(),
    dates(),
    case(),
    CrossList(
        section=SECTION,
        course=SisCourseId("B"),
        **common(before=Image(fields={"course": "A"}), after=Image(fields={"course": "B"})),
    ),
    RelinkSection(
        section=SECTION,
        from_section=SectionKey(SECTION.term, Crn("90001")),
        **common(before=Image(fields={"sis_id": "old"}), after=Image(fields={"sis_id": "new"})),
    ),
    SetRiskScore(
        person=person(1),
        score="0.7",
        reasons=("GPA",),
        **common(before=Image(fields={"score": "0.4"}), after=Image(fields={"score": "0.7"})),
    ),
    SetRiskScore(
        person=person(1),
        score="0.7",
        reasons=("GPA",),
        **common(before=Image.absent(), after=Image(fields={"score": "0.7"})),
    ),
]


@pytest.mark.parametrize("change", INVERTIBLE, ids=lambda one: one.kind)
def test_an_inverse_wants_what_was_before(change):
    inverse = find_inverse(change, "rollback run x")
    assert (inverse.rule, inverse.tier.value, inverse.topic) == ("R71", "P", "rollback run x")
    if change.kind not in {"change_role", "move_section"}:
        assert change.before.satisfies(inverse.after)
    else:
        assert inverse.after.fields["state"] == change.before.fields["from_state"]


NOT_INVERTIBLE = [
    deactivate(before=row("invited")),
    deactivate(before=Image(fields={"provenance": "sis"})),
    change_role(before=Image(exists=True, fields={"state": "inactive", "from_state": "active"})),
    move(before=Image(exists=False, fields={"from_state": "inactive"})),
    dates(before=Image.absent()),
    CrossList(section=SECTION, course=SisCourseId("B"), **common(before=Image.absent(), after=Image())),
    ArchiveCourse(section=SECTION, course=SisCourseId("B"), **common(before=Image(), after=Image())),
    UpdatePersonField(person=person(1), field="name", **common(before=Image(), after=Image())),
]


@pytest.mark.parametrize("change", NOT_INVERTIBLE, ids=lambda one: one.kind)
def test_what_has_no_inverse_says_why_in_one_sentence(change):
    reason = find_inverse(change, "rollback run x")
    assert isinstance(reason, str)
    assert reason.endswith(".")


def test_empty_dates_are_given_back_empty():
    assert find_inverse(dates(), "rollback run x").end_at is None


def phase_rollback(house: House) -> PhaseRollback:
    ladder = PhaseLadder(house.database, house.ledger, house.policy, house.phases)
    return PhaseRollback(house.policy, ladder, house.planner, house.approvals)


def test_s238_a_phase_rollback_stops_ends_and_proposes_the_undo(house: House):
    house.campus.seed(SECTION, person(9), "active")
    house.run(enrol(1), deactivate(9))
    house.run(enrol(2), run="run-2")
    waiting = house.approvals.request(plan_of(enrol(3), run="run-3"))
    other = house.approvals.request(plan_of(deactivate(4), run="run-4"))
    step = phase_rollback(house).step_back("roster", "enrol", "Too many mistakes.", PrincipalId("ruth"), UNDO)
    assert (step.phase, step.ended, step.go_back) == (3, (waiting,), "Lower it.")
    assert house.approvals.show(other).state is ApprovalState.PENDING
    decided = decide(plan_of(enrol(5)), house.policy, ContextReader(house.database, clock=house.clock).read(AGENT))
    assert decided.automatic is None
    report = house.rollback.apply(step.undo.plan, house.approve(step.undo.plan, "rita"), "Phase rollback.")
    assert report.verified == 2
    assert house.gate.report(RUN).compensated == 1
    assert house.gate.report(RunId("run-2")).compensated == 1


def test_s238_one_undo_per_record_the_newest_first(house: House):
    house.run(enrol(1))
    house.campus.rows.clear()
    house.run(enrol(1, confidence_basis="again"), run="run-2")
    step = phase_rollback(house).step_back("roster", "enrol", "Stop.", PrincipalId("ruth"), UNDO)
    assert len(step.undo.plan.changes) == 1
    assert "A later change to the same record" in step.undo.irreversible[0].reason


def test_s238_an_action_the_ladder_does_not_know_cannot_step_back(house: House):
    from tests.governance.plans import policy_of

    narrow = policy_of(ladder=[{"match": "person:*", "phase": 0, "since": "2026-11-01"}])
    house = House(house.database, house.ledger, house.folder, narrow)
    with pytest.raises(PolicyDenied):
        phase_rollback(house).step_back("roster", "enrol", "Stop.", PrincipalId("ruth"), UNDO)
    with pytest.raises(PolicyDenied):
        phase_rollback(house).step_back("person", "create_person", "Stop.", PrincipalId("ruth"), UNDO)
