"""Who must approve a plan by the policy: never what the planner wrote, always what the rules say."""

from datetime import timedelta

from domain.errors import PolicyDenied
from domain.plans import Plan
from domain.principals import Role
from domain.records import Record
from governance.actions import action_of
from governance.policy import Policy, Rule
from governance.verdicts import LIMIT_TOPIC, ROLLBACK_TOPIC


class Requirement(Record):
    """The role that approves, how many different people must, and how long the request stays open."""

    role: Role
    needed: int
    expires_after: timedelta


def requires_waiver(plan: Plan) -> bool:
    """Tell whether approving the plan only lets a run exceed a limit (R58); its changes say so, and thus its hash."""
    return any(change.topic == LIMIT_TOPIC for change in plan.changes)


def undoes(plan: Plan) -> bool:
    """Tell whether the plan undoes what an earlier run did (R71); each of its changes says so, and thus its hash."""
    return bool(plan.changes) and all(change.topic.startswith(f"{ROLLBACK_TOPIC} ") for change in plan.changes)


def require_approver(plan: Plan, policy: Policy, claimed: str = "") -> Requirement:
    """Return who must approve ``plan``; ``claimed`` is the role the caller believes in, if any.

    Raises PolicyDenied where a change has no rule, where the rules name different roles, or where the claim is another.
    """
    requirement = _read_requirement(plan, policy)
    if claimed and claimed != requirement.role:
        fix = f"Ask for the role {requirement.role}."
        raise PolicyDenied(f"The policy does not let {claimed} approve this.", field="approver_role", fix=fix)
    return requirement


def _read_requirement(plan: Plan, policy: Policy) -> Requirement:
    if requires_waiver(plan):
        return _requirement(policy.waiver.approver_role, policy.waiver.two_persons, policy.waiver.expires_after)
    if undoes(plan):
        return _requirement(policy.rollback.approver_role, policy.rollback.two_persons, policy.rollback.expires_after)
    rules = _rules(plan, policy)
    roles = {rule.approver_role for rule in rules}
    if len(roles) != 1:
        fix = "Split the plan by deciding it; each part goes to its own approver."
        raise PolicyDenied("The plan has no single approver role.", field="approver_role", fix=fix)
    return _requirement(roles.pop(), any(rule.two_persons for rule in rules), min(rule.expires_after for rule in rules))


def _rules(plan: Plan, policy: Policy) -> list[Rule]:
    """Return the rule of every change; PolicyDenied where one has none or is refused by it."""
    rules = []
    for change in plan.changes:
        rule = policy.rule(action_of(change), change.topic)
        if rule is None or rule.deny:
            fix = "Decide the plan again; what no rule permits cannot be approved either."
            raise PolicyDenied(f"No rule lets anyone approve {action_of(change)}.", field=change.natural_key, fix=fix)
        rules.append(rule)
    return rules


def _requirement(role: Role, two_persons: bool, expires_after: timedelta) -> Requirement:
    return Requirement(role=role, needed=2 if two_persons else 1, expires_after=expires_after)
