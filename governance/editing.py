"""Making a plan smaller: an edit leaves changes out and adds none, so the rest is a plan like any other (S43).

The smaller plan has another hash, so no answer to the earlier one counts for it.
"""

from collections.abc import Collection

from domain.changes import digest
from domain.errors import InvalidRecord
from domain.plans import Plan
from governance.requirement import requires_waiver


def is_editable(plan: Plan) -> bool:
    """Tell whether anything may be left out; a waiver speaks for a whole set or for none of it (R58)."""
    return len(plan.changes) > 1 and not requires_waiver(plan)


def shrink_plan(plan: Plan, keep: Collection[str]) -> Plan:
    """Return the plan with the kept changes only, in their order.

    Raises InvalidRecord where nothing or everything stays, or where the plan may not be taken apart.
    """
    if not is_editable(plan):
        fix = "Approve it or reject it as it is."
        raise InvalidRecord("Nothing can be left out of this plan.", field="keep", fix=fix)
    kept = tuple(change for change in plan.changes if change.change_id in keep)
    if not kept or len(kept) == len(plan.changes):
        fix = "Reject the request instead." if not kept else "Approve it, or take the tick off what should not go."
        raise InvalidRecord("An edit leaves some changes out and keeps some.", field="keep", fix=fix)
    return plan.with_changes(kept)


def approval_id(plan: Plan) -> str:
    """Return the id of the request for a plan, always the same one for a run and plan."""
    return f"apr_{digest([plan.run, plan.plan_hash])[:20]}"
