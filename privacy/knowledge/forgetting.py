"""Forgetting: what a rule, a person or an operator wants gone, shown first and then removed to the last byte (F101)."""

import hashlib
from collections.abc import Callable, Collection
from typing import NamedTuple

from domain.errors import ApprovalStale
from domain.ids import RecordHandle
from domain.ports import Clock
from domain.principals import Principal
from privacy.knowledge.documents import Document, Documents
from store.canonical import JSON
from store.ledger import Ledger
from store.ledger.entries import Subject

_DIGEST_LENGTH = 16


class ForgettingPlan(NamedTuple):
    """Which documents would go, and why; ``digest`` names exactly this set."""

    documents: tuple[Document, ...]
    chunks: int
    reason: str

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change with the set or the reason."""
        content = "|".join((self.reason, *sorted(each.id for each in self.documents)))
        return hashlib.sha256(content.encode()).hexdigest()[:_DIGEST_LENGTH]


class Forgetter:
    """Plans and applies deletions within one tenant."""

    def __init__(
        self,
        documents: Documents,
        ledger: Ledger,
        clock: Clock,
        tenant_prefix: str,
        align: Callable[[str], None],
    ) -> None:
        self._documents, self._ledger, self._clock = documents, ledger, clock
        self._prefix, self._align = tenant_prefix, align

    def plan_expired(self) -> ForgettingPlan:
        """Return what the retention rule ends (R227): every document whose time is over."""
        now = self._clock.now()
        found = self._documents.find(prefix=self._prefix).values()
        return self._plan([each for each in found if each.has_expired(now)], "retention")

    def plan_person(self, person: RecordHandle) -> ForgettingPlan:
        """Return every note that concerns a person."""
        return self.plan_documents(self._documents.about(person), "person")

    def plan_source(self, source: str) -> ForgettingPlan:
        """Return everything of one source."""
        return self._plan(self._documents.find(source=source, prefix=self._prefix).values(), "source")

    def plan_documents(self, ids: Collection[str], reason: str = "document") -> ForgettingPlan:
        """Return the documents with these ids that are on record."""
        found = self._documents.get(ids).values()
        return self._plan([each for each in found if each.collection.startswith(self._prefix)], reason)

    def apply_forgetting(self, plan: ForgettingPlan, shown: str, actor: Principal) -> int:
        """Remove the documents, their text, words and vectors, and return how many went.

        ``shown`` is the digest of the plan that a person looked at; ApprovalStale where this is another one.
        """
        if shown != plan.digest:
            fix = "Look at the list again and give the digest under it."
            raise ApprovalStale("What would be forgotten is not what was shown.", field="plan", fix=fix)
        ids = [each.id for each in plan.documents]
        subjects = {person for people in self._documents.subjects(ids).values() for person in people}
        with self._documents.database.session() as session:
            self._documents.remove(session, ids)
            body: dict[str, JSON] = {
                "reason": plan.reason,
                "documents": len(ids),
                "chunks": plan.chunks,
                "plan": plan.digest,
            }
            people = [Subject(person) for person in sorted(subjects)]
            self._ledger.append("knowledge.forgotten", actor.id, "", body, people, session=session)
        self._documents.wipe()
        for collection in sorted({each.collection for each in plan.documents}):
            self._align(collection)
        return len(ids)

    def _plan(self, documents: Collection[Document], reason: str) -> ForgettingPlan:
        ordered = tuple(sorted(documents, key=lambda each: each.id))
        return ForgettingPlan(ordered, self._documents.count_chunks([each.id for each in ordered]), reason)
