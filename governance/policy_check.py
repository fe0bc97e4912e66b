"""``provost policy check``: finds what contradicts itself in a policy before any run is governed by it.

A mistyped glob would otherwise deny in silence, and a phase that never showed its metric would run unproven (S237).
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from domain.principals import Role
from domain.records import Record
from governance.actions import ObjectType, known_actions, known_changes, object_of
from governance.policy import Phase, Policy, Rung

APPROVERS = frozenset(Role) - {Role.AGENT, Role.SERVICE, Role.STUDENT, Role.UNKNOWN}
"""Roles of people who may approve; a program, a student or nobody in particular may not."""


class PolicyFault(Record):
    """One thing to correct in the policy file: the key, what is wrong, what to write instead."""

    key: str
    message: str
    fix: str


def find_faults(policy: Policy) -> tuple[PolicyFault, ...]:
    """Return everything in the policy that contradicts itself; empty where it may be used."""
    return (
        *_mistyped_globs(policy),
        *_repeated_ids(policy),
        *_unreachable_rules(policy),
        *_unproven_phases(policy),
        *_ungoverned_phases(policy),
        *_unlimited_objects(policy),
        *_wrong_approvers(policy),
    )


def _mistyped_globs(policy: Policy) -> Iterator[PolicyFault]:
    """Yield globs that match no action there is."""
    globs = [(f"ladder.{n}.match", rung.match) for n, rung in enumerate(policy.ladder)]
    globs += [(f"rules.{rule.id}.actions", glob) for rule in policy.rules for glob in rule.actions]
    for key, glob in globs:
        if not any(fnmatchcase(action, glob) for action in known_actions()):
            yield PolicyFault(key=key, message=f"{glob} matches no action.", fix=f"Use one of {_action_list()}.")


def _action_list() -> str:
    return ", ".join(sorted(known_actions()))


def _repeated_ids(policy: Policy) -> Iterator[PolicyFault]:
    """Yield rule ids that stand twice, since a recorded decision must name exactly one rule."""
    ids = [rule.id for rule in policy.rules]
    for rule_id in sorted({one for one in ids if ids.count(one) > 1}):
        yield PolicyFault(key=f"rules.{rule_id}", message="Two rules have this id.", fix="Give each rule its own id.")


def _unreachable_rules(policy: Policy) -> Iterator[PolicyFault]:
    """Yield rules and rungs that can never count, because what stands before them matches all they match."""
    taken: set[str] = set()
    for rule in policy.rules:
        mine = {action for action in known_actions() if any(fnmatchcase(action, glob) for glob in rule.actions)}
        if mine and mine <= taken:
            yield PolicyFault(
                key=f"rules.{rule.id}", message="Earlier rules match all of it.", fix="Move it up or remove it."
            )
        if "*" in rule.topics:
            taken |= mine
    for n, rung in enumerate(policy.ladder):
        mine = {action for action in known_actions() if fnmatchcase(action, rung.match)}
        if mine and all(policy.rung(action) is not rung for action in mine):
            yield PolicyFault(
                key=f"ladder.{n}.match", message="Earlier entries match all of it.", fix="Move it up or remove it."
            )


def _unproven_phases(policy: Policy) -> Iterator[PolicyFault]:
    """Yield phases that began although an earlier one has not shown its metric (S237); phases 0 and 1 need none."""
    for n, rung in enumerate(policy.ladder):
        for number in range(Phase.ASSISTIVE, rung.phase):
            yield from _unproven_step(f"ladder.{n}.steps", rung, Phase(number))


def _unproven_step(key: str, rung: Rung, phase: Phase) -> Iterator[PolicyFault]:
    step = rung.step(phase)
    if step is None:
        message = f"{rung.match} is in phase {rung.phase} and names no metric for phase {phase}."
        yield PolicyFault(key=key, message=message, fix=f"Name metric and target, or set the phase to {phase}.")
    elif not step.reached:
        message = f"{rung.match} is in phase {rung.phase}, but phase {phase} has not shown {step.metric}."
        fix = f"Measure it, write shown and shown_in (target {step.target}), or set the phase to {phase}."
        yield PolicyFault(key=key, message=message, fix=fix)


def _ungoverned_phases(policy: Policy) -> Iterator[PolicyFault]:
    """Yield actions that may write by the ladder and that no rule governs for every topic, so all would be denied."""
    for action in known_actions():
        rung = policy.rung(action)
        governed = any("*" in rule.topics and rule.matches(action, "") for rule in policy.rules)
        if rung is not None and rung.phase >= Phase.ASSISTIVE and not governed:
            message = f"{action} is in phase {rung.phase}, and no rule with topics * matches it."
            yield PolicyFault(key="rules", message=message, fix="Add a rule, or set the phase to 1.")


def _unlimited_objects(policy: Policy) -> Iterator[PolicyFault]:
    """Yield object types that the ladder lets change without any limit (R67)."""
    for object_type in ObjectType:
        kinds = [kind for kind in known_changes() if object_of(kind) is object_type]
        phases = [policy.phase_of(f"{known_changes()[kind].domain}:{kind}") for kind in kinds]
        limited = any(limit.effect == "any" for limit in policy.limits_of(object_type))
        if max(phases) >= Phase.ASSISTIVE and not limited:
            message = f"{object_type} may change and has no limit with effect any."
            yield PolicyFault(key="limits", message=message, fix=f"Add a limit for {object_type}.")


def _wrong_approvers(policy: Policy) -> Iterator[PolicyFault]:
    """Yield approver roles that no person can hold."""
    roles = [(f"rules.{rule.id}.approver_role", rule.approver_role) for rule in policy.rules]
    roles.append(("waiver.approver_role", policy.waiver.approver_role))
    roles.append(("rollback.approver_role", policy.rollback.approver_role))
    for key, role in roles:
        if role not in APPROVERS:
            names = ", ".join(sorted(APPROVERS))
            yield PolicyFault(key=key, message=f"{role} cannot approve.", fix=f"Use one of {names}.")
