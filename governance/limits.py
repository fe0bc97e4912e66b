"""Blast radius: how much one run may change before it stops and a person is asked (R67, R58).

A mass deletion is usually a broken source, so the whole set stops rather than its first thousand rows. An unknown
number of objects is not zero: a percentage that cannot be worked out counts as exceeded.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.changes import Change
from domain.plans import Plan
from governance.actions import is_removal, object_of
from governance.decided import Breach, RunContext
from governance.policy import Limit, Policy


def limit_name(limit: Limit) -> str:
    """Return the name under which ``RunContext.recent`` counts a limit's objects, such as ``enrolment:removal``."""
    return f"{limit.object}:{limit.effect}"


def counts_towards(limit: Limit, change: Change) -> bool:
    """Tell whether a change is one of those the limit counts."""
    return object_of(change.kind) is limit.object and (limit.effect == "any" or is_removal(change))


def find_breaches(changes: Sequence[Change], policy: Policy, context: RunContext) -> tuple[Breach, ...]:
    """Return every limit that these changes, with those of the last day, would exceed; empty where none is (R67)."""
    return tuple(breach for limit in policy.limits for breach in _breach(limit, changes, context))


def _breach(limit: Limit, changes: Sequence[Change], context: RunContext) -> Iterator[Breach]:
    """Yield the breach of one limit, where these changes add to it."""
    added = sum(counts_towards(limit, change) for change in changes)
    count = added + context.recent.get(limit_name(limit), 0)
    reason = _exceeded(limit, count, context.populations.get(limit.object)) if added else ""
    if reason:
        yield Breach(
            object=limit.object,
            effect=limit.effect,
            count=count,
            absolute=limit.absolute,
            percent=limit.percent,
            population=context.populations.get(limit.object),
            reason=reason,
        )


def _exceeded(limit: Limit, count: int, population: int | None) -> str:
    """Say why a count is too high, in one sentence; empty where it is not."""
    what = f"{count} {limit.object} changes" if limit.effect == "any" else f"{count} {limit.object} removals"
    if count > limit.absolute:
        return f"{what} exceed the limit of {limit.absolute}."
    if count <= limit.percent_from:
        return ""
    if not population:
        return f"{what}, and {limit.percent} % of an unknown number cannot be worked out."
    if Decimal(count) * 100 > limit.percent * population:
        return f"{what} exceed {limit.percent} % of {population}."
    return ""


def waived(asking: Plan, context: RunContext) -> bool:
    """Tell whether a person let exactly what this plan asks for, in this run, exceed the limits (R58)."""
    waiver = context.waiver
    return waiver is not None and waiver.run == asking.run and waiver.plan_hash == asking.plan_hash
