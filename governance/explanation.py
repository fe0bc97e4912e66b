"""``provost policy explain``: says in plain sentences what the policy does with an action, and what would change it."""

from governance.actions import FLAG_KINDS, ObjectType, known_actions, object_of
from governance.policy import Limit, Phase, Policy, Rule

PHASE_WORDS: dict[Phase, str] = {
    Phase.SHADOW: "shadow: what would be done is recorded, nobody is told, and nothing is done",
    Phase.READ_ONLY: "read-only: differences are reported and nothing is done",
    Phase.ASSISTIVE: "assistive: changes are suggested, and only cases, tickets and scores are made",
    Phase.SUPERVISED: "supervised: every change waits for a person",
    Phase.CLOSED_LOOP: "closed loop: safe changes go on by themselves, the others wait for a person",
}


def explain_policy(policy: Policy, domain: str, action: str, topic: str = "any other topic") -> str:
    """Say how far ``action`` (a kind such as ``enrol``) of ``domain`` may go, who approves, and within which limits."""
    name = f"{domain}:{action}"
    if name not in known_actions():
        return f"{name} is no action of this system. Known actions: {', '.join(sorted(known_actions()))}."
    rung, rule = policy.rung(name), policy.rule(name, topic)
    if rung is None or rule is None:
        missing = "ladder entry" if rung is None else "rule"
        return f"{name} is denied: no {missing} of the policy matches it."
    lines = [f"{name} is in phase {rung.phase} since {rung.since}: {PHASE_WORDS[rung.phase]}."]
    lines.append(_explain_rule(rule, action))
    lines += [_explain_limit(limit) for limit in policy.limits_of(object_of(action))] or [_no_limit(object_of(action))]
    step = rung.step(rung.phase)
    if step is not None:
        shown = f"{step.shown} was shown" if step.shown is not None else "nothing was shown yet"
        words = f"must be {step.target} or {step.better}"
        lines.append(f"In this phase the {step.metric} {words}; {shown}. To go back: {step.go_back}")
    return "\n".join(lines)


def _explain_rule(rule: Rule, kind: str) -> str:
    """Word who approves and when nobody has to."""
    if rule.deny:
        return f"Rule {rule.id} refuses it."
    persons = "two persons" if rule.two_persons else "one person"
    alone = "At our own desk" if kind in FLAG_KINDS else "In phase 4"
    return (
        f"Rule {rule.id}: {alone} a tier A change goes on by itself from a confidence of {rule.confidence_floor}. "
        f"Otherwise {persons} with the role {rule.approver_role} must approve within {rule.expires_hours} hours."
    )


def _explain_limit(limit: Limit) -> str:
    """Word one limit."""
    what = "changes" if limit.effect == "any" else "removals"
    return (
        f"Limit: {limit.absolute} {limit.object} {what} in one run and day, "
        f"or {limit.percent} % of all once there are more than {limit.percent_from}."
    )


def _no_limit(object_type: ObjectType) -> str:
    return f"No limit is set for {object_type}, so none may change."
