"""The authority to apply a plan: a recorded decision of the policy, or a person's unused approval."""

from typing import Literal

from domain.ids import PlanHash
from domain.records import Record


class Authority(Record):
    """Why a plan may be applied; ``reference`` is the decision or approval, which the gate reads again for itself."""

    kind: Literal["automatic", "approval"]
    reference: str
    plan_hash: PlanHash
