"""Approvals: the right person, the right hash, in time, once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import ApprovalError, ApprovalStale, ApproverNotAllowed, InvalidRecord, PolicyDenied
from domain.ids import PlanHash, PrincipalId, RunId
from domain.principals import PrincipalKind, Role
from governance.approvals import Approvals
from governance.authority import Authority
from governance.decided import Waiver
from store.plans import ApprovalState
from tests.governance.house import House
from tests.governance.plans import deactivate, enrol, plan_of, policy_of, registrar

RUN = RunId("run-1")
TWO = {"id": "two", "actions": ["*"], "approver_role": "registrar", "confidence_floor": "0.9", "two_persons": True}


def answer(house: House, who, decision: str = "approve", plan=None) -> ApprovalState:
    plan = plan or plan_of(enrol(1))
    return house.approvals.answer(house.approvals.request(plan), plan.plan_hash, who, decision, "Looked at.")


def test_an_approval_gives_authority_over_exactly_its_hash(house: House):
    plan = plan_of(enrol(1))
    request = house.approvals.request(plan, "registrar", thread="t-1", interrupt="i-1")
    assert house.approvals.authority(request, plan.plan_hash) is None
    assert answer(house, registrar()) is ApprovalState.APPROVED
    authority = house.approvals.authority(request, plan.plan_hash)
    assert authority == Authority(kind="approval", reference=request, plan_hash=plan.plan_hash)
    assert house.approvals.authority(request, "another hash") is None
    view = house.approvals.show(request)
    assert (view.thread, view.interrupt, view.plan, view.answers[0].principal) == ("t-1", "i-1", plan, "ruth")


def test_asking_again_is_the_same_request(house: House):
    assert house.approvals.request(plan_of(enrol(1))) == house.approvals.request(plan_of(enrol(1)))
    assert len(house.approvals.find()) == 1


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (registrar(role=Role.ADVISOR), "role"),
        (registrar("agent.roster"), "own request"),
        (registrar(acting_as=PrincipalId("dean")), "R30"),
        (registrar().model_copy(update={"kind": PrincipalKind.AGENT}), "Only a person"),
        (registrar().model_copy(update={"kind": PrincipalKind.SERVICE}), "Only a person"),
        (registrar().model_copy(update={"roles": frozenset({Role.ADMIN})}), "role"),
        (registrar().model_copy(update={"roles": frozenset()}), "role"),
    ],
    ids=["role", "requester", "acting as", "agent", "service", "admin", "no role"],
)
def test_r30_who_may_not_approve_is_refused_and_on_record(house: House, who, why: str):
    with pytest.raises(ApproverNotAllowed, match=why):
        answer(house, who)
    request = house.approvals.request(plan_of(enrol(1)))
    assert house.approvals.show(request).state is ApprovalState.PENDING
    refused = [json.loads(line) for line in house.ledger.export(run="")]
    assert [(one["kind"], one["actor"]) for one in refused] == [("approval.refused", who.id)]


def test_the_requester_may_not_reject_either(house: House):
    with pytest.raises(ApproverNotAllowed):
        answer(house, registrar("agent.roster"), "reject")


def test_a_missing_relationship_is_refused(house: House):
    class Nobody:
        def permits(self, principal, action, resource, purpose, people=()):
            asked = (action, resource, list(people)) == ("approve", "roster:enrol", [enrol(1).person])
            return principal.id == "rita" and asked and bool(purpose)

    house.approvals = Approvals(house.database, house.ledger, house.policy, clock=house.clock, access=Nobody())
    with pytest.raises(ApproverNotAllowed, match="relationship"):
        answer(house, registrar("ruth"))
    assert answer(house, registrar("rita")) is ApprovalState.APPROVED


def test_an_answer_for_another_hash_is_stale(house: House):
    request = house.approvals.request(plan_of(enrol(1)))
    with pytest.raises(ApprovalStale, match="another plan hash"):
        house.approvals.answer(request, PlanHash("other"), registrar(), "approve")


def test_an_answer_to_nothing_is_stale(house: House):
    with pytest.raises(ApprovalStale):
        house.approvals.answer("apr_none", PlanHash("x"), registrar(), "approve")
    with pytest.raises(InvalidRecord):
        house.approvals.show("apr_none")


@pytest.mark.parametrize("first", ["approve", "reject"])
def test_a_replayed_answer_is_stale(house: House, first: str):
    answer(house, registrar(), first)
    with pytest.raises(ApprovalStale, match="already"):
        answer(house, registrar("rita"))


@pytest.mark.parametrize("word", ["reject", "maybe", "", "APPROVE", "approve "])
def test_an_unknown_answer_rejects(house: House, word: str):
    assert answer(house, registrar(), word) is ApprovalState.REJECTED
    request = house.approvals.request(plan_of(enrol(1)))
    assert house.approvals.authority(request, plan_of(enrol(1)).plan_hash) is None


def test_an_answer_after_the_time_is_stale_and_the_request_expires(house: House):
    house.clock.pass_hours(-1)
    request = house.approvals.request(plan_of(enrol(1)))
    house.clock.pass_hours(73)
    with pytest.raises(ApprovalStale, match="expired"):
        answer(house, registrar())
    assert [one.id for one in house.approvals.close_stale()] == [request]
    assert house.approvals.show(request).state is ApprovalState.EXPIRED
    assert house.entries()[-1] == "approval.expired"


def test_a_request_that_another_process_closed_first_costs_itself_alone(house: House, monkeypatch: pytest.MonkeyPatch):
    house.clock.pass_hours(-1)
    first, second = (house.approvals.request(plan_of(enrol(number))) for number in (1, 2))
    seen = house.approvals._requests.find(states=[ApprovalState.PENDING])
    answer(house, registrar(), "reject")
    house.clock.pass_hours(73)
    monkeypatch.setattr(house.approvals._requests, "find", lambda states: seen)
    assert [one.id for one in house.approvals.close_stale()] == [second]
    assert house.approvals.show(first).state is ApprovalState.REJECTED
    assert house.approvals.end_pending("roster:enrol", PrincipalId("rita")) == ()


def test_an_approval_not_used_in_time_is_stale(house: House):
    plan = plan_of(enrol(1))
    authority = house.approve(plan)
    house.clock.pass_hours(73)
    with pytest.raises(ApprovalStale, match="expired"):
        house.gate.apply(plan, RUN, authority)


def test_a_pending_or_rejected_request_applies_nothing(house: House):
    plan = plan_of(enrol(1))
    request = house.approvals.request(plan)
    forged = Authority(kind="approval", reference=request, plan_hash=plan.plan_hash)
    with pytest.raises(ApprovalStale):
        house.gate.apply(plan, RUN, forged)
    answer(house, registrar(), "reject")
    with pytest.raises(ApprovalStale):
        house.gate.apply(plan, RUN, forged)
    assert house.campus.calls == []


def test_two_persons_are_two_different_persons(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(rules=[TWO]))
    assert answer(house, registrar("ruth")) is ApprovalState.PENDING
    with pytest.raises(ApproverNotAllowed, match="second person"):
        answer(house, registrar("ruth"))
    assert answer(house, registrar("rita")) is ApprovalState.APPROVED


def test_one_rejection_of_two_is_enough(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(rules=[TWO]))
    answer(house, registrar("ruth"))
    assert answer(house, registrar("rita"), "reject") is ApprovalState.REJECTED


def test_two_who_approve_at_once_are_both_counted(house: House):
    house = House(house.database, house.ledger, house.folder, policy_of(rules=[TWO]))
    house.approvals.request(plan_of(enrol(1)))
    with ThreadPoolExecutor(2) as pool:
        states = set(pool.map(lambda name: answer(house, registrar(name)), ["ruth", "rita"]))
    assert states == {ApprovalState.PENDING, ApprovalState.APPROVED}


def test_one_who_approves_twice_at_once_is_counted_once(house: House):
    house.approvals.request(plan_of(enrol(1)))

    def attempt(_):
        try:
            return answer(house, registrar())
        except ApprovalError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(attempt, range(2))) == {ApprovalState.APPROVED, ApprovalStale.code}


def test_the_planner_does_not_choose_its_approver(house: House):
    with pytest.raises(PolicyDenied):
        house.approvals.request(plan_of(enrol(1)), "advisor")


def test_what_no_rule_permits_cannot_be_asked_for(house: House):
    rules = [{**TWO, "actions": ["roster:enrol"]}, {**TWO, "id": "no", "actions": ["roster:*"], "deny": True}]
    house = House(house.database, house.ledger, house.folder, policy_of(rules=rules))
    with pytest.raises(PolicyDenied):
        house.approvals.request(plan_of(deactivate(1)))
    mixed = [{**TWO, "actions": ["roster:enrol"]}, {**TWO, "id": "chair", "approver_role": "department_chair"}]
    house = House(house.database, house.ledger, house.folder, policy_of(rules=mixed))
    with pytest.raises(PolicyDenied, match="single approver"):
        house.approvals.request(plan_of(enrol(1), deactivate(2)))
    with pytest.raises(PolicyDenied, match="single approver"):
        house.approvals.request(plan_of())


def test_a_later_run_supersedes_a_request_that_lost_every_record(house: House):
    old = house.approvals.request(plan_of(enrol(1)))
    new = house.approvals.request(plan_of(enrol(1), run="run-2"))
    assert house.approvals.show(old).state is ApprovalState.SUPERSEDED
    assert [one.id for one in house.approvals.find(ApprovalState.PENDING)] == [new]
    with pytest.raises(ApprovalStale, match="superseded"):
        house.approvals.answer(old, plan_of(enrol(1)).plan_hash, registrar(), "approve")


def test_a_request_that_lost_some_records_stays_and_shows_which(house: House):
    old = house.approvals.request(plan_of(enrol(1), enrol(2)))
    assert house.approvals.supersede([enrol(1).natural_key], RunId("run-2"), PlanHash("x")) == ()
    assert house.approvals.show(old).superseded == (enrol(1).change_id,)
    gone = house.approvals.supersede([enrol(2).natural_key], RunId("run-2"), PlanHash("x"))
    assert [(one.id, one.state) for one in gone] == [(old, ApprovalState.SUPERSEDED)]


def test_an_automatic_change_supersedes_a_waiting_request_for_its_record(house: House):
    old = house.approvals.request(plan_of(enrol(1)))
    house.decide(plan_of(enrol(1, confidence_basis="again"), run="run-2"))
    assert [one.id for one in house.approvals.close_stale()] == [old]
    assert house.approvals.find(ApprovalState.PENDING) == ()


def test_a_request_of_the_same_run_is_not_superseded_by_its_sibling(house: House):
    first = house.approvals.request(plan_of(enrol(1), enrol(2)))
    house.approvals.request(plan_of(enrol(1), enrol(2), enrol(3)))
    assert house.approvals.show(first).state is ApprovalState.PENDING


def test_r58_a_waiver_counts_for_its_run_and_is_used_up(house: House):
    limits = [{"object": "enrolment", "absolute": 1, "percent": 100}]
    house = House(house.database, house.ledger, house.folder, policy_of(limits=limits))
    plan = plan_of(enrol(1), enrol(2))
    decided = house.decide(plan)
    assert (decided.stopped, decided.automatic, len(decided.held)) == (True, None, 1)
    request = house.approvals.request(decided.held[0])
    assert house.approvals.show(request).needed == 2
    for name in ("ruth", "rita"):
        house.approvals.answer(request, decided.held[0].plan_hash, registrar(name), "approve")
    waiver = house.approvals.authority(request, decided.held[0].plan_hash)
    assert isinstance(waiver, Waiver)
    assert house.approvals.authority(request, decided.held[0].plan_hash) == waiver
    assert house.approvals.show(request).state is ApprovalState.USED
    again = house.decide(plan, waiver=waiver)
    assert house.gate.apply(again.automatic, RUN, house.decisions.authority(again)).verified == 2
    assert house.decide(plan_of(enrol(1), enrol(2), run="run-2"), waiver=waiver).stopped


def test_a_reason_is_kept_for_people_and_only_its_digest_in_the_ledger(house: House):
    answer(house, registrar())
    view = house.approvals.find(run="run-1")[0]
    assert view.answers[0].reason == "Looked at."
    assert not [line for line in house.ledger.export(run="run-1") if "Looked at." in line]
