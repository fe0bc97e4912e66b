"""A plan: an ordered set of changes with a content hash; a person approves that hash and nothing else."""

import operator
from datetime import datetime
from functools import cached_property

from domain.changes import Change, canonical_text, digest_text
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
        return PlanHash(digest_text(self._changes_text()))

    def as_text(self) -> str:
        """Return the plan as canonical JSON, put together from the texts of its changes."""
        head = self.model_dump(mode="json", exclude={"changes"})
        fields = {name: canonical_text(value) for name, value in head.items()}
        fields["changes"] = self._changes_text()
        return "{" + ",".join(f'"{name}":{fields[name]}' for name in sorted(fields)) + "}"

    def with_changes(
        self, changes: tuple[Change, ...], *, topic: str | None = None, approver_role: str | None = None
    ) -> "Plan":
        """Return the plan with other changes; its hash then differs, so an approval of the old one does not fit it.

        Where nothing differs it is the same plan, whose hash is known already.
        """
        values = {"topic": topic or self.topic, "approver_role": approver_role or self.approver_role}
        same = len(changes) == len(self.changes) and all(map(operator.is_, changes, self.changes))
        if same and values == {"topic": self.topic, "approver_role": self.approver_role}:
            return self
        return Plan(run=self.run, requested_by=self.requested_by, made_at=self.made_at, changes=changes, **values)

    def _changes_text(self) -> str:
        return f"[{','.join(change.canonical for change in self.changes)}]"
