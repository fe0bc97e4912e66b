"""A plan: an ordered set of changes with a content hash; a person approves that hash and nothing else."""

from datetime import datetime
from functools import cached_property

from domain.changes import Change, digest
from domain.ids import PlanHash, PrincipalId, RunId
from domain.records import Record


class Plan(Record):
    """What one run wants to do, in order.

    ``topic`` says what it is about in a few words and, with ``approver_role``, names the queue it waits in. The hash
    covers the changes and their order, not who asked or when, so the same plan found twice is the same plan.
    """

    run: RunId
    topic: str
    requested_by: PrincipalId
    made_at: datetime
    changes: tuple[Change, ...]
    approver_role: str = ""

    @cached_property
    def plan_hash(self) -> PlanHash:
        """SHA-256 over the canonical form of every change, in order."""
        return PlanHash(digest([change.model_dump(mode="json") for change in self.changes]))

    def with_changes(
        self, changes: tuple[Change, ...], *, topic: str | None = None, approver_role: str | None = None
    ) -> "Plan":
        """Return a new plan with other changes; its hash differs, so an approval of the old one does not fit it."""
        values = {"topic": topic or self.topic, "approver_role": approver_role or self.approver_role}
        return Plan(run=self.run, requested_by=self.requested_by, made_at=self.made_at, changes=changes, **values)
