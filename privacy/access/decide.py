"""Decides who may see what of whom, field by field; whatever no rule permits is denied, with the reason."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from domain.access import AccessDecision, Action, Relationship
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal, PrincipalKind, Role
from privacy.access.fields import FIELDS, Kind, field_named
from privacy.access.relations import Relations
from privacy.access.rules import AccessRule, AccessRules

_PROGRAMS = frozenset({Role.AGENT, Role.SERVICE})


class Case(NamedTuple):
    """One field of several people, asked about by one principal for one purpose; ``section`` is the class at hand."""

    principal: Principal
    action: Action
    field: str
    people: frozenset[RecordHandle]
    purpose: str
    section: SectionKey | None = None


class Verdict(NamedTuple):
    """One decision and the people it is about."""

    decision: AccessDecision
    people: frozenset[RecordHandle]


def decide(case: Case, rules: AccessRules, relations: Relations) -> tuple[Verdict, ...]:
    """Return verdicts that together name each person exactly once (S257, S260)."""
    case = case._replace(field=field_named(case.field))
    refusal = refuse_whole(case)
    if refusal is not None:
        return (Verdict(refusal, case.people),)
    verdicts = list(_permits(case, rules.rules, relations))
    left = case.people.difference(*(verdict.people for verdict in verdicts))
    if left:
        verdicts.append(Verdict(_denial(case, rules.rules), left))
    return tuple(verdicts)


def refuse_whole(case: Case) -> AccessDecision | None:
    """Return the refusal that no file can lift, or None."""
    who = case.principal
    if who.acting_as is not None:
        return _no("R30", "Nobody sees a record while acting as another.")
    if not case.purpose.strip():
        return _no("S224", "No purpose was given.")
    kind = FIELDS.get(case.field)
    if kind is None:
        return _no("no-such-field", "There is no such field.")
    if kind is Kind.NEVER:
        return _no("R28", f"{case.field} is outside of what this system shows to anyone.")
    if not _sound(who):
        return _no("S174", "The roles do not belong to this kind of principal.")
    if who.kind is not PrincipalKind.PERSON and not _in_scope(who, f"{case.field}:{case.action}"):
        return _no("S174", f"The scopes do not name {case.field}:{case.action}.")
    return None


def related_by(rule: AccessRule, case: Case, relations: Relations) -> frozenset[RecordHandle]:
    """Return those of the case's people whom a rule that fits reaches."""
    reached = relations.related(case.principal, rule.relationship, case.people, case.section)
    return reached - relations.opted_out(reached) if rule.honours_opt_out and reached else reached


def _permits(case: Case, rules: Sequence[AccessRule], relations: Relations) -> Iterator[Verdict]:
    """Yield the people each rule reaches first."""
    left = case.people
    for rule in rules:
        if left and _fits(rule, case):
            reached = related_by(rule, case._replace(people=left), relations)
            left -= reached
            if reached:
                why = f"{' or '.join(rule.roles)}, {_STANDS[rule.relationship]}."
                yield Verdict(AccessDecision(permitted=True, rule=rule.id, reason=why, basis=rule.basis), reached)


def _fits(rule: AccessRule, case: Case) -> bool:
    return (
        bool(case.principal.roles & set(rule.roles))
        and case.action in rule.actions
        and case.field in rule.covered
        and any(fnmatchcase(case.purpose, pattern) for pattern in rule.purposes)
    )


def _denial(case: Case, rules: Sequence[AccessRule]) -> AccessDecision:
    """Say why nothing permits it."""
    fitting = [rule for rule in rules if _fits(rule, case)]
    if any(rule.honours_opt_out for rule in fitting):
        return _no("R17", "The person opted out of the directory, or that could not be told.")
    if fitting:
        needed = " or ".join(dict.fromkeys(_STANDS[rule.relationship] for rule in fitting))
        return _no("R21", f"This needs the reader to be {needed}.")
    if FIELDS[case.field] is Kind.DEMOGRAPHIC and case.action is not Action.AGGREGATE:
        return _no("R29", f"{case.field} is shown as a number over many people only, never by name.")
    return _no("default-deny", f"No rule lets {_roles(case.principal)} {case.action} {case.field} for this purpose.")


def _sound(who: Principal) -> bool:
    """Tell whether the roles are of the kind of principal: no program holds a person's role."""
    return bool(who.roles) and all((role in _PROGRAMS) is (who.kind is not PrincipalKind.PERSON) for role in who.roles)


def _in_scope(who: Principal, wanted: str) -> bool:
    return any(fnmatchcase(wanted, scope) for scope in who.scopes)


def _roles(who: Principal) -> str:
    return " or ".join(sorted(who.roles)) or "nobody"


def _no(rule: str, reason: str) -> AccessDecision:
    return AccessDecision(permitted=False, rule=rule, reason=reason)


_STANDS = {
    Relationship.ANY: "whoever the person is",
    Relationship.SELF: "the person themselves",
    Relationship.ADVISOR: "the assigned advisor",
    Relationship.INSTRUCTOR: "the instructor of record",
    Relationship.CHAIR: "the chair of the department",
    Relationship.UNADVISED: "an advisor of nobody's student",
}
