"""The verdict on one change: which phase, tier, confidence and rule let it go on, wait for a person, or stop.

The checks run from the hardest no to the softest: owner, scope, repetition, reserved topic, suppression, missing rule,
phase, tier. The first that speaks decides, and its name stands in the record. Where none speaks and no rule permits,
the change is denied.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from domain.changes import Change, Reversibility, Tier
from domain.errors import OwnershipViolated, PolicyDenied, WriteNotAllowed
from domain.ownership import find_violation
from domain.plans import Plan
from domain.principals import PrincipalKind
from governance.actions import FLAG_KINDS, action_of, object_of
from governance.decided import RunContext, Verdict
from governance.policy import Phase, Policy, Rule

LIMIT_TOPIC = "limit"
"""Topic of a plan that waits for a waiver; an approval of it applies nothing by itself (R58)."""
ROLLBACK_TOPIC = "rollback"
"""First word of the topic of a plan that undoes a run (R71)."""


@dataclass(frozen=True)
class Ruling:
    """The verdict on one change with the rule that made it (``decided_by``) and the words for a person."""

    change: Change
    action: str
    phase: Phase
    rule: Rule | None
    verdict: Verdict = Verdict.DENIED
    decided_by: str = "no-match"
    reason: str = "No rule of the policy permits this action."
    code: str = PolicyDenied.code
    fix: str = "Add a ladder entry and a rule to the policy file, then check it with provost policy check."

    def stopped(self, reason: str) -> "Ruling":
        """Return the same ruling stopped at a limit (R67)."""
        return replace(self, verdict=Verdict.STOPPED, decided_by="R67", reason=reason)


@dataclass(frozen=True)
class Question:
    """All that a check may look at besides the change; ``repeated`` says an earlier change touches the same record."""

    plan: Plan
    policy: Policy
    context: RunContext
    repeated: bool


Check = Callable[[Ruling, Question], Ruling | None]


def judge(change: Change, question: Question) -> Ruling:
    """Return the verdict on one change; denied unless a rule permits it."""
    action = action_of(change)
    phase = question.policy.phase_of(action, question.context.lowered)
    denied = Ruling(change, action, phase, question.policy.rule(action, change.topic))
    for check in CHECKS:
        ruling = check(denied, question)
        if ruling is not None:
            return ruling
    return _permitted(denied)


def _against_owner(denied: Ruling, _: Question) -> Ruling | None:
    """Refuse a write against the system of record (S41, R53)."""
    violation = find_violation(denied.change)
    if not violation:
        return None
    fix = "Correct it in the system of record."
    return replace(denied, decided_by="S41", reason=violation, code=OwnershipViolated.code, fix=fix)


def _out_of_scope(denied: Ruling, question: Question) -> Ruling | None:
    """Refuse what its requester may not ask for: another's plan, or an action outside an agent's scopes (S174)."""
    requester = question.context.requester
    if requester.id != question.plan.requested_by:
        reason = "The plan names another requester than the one who asks."
        return replace(denied, decided_by="S174", reason=reason, fix="Ask in the name of the one who made the plan.")
    inside = any(fnmatchcase(denied.action, scope) for scope in requester.scopes)
    if requester.kind is PrincipalKind.PERSON or inside:
        return None
    reason = f"{requester.id} has no scope for {denied.action}."
    return replace(denied, decided_by="S174", reason=reason, fix=f"Give it the scope {denied.action} if it should.")


def _repeated(denied: Ruling, question: Question) -> Ruling | None:
    """Refuse a second change to one record in one plan; the outcome would depend on chance."""
    if not question.repeated:
        return None
    reason = "An earlier change of this plan touches the same record."
    return replace(denied, decided_by="one-change-per-record", reason=reason, fix="Let the next run plan it again.")


def _reserved_topic(denied: Ruling, _: Question) -> Ruling | None:
    """Refuse topics that only governance gives, so that no planner borrows a waiver or an undo."""
    words = denied.change.topic.split()
    if words and words[0] not in {LIMIT_TOPIC, ROLLBACK_TOPIC}:
        return None
    reason = "The topic is empty or one that only governance itself may use."
    return replace(denied, decided_by="reserved-topic", reason=reason, fix="Give the change a topic of its own.")


def _suppressed(denied: Ruling, question: Question) -> Ruling | None:
    """Leave alone what a person undid, until the suppression ends (R71)."""
    for one in question.context.suppressed:
        names_it = denied.change.natural_key == one.natural_key or denied.change.rule == one.rule
        if names_it and one.until > question.context.now:
            until = f"{one.until:%Y-%m-%d %H:%M} UTC"
            reason = f"Suppressed until {until}: {one.reason}"
            fix = "Wait until it ends, or let the registrar end it."
            return replace(denied, verdict=Verdict.SUPPRESSED, decided_by="R71", reason=reason, fix=fix)
    return None


def _ungoverned(denied: Ruling, question: Question) -> Ruling | None:
    """Deny what no ladder entry, rule or limit speaks about, and what a rule refuses outright."""
    if question.policy.rung(denied.action) is None or denied.rule is None:
        return denied
    if denied.rule.deny:
        reason = f"Rule {denied.rule.id} refuses it."
        return replace(denied, decided_by=denied.rule.id, reason=reason, fix="Change the rule if it should be allowed.")
    if not question.policy.limits_of(object_of(denied.change.kind)):
        reason = f"The policy has no limit for {object_of(denied.change.kind)}, so none may change."
        return replace(denied, decided_by="R67", reason=reason, fix="Add a limit to the policy file.")
    return None


def _by_phase(denied: Ruling, _: Question) -> Ruling | None:
    """Hold back what the phase does not do yet: 0 rehearses, 1 reports, 2 suggests (E12, S32)."""
    if denied.phase is Phase.SHADOW:
        reason = f"Phase {denied.phase} of {denied.action} is a rehearsal: what would be done is recorded only."
        verdict = Verdict.SHADOW
    elif denied.phase is Phase.READ_ONLY:
        reason = f"Phase {denied.phase} of {denied.action} only looks and reports."
        verdict = Verdict.REPORT
    elif denied.phase is Phase.ASSISTIVE and denied.change.kind not in FLAG_KINDS:
        reason = f"Phase {denied.phase} of {denied.action} only suggests; a person makes the change."
        verdict = Verdict.DRAFT
    else:
        return None
    fix = "Make it by hand, or raise the phase once its metric is shown."
    name = f"phase-{denied.phase}"
    return replace(denied, verdict=verdict, decided_by=name, reason=reason, code=WriteNotAllowed.code, fix=fix)


def _by_tier(denied: Ruling, _: Question) -> Ruling | None:
    """Leave to people what the rules call human only; a flag that tells them may still wait for approval."""
    if denied.change.tier is not Tier.HUMAN or denied.change.kind in FLAG_KINDS:
        return None
    reason = f"{denied.change.rule} leaves this to a person; the system only informs."
    fix = "Make it by hand in the system of record."
    return replace(denied, verdict=Verdict.INFORM, decided_by="tier-H", reason=reason, fix=fix)


def _permitted(denied: Ruling) -> Ruling:
    """Let a change go on by itself, or hold it for the person whom its rule names."""
    assert denied.rule is not None
    reason = _why_hold(denied, denied.rule)
    verdict = Verdict.APPROVAL if reason else Verdict.AUTOMATIC
    words = reason or f"Rule {denied.rule.id} lets {denied.change.rule} go on in phase {denied.phase}."
    return replace(denied, verdict=verdict, decided_by=denied.rule.id, reason=words, code="", fix="")


def _why_hold(denied: Ruling, rule: Rule) -> str:
    """Say why a person must approve, in one sentence; empty where the change may go on by itself."""
    change = denied.change
    if change.tier is not Tier.AUTO:
        return f"{change.rule} is proposed, so a person approves it."
    if not rule.confidence_floor <= change.confidence <= 1:
        return f"Confidence {change.confidence} is not between {rule.confidence_floor} and 1."
    if change.reversibility is Reversibility.IRREVERSIBLE and not rule.irreversible_automatic:
        return "It cannot be undone, so a person approves it."
    if denied.phase < Phase.CLOSED_LOOP and change.kind not in FLAG_KINDS:
        return f"Phase {denied.phase} of {denied.action} asks a person first."
    return ""


CHECKS: tuple[Check, ...] = (
    _against_owner,
    _out_of_scope,
    _repeated,
    _reserved_topic,
    _suppressed,
    _ungoverned,
    _by_phase,
    _by_tier,
)
"""The checks in the order in which they speak."""
