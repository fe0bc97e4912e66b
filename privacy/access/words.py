"""Says in sentences what the access file permits, for ``provost access``."""

from collections.abc import Iterator

from domain.access import AccessDecision, Action
from domain.principals import Role
from privacy.access.fields import FIELDS, Kind
from privacy.access.rules import AccessRules

_ACTS = {Action.SEE: "see", Action.AGGREGATE: "see numbers of", Action.EXPORT: "export"}


def explain_rules(rules: AccessRules, role: Role | None = None) -> Iterator[str]:
    """Yield one line per rule, in the order in which they are tried; those of one role where it is named."""
    for rule in rules.rules:
        if role in (None, *rule.roles):
            acts = " and ".join(_ACTS[Action(action)] for action in rule.actions)
            who, fields = ", ".join(rule.roles), ", ".join(sorted(rule.covered))
            limits = "; not of who opted out of the directory" if rule.honours_opt_out else ""
            if rule.purposes != ("*",):
                limits += f"; only for: {', '.join(rule.purposes)}"
            yield f"{rule.id}: {who} ({rule.relationship}) may {acts} {fields}{limits}."
    for approval in rules.approvals:
        if role in (None, *approval.roles):
            who, what = ", ".join(approval.roles), ", ".join(approval.actions)
            yield f"{approval.id}: {who} ({approval.relationship}) may approve {what}."
    yield f"Nobody sees {', '.join(sorted(field for field, kind in FIELDS.items() if kind is Kind.NEVER))}."
    yield f"Numbers about fewer than {rules.aggregates.smallest_cell} people are hidden."


def explain_decision(field: str, action: Action, decision: AccessDecision) -> str:
    """Word one decision: yes or no, by which rule and why."""
    if decision.permitted:
        return f"Yes: {action} {field}. Rule {decision.rule}: {decision.reason} Basis: {decision.basis}."
    return f"No: {action} {field}. Rule {decision.rule}: {decision.reason}"
