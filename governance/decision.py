"""Decides a plan: pure, change by change, and whatever no rule permits is denied.

The result splits the plan. Automatic changes get a plan and a hash of their own; held ones become one plan per approver
role, topic and kind of approval; denied ones say why. Each change leaves one record naming the rule that decided it.
"""

from collections.abc import Sequence

from domain.changes import Change, OpenCase
from domain.plans import Plan
from governance.decided import Decided, DecisionRecord, Denial, Held, RunContext, Verdict
from governance.limits import find_breaches, waived
from governance.policy import Policy, Rule
from governance.verdicts import LIMIT_TOPIC, Question, Ruling, judge

WRITING = frozenset({Verdict.AUTOMATIC, Verdict.APPROVAL})
"""Verdicts under which the change may reach an outside system, now or after an approval."""
DENYING = frozenset({Verdict.DENIED, Verdict.DRAFT, Verdict.REPORT, Verdict.SHADOW, Verdict.INFORM, Verdict.SUPPRESSED})
"""Verdicts under which the change goes no further in this run."""


def decide(plan: Plan, policy: Policy, context: RunContext) -> Decided:
    """Split ``plan`` by policy: automatic, held per approver and topic, denied, each with its record.

    Over a limit nothing is automatic: all that could be written is held as one plan asking for a waiver (R67).
    """
    rulings = _judge_all(plan, policy, context)
    writing = [one.change for one in rulings if one.verdict in WRITING]
    breaches = find_breaches(writing, policy, context)
    asking = ask_waiver(plan, writing) if breaches else None
    if asking is None or waived(asking, context):
        breaches, waiting = (), _hold(plan, rulings)
    else:
        reason = " ".join(breach.reason for breach in breaches)
        rulings = tuple(one.stopped(reason) if one.verdict in WRITING else one for one in rulings)
        waiting = (_hold_for_waiver(asking, policy),)
    return Decided(
        run=plan.run,
        plan_hash=plan.plan_hash,
        requested_by=plan.requested_by,
        automatic=_automatic(plan, rulings),
        waiting=waiting,
        denied=tuple(_denial(one) for one in rulings if one.verdict in DENYING),
        records=tuple(_record(one) for one in rulings),
        breaches=breaches,
    )


def _judge_all(plan: Plan, policy: Policy, context: RunContext) -> tuple[Ruling, ...]:
    """Judge every change; a second change to a record that an earlier one touches is denied."""
    seen: set[str] = set()
    rulings = []
    for change in plan.changes:
        rulings.append(judge(change, Question(plan, policy, context, repeated=change.natural_key in seen)))
        seen.add(change.natural_key)
    return tuple(rulings)


def _automatic(plan: Plan, rulings: Sequence[Ruling]) -> Plan | None:
    changes = tuple(one.change for one in rulings if one.verdict is Verdict.AUTOMATIC)
    return plan.with_changes(changes) if changes else None


def _hold(plan: Plan, rulings: Sequence[Ruling]) -> tuple[Held, ...]:
    """Return one held plan per approver role, topic, caseload, number of persons and expiry, in the order of the plan.

    A case goes to the advisor it is for, who alone stands to the student as an approver must (R21).
    """
    groups: dict[tuple[object, ...], list[tuple[Change, Rule]]] = {}
    for one in rulings:
        if one.verdict is Verdict.APPROVAL and one.rule is not None:
            rule = one.rule
            caseload = one.change.assignee if isinstance(one.change, OpenCase) else None
            key = (rule.approver_role, one.change.topic, caseload, rule.two_persons, rule.expires_hours)
            groups.setdefault(key, []).append((one.change, rule))
    return tuple(_held(plan, members) for members in groups.values())


def _held(plan: Plan, members: Sequence[tuple[Change, Rule]]) -> Held:
    first, rule = members[0]
    changes = tuple(change for change, _ in members)
    return Held(
        plan=plan.with_changes(changes, topic=first.topic, approver_role=rule.approver_role.value),
        approver_role=rule.approver_role,
        two_persons=rule.two_persons,
        expires_after=rule.expires_after,
        rules=tuple(sorted({rule.id for _, rule in members})),
    )


def ask_waiver(plan: Plan, changes: Sequence[Change]) -> Plan:
    """Return the plan that asks to exceed the limits with these changes (R58).

    Its changes say that they only ask, so its hash is never that of a plan that could be applied.
    """
    asking = tuple(change.model_copy(update={"topic": LIMIT_TOPIC}) for change in changes)
    return plan.with_changes(asking, topic=LIMIT_TOPIC)


def _hold_for_waiver(asking: Plan, policy: Policy) -> Held:
    role = policy.waiver.approver_role
    return Held(
        plan=asking.with_changes(asking.changes, approver_role=role.value),
        approver_role=role,
        two_persons=policy.waiver.two_persons,
        expires_after=policy.waiver.expires_after,
        rules=("R67",),
    )


def _denial(one: Ruling) -> Denial:
    return Denial(
        change_id=one.change.change_id,
        natural_key=one.change.natural_key,
        verdict=one.verdict,
        code=one.code,
        reason=one.reason,
        fix=one.fix,
    )


def _record(one: Ruling) -> DecisionRecord:
    return DecisionRecord(
        change_id=one.change.change_id,
        natural_key=one.change.natural_key,
        action=one.action,
        topic=one.change.topic,
        verdict=one.verdict,
        rule=one.decided_by,
        asked_by_rule=one.change.rule,
        phase=one.phase,
        tier=one.change.tier,
        confidence=one.change.confidence,
        confidence_floor=one.rule.confidence_floor if one.rule else None,
        reason=one.reason,
    )
