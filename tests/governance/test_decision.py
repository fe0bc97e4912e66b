"""Deciding: every phase, tier and confidence, and whatever no rule permits is denied."""

from decimal import Decimal

import pytest

from domain.changes import Tier
from domain.errors import OwnershipViolated, PolicyDenied, WriteNotAllowed
from domain.ids import RunId
from domain.principals import PrincipalKind
from governance.decided import RunContext, Suppressed, Waiver
from governance.decision import decide
from governance.policy import Policy
from tests.governance.plans import (
    AGENT,
    NOW,
    case,
    deactivate,
    enrol,
    message,
    move,
    person,
    plan_of,
    policy_of,
    registrar,
    row,
    ticket,
)


def context(**more) -> RunContext:
    return RunContext(now=NOW, requester=AGENT, **more)


def verdict_of(change, policy: Policy | None = None, **more) -> str:
    return decide(plan_of(change), policy or policy_of(), context(**more)).records[0].verdict.value


SURE, UNSURE = Decimal("0.95"), Decimal("0.5")
A, P, H = Tier.AUTO, Tier.PROPOSE, Tier.HUMAN
LADDER = {
    (0, A, SURE): "shadow",
    (0, A, UNSURE): "shadow",
    (0, P, SURE): "shadow",
    (0, P, UNSURE): "shadow",
    (0, H, SURE): "shadow",
    (0, H, UNSURE): "shadow",
    (1, A, SURE): "report",
    (1, A, UNSURE): "report",
    (1, P, SURE): "report",
    (1, P, UNSURE): "report",
    (1, H, SURE): "report",
    (1, H, UNSURE): "report",
    (2, A, SURE): "draft",
    (2, A, UNSURE): "draft",
    (2, P, SURE): "draft",
    (2, P, UNSURE): "draft",
    (2, H, SURE): "draft",
    (2, H, UNSURE): "draft",
    (3, A, SURE): "approval",
    (3, A, UNSURE): "approval",
    (3, P, SURE): "approval",
    (3, P, UNSURE): "approval",
    (3, H, SURE): "inform",
    (3, H, UNSURE): "inform",
    (4, A, SURE): "automatic",
    (4, A, UNSURE): "approval",
    (4, P, SURE): "approval",
    (4, P, UNSURE): "approval",
    (4, H, SURE): "inform",
    (4, H, UNSURE): "inform",
}
LOOKING = {0: "shadow", 1: "report"}
FLAGS = {
    (phase, tier, sure): LOOKING.get(phase, "automatic" if (tier, sure) == (A, SURE) else "approval")
    for phase in range(5)
    for tier in Tier
    for sure in (SURE, UNSURE)
}


@pytest.mark.parametrize(("phase", "tier", "confidence"), LADDER)
def test_e12_the_ladder(phase: int, tier: Tier, confidence: Decimal):
    change = enrol(tier=tier, confidence=confidence)
    assert verdict_of(change, policy_of(phase)) == LADDER[phase, tier, confidence]


@pytest.mark.parametrize(("phase", "tier", "confidence"), FLAGS)
@pytest.mark.parametrize("flag", [ticket, case])
def test_e12_flags_at_our_own_desk(flag, phase: int, tier: Tier, confidence: Decimal):
    change = flag(tier=tier, confidence=confidence)
    assert verdict_of(change, policy_of(phase)) == FLAGS[phase, tier, confidence]


@pytest.mark.parametrize(
    ("confidence", "verdict"),
    [
        ("0.9", "automatic"),
        ("1", "automatic"),
        ("0.8999", "approval"),
        ("0", "approval"),
        ("-1", "approval"),
        ("1.01", "approval"),
    ],
)
def test_confidence_counts_only_between_the_floor_and_one(confidence: str, verdict: str):
    change = enrol().model_copy(update={"confidence": Decimal(confidence)})
    assert verdict_of(change) == verdict


def test_what_cannot_be_undone_asks_a_person_unless_its_rule_says_otherwise():
    assert verdict_of(message()) == "approval"
    free = {"id": "digest", "actions": ["*"], "approver_role": "registrar", "confidence_floor": 0}
    assert verdict_of(message(), policy_of(rules=[{**free, "irreversible_automatic": True}])) == "automatic"


DENY = {"id": "never", "actions": ["roster:*"], "deny": True, "approver_role": "registrar", "confidence_floor": 0}
OTHERS = {"id": "other", "actions": ["person:*"], "approver_role": "registrar", "confidence_floor": 0}
OTHER_TOPIC = {**OTHERS, "actions": ["*"], "topics": ["other *"]}
OTHER_RUNG = {"match": "person:*", "phase": 4, "since": "2026-11-01"}


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        (policy_of(rules=[OTHERS]), "no-match"),
        (policy_of(rules=[OTHER_TOPIC]), "no-match"),
        (policy_of(ladder=[OTHER_RUNG]), "no-match"),
        (policy_of(rules=[DENY]), "never"),
        (policy_of(limits=[{"object": "person", "absolute": 9, "percent": 100}]), "R67"),
    ],
    ids=["no rule for the action", "no rule for the topic", "not on the ladder", "a rule denies", "no limit"],
)
def test_no_match_is_denied(policy: Policy, rule: str):
    decided = decide(plan_of(enrol()), policy, context())
    assert (decided.automatic, decided.held) == (None, ())
    assert [(one.verdict.value, one.code) for one in decided.denied] == [("denied", PolicyDenied.code)]
    assert decided.records[0].rule == rule


def test_the_first_rule_that_matches_counts():
    strict = {"id": "strict", "actions": ["roster:deactivate"], "approver_role": "admin", "confidence_floor": 1}
    wide = {"id": "wide", "actions": ["roster:*"], "approver_role": "registrar", "confidence_floor": 0}
    low = {"confidence": Decimal("0.99")}
    decided = decide(plan_of(deactivate(1, **low), enrol(2, **low)), policy_of(rules=[strict, wide]), context())
    assert [(one.rule, one.verdict.value) for one in decided.records] == [("strict", "approval"), ("wide", "automatic")]


def test_s41_a_write_against_the_owner_is_denied_before_anything_else():
    decided = decide(plan_of(deactivate(before=row("active", provenance="manual"))), policy_of(0), context())
    assert decided.denied[0].code == OwnershipViolated.code


@pytest.mark.parametrize(
    ("scopes", "verdict"),
    [({"roster:*"}, "automatic"), ({"roster:enrol"}, "automatic"), ({"person:*"}, "denied"), (set(), "denied")],
)
@pytest.mark.parametrize("kind", [PrincipalKind.AGENT, PrincipalKind.SERVICE])
def test_s174_an_agent_stays_inside_its_scopes(kind: PrincipalKind, scopes: set[str], verdict: str):
    agent = AGENT.model_copy(update={"kind": kind, "scopes": frozenset(scopes)})
    decided = decide(plan_of(enrol()), policy_of(), RunContext(now=NOW, requester=agent))
    assert decided.records[0].verdict.value == verdict


def test_s174_a_person_has_no_scopes_and_nobody_asks_in_anothers_name():
    person = registrar()
    asked = decide(plan_of(enrol(), by="ruth"), policy_of(), RunContext(now=NOW, requester=person))
    assert asked.automatic is not None
    borrowed = decide(plan_of(enrol(), by="dean"), policy_of(), RunContext(now=NOW, requester=person))
    assert borrowed.records[0].rule == "S174"


def test_a_second_change_to_one_record_is_denied():
    decided = decide(plan_of(enrol(1), enrol(1, confidence_basis="again"), enrol(2)), policy_of(), context())
    assert [one.verdict.value for one in decided.records] == ["automatic", "denied", "automatic"]


@pytest.mark.parametrize("topic", ["limit", "rollback", "rollback run x", "", "  "])
def test_a_planner_cannot_borrow_the_topics_of_governance(topic: str):
    assert verdict_of(enrol(topic=topic)) == "denied"


@pytest.mark.parametrize(
    ("suppressed", "verdict"),
    [
        ({"natural_key": enrol().natural_key, "until": "2026-11-24T00:00:00Z"}, "suppressed"),
        ({"natural_key": enrol().natural_key, "until": NOW}, "automatic"),
        ({"natural_key": enrol(2).natural_key, "until": "2026-11-24T00:00:00Z"}, "automatic"),
        ({"rule": "R51", "until": "2026-11-24T00:00:00Z"}, "suppressed"),
        ({"rule": "R49", "until": "2026-11-24T00:00:00Z"}, "automatic"),
    ],
)
def test_r71_suppressions_hold_until_they_end(suppressed: dict, verdict: str):
    one = Suppressed.model_validate({"reason": "Undone.", **suppressed})
    assert verdict_of(enrol(), suppressed=(one,)) == verdict


def test_a_lowered_phase_counts_and_a_raised_one_does_not():
    assert verdict_of(enrol(), lowered={"roster:enrol": 3}) == "approval"
    assert verdict_of(enrol(), lowered={"roster:enrol": 1}) == "report"
    assert verdict_of(enrol(), policy_of(3), lowered={"roster:enrol": 4}) == "approval"


def test_the_plan_is_split_with_a_hash_for_each_part():
    plan = plan_of(enrol(1), deactivate(2, tier=P, topic="drops"), move(3, tier=P, topic="moves"), enrol(4, tier=H))
    decided = decide(plan, policy_of(), context())
    assert decided.automatic.changes == (plan.changes[0],)
    assert [(held.topic, held.approver_role, len(held.changes)) for held in decided.held] == [
        ("drops", "registrar", 1),
        ("moves", "registrar", 1),
    ]
    assert [one.verdict.value for one in decided.denied] == ["inform"]
    hashes = {plan.plan_hash, decided.automatic.plan_hash, *(held.plan_hash for held in decided.held)}
    assert len(hashes) == 4
    assert len(decided.records) == 4


def test_one_held_plan_per_role_and_topic():
    chair = {"id": "c", "actions": ["roster:deactivate"], "approver_role": "department_chair", "confidence_floor": 0}
    rest = {"id": "r", "actions": ["*"], "approver_role": "registrar", "confidence_floor": 0}
    plan = plan_of(enrol(1), deactivate(2), deactivate(3), enrol(4, topic="other"))
    decided = decide(plan, policy_of(3, rules=[chair, rest]), context())
    assert [(one.approver_role.value, one.plan.topic, len(one.plan.changes)) for one in decided.waiting] == [
        ("registrar", "late adds", 1),
        ("department_chair", "late adds", 2),
        ("registrar", "other", 1),
    ]


def test_deciding_is_pure_and_an_empty_plan_decides_to_nothing():
    plan, policy = plan_of(enrol(1), deactivate(2)), policy_of()
    assert decide(plan, policy, context()) == decide(plan, policy, context())
    empty = decide(plan_of(), policy, context())
    assert (empty.automatic, empty.held, empty.denied, empty.stopped) == (None, (), (), False)


def test_phase_denials_carry_the_code_a_write_would_raise():
    decided = decide(plan_of(enrol()), policy_of(1), context())
    assert decided.denied[0].code == WriteNotAllowed.code


def limit(**more) -> dict:
    return {"object": "enrolment", "absolute": 100, "percent": 100, "percent_from": 0, **more}


POPULATION = {"enrolment": 200}
LIMITS = [
    (limit(absolute=3), POPULATION, 3, {}, False),
    (limit(absolute=3), POPULATION, 4, {}, True),
    (limit(percent=2), POPULATION, 4, {}, False),
    (limit(percent=2), POPULATION, 5, {}, True),
    (limit(percent=2, percent_from=5), POPULATION, 5, {}, False),
    (limit(percent_from=0), {}, 1, {}, True),
    (limit(percent_from=0), {"enrolment": 0}, 1, {}, True),
    (limit(percent_from=1), {}, 1, {}, False),
    (limit(absolute=3), POPULATION, 2, {"enrolment:any": 2}, True),
    (limit(absolute=3), POPULATION, 2, {"enrolment:removal": 2}, False),
    (limit(absolute=0), POPULATION, 1, {}, True),
]


@pytest.mark.parametrize(("one", "population", "count", "recent", "stops"), LIMITS)
def test_r67_blast_radius(one: dict, population: dict, count: int, recent: dict, stops: bool):
    plan = plan_of(*(enrol(n) for n in range(count)))
    decided = decide(plan, policy_of(limits=[one]), context(populations=population, recent=recent))
    assert decided.stopped is stops
    if stops:
        assert decided.automatic is None
        assert [len(held.changes) for held in decided.held] == [count]
        assert decided.held[0].plan_hash != plan.plan_hash
        assert {record.verdict.value for record in decided.records} == {"stopped"}
        assert decided.breaches[0].reason.endswith(".")


@pytest.mark.parametrize(("removals", "stops"), [(1, False), (2, True)])
def test_r67_removals_have_a_limit_of_their_own(removals: int, stops: bool):
    limits = [limit(), limit(effect="removal", absolute=1)]
    changes = [deactivate(n) for n in range(removals)] + [enrol(n) for n in range(10, 20)]
    decided = decide(plan_of(*changes), policy_of(limits=limits), context(populations=POPULATION))
    assert decided.stopped is stops


def test_r67_what_is_denied_does_not_count_and_other_types_do_not_either():
    tickets = {"object": "ticket", "absolute": 9, "percent": 100}
    policy = policy_of(limits=[limit(absolute=1), tickets])
    decided = decide(plan_of(enrol(1), enrol(2, tier=H), ticket(1), ticket(2)), policy, context(populations=POPULATION))
    assert not decided.stopped


def test_r67_the_whole_set_stops_and_denials_stay_denials():
    plan = plan_of(enrol(1), enrol(2, tier=P), enrol(3, tier=H))
    decided = decide(plan, policy_of(limits=[limit(absolute=1)]), context(populations=POPULATION))
    assert [one.verdict.value for one in decided.records] == ["stopped", "stopped", "inform"]
    assert decided.held[0].topic == "limit"


def test_r58_a_waiver_lets_exactly_these_changes_of_this_run_exceed():
    plan = plan_of(enrol(1), enrol(2), enrol(3, tier=H))
    policy = policy_of(limits=[limit(absolute=1)])
    held = decide(plan, policy, context(populations=POPULATION)).held[0]
    waiver = Waiver(run=plan.run, plan_hash=held.plan_hash, approval="apr_1")
    waived = decide(plan, policy, context(populations=POPULATION, waiver=waiver))
    assert len(waived.automatic.changes) == 2
    assert held.plan_hash != waived.automatic.plan_hash
    asked_directly = decide(held, policy, context(populations=POPULATION, waiver=waiver))
    assert {one.verdict.value for one in asked_directly.denied} == {"denied"}
    other_run = waiver.model_copy(update={"run": RunId("run-2")})
    assert decide(plan, policy, context(populations=POPULATION, waiver=other_run)).stopped
    more = plan_of(*plan.changes, enrol(4))
    assert decide(more, policy, context(populations=POPULATION, waiver=waiver)).stopped


def test_r21_cases_that_wait_go_to_the_advisor_each_is_for():
    cases = [case(number, assignee=person(50 + number % 2), tier=P) for number in range(4)] + [case(9, tier=P)]
    held = decide(plan_of(*cases), policy_of(), context()).held
    assert [{change.assignee for change in one.changes} for one in held] == [{person(50)}, {person(51)}, {None}]
    assert sum(len(one.changes) for one in held) == len(cases)
