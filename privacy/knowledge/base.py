"""The knowledge base of one tenant: takes sources in, finds passages for a reader, forgets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import AccessDenied
from domain.materials import AccessClass, Material
from domain.ports import Fetch
from domain.principals import Principal, Role
from domain.records import Record
from privacy.knowledge.forgetting import Forgetter, ForgettingPlan
from privacy.knowledge.ingesting import Ingestor, IngestReport
from privacy.knowledge.parts import Parts
from privacy.knowledge.preparing import Preparer
from privacy.knowledge.searching import Searcher
from privacy.knowledge.shelves import Shelf
from privacy.knowledge.vocabulary import Passage, SearchScope

KEEPERS = frozenset({Role.REGISTRAR, Role.INSTRUCTIONAL_DESIGNER, Role.ADMIN})
"""Who may take sources in and let them be forgotten."""


class CollectionStatus(Record):
    """One collection in numbers; ``vectors`` differs from ``chunks`` only after a crash, until the next alignment."""

    access: AccessClass
    documents: int
    chunks: int
    vectors: int
    expired: int


class KnowledgeBase:
    """Fits ``KnowledgeSearch``; safe for many threads, one at a time. ``close`` gives the folder back."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._documents, self._vectors = parts, parts.documents, parts.vectors
        self._preparer = Preparer(parts.documents, parts.cleaner, parts.tenant, parts.note_days)
        self._ingestor = Ingestor(parts.documents, self._preparer, parts.ledger, parts.clock, self.align)
        self.forgetting = Forgetter(
            parts.documents, parts.ledger, parts.clock, self._preparer.tenant_prefix, self.align
        )
        self._searcher = Searcher(parts, self._preparer, self._shelf)
        self._shelves: dict[str, Shelf] = {}
        self._guard, self._mended = threading.RLock(), False
        self._waiting: set[str] | None = None

    def ingest(
        self, source: str, fetch: Fetch[Material], actor: Principal, *, dry_run: bool = False, emptied: bool = False
    ) -> IngestReport:
        """Take a source in, or say what that would do; raises AccessDenied unless the actor keeps the base.

        ``emptied`` says that the source itself was taken away, so that nothing is what is expected of it.
        """
        self.require_keeper(actor)
        with self._guard:
            self._mend_once()
            plan = self._ingestor.plan_ingest(source, fetch, emptied=emptied)
            if dry_run:
                return plan.report.model_copy(update={"dry_run": True})
            return self._ingestor.apply_ingest(plan, actor)

    def forget(self, plan: ForgettingPlan, shown: str, actor: Principal) -> int:
        """Remove what a plan of ``forgetting`` names, where ``shown`` is its digest; raises ApprovalStale if not."""
        self.require_keeper(actor)
        with self._guard:
            return self.forgetting.apply_forgetting(plan, shown, actor)

    def search(self, question: str, reader: Principal, scope: SearchScope) -> tuple[Passage, ...]:
        """Return the best passages the reader may see, best first; see ``Searcher.search`` for what it raises."""
        with self._guard:
            self._mend_once()
            return self._searcher.search(question, reader, scope)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Take several sources in and bring the vectors into line once, at the end of the block.

        Until then a search finds nothing of what is new, and nothing of what is gone. A crash is mended at next use.
        """
        with self._guard:
            self._waiting = set()
        try:
            yield
        finally:
            with self._guard:
                waiting, self._waiting = self._waiting or set(), None
                for collection in sorted(waiting):
                    self.align(collection)

    def align(self, collection: str) -> None:
        """Bring the vectors of a collection into line with what is on record; what is gone is erased to the byte."""
        with self._guard:
            self._shelves.pop(collection, None)
            if self._waiting is not None:
                self._waiting.add(collection)
                return
            shelf, held = self._shelf(collection), self._vectors.ids(collection)
            wanted = shelf.texts()
            if held - wanted.keys():
                self._vectors.erase(collection, held - wanted.keys())
            self._vectors.add(collection, {id_: text for id_, text in wanted.items() if id_ not in held})

    def _mend_once(self) -> None:
        """Mend what a crash left: at first use, every collection whose vectors are not those of the record."""
        for access in () if self._mended else _classes():
            collection = self._preparer.collection(access)
            if self._vectors.ids(collection) != self._shelf(collection).document_of.keys():
                self.align(collection)
        self._mended = True

    def rebuild(self, actor: Principal) -> int:
        """Make all vectors anew, after another embedding was set, and return how many; raises AccessDenied."""
        self.require_keeper(actor)
        with self._guard:
            for access in _classes():
                self._vectors.discard(self._preparer.collection(access))
                self.align(self._preparer.collection(access))
            return sum(each.vectors for each in self.status())

    def status(self) -> tuple[CollectionStatus, ...]:
        """Return every collection in numbers."""
        with self._guard:
            return tuple(self._status(access) for access in _classes())

    @property
    def embedding(self) -> str:
        """The name of the embedding in use."""
        return self._parts.embedder.name

    def require_keeper(self, actor: Principal) -> None:
        """Raise AccessDenied unless the actor may change what the knowledge base holds, acting as themselves."""
        if actor.acting_as is not None or not actor.roles & KEEPERS:
            fix = "Ask a registrar, an instructional designer or an administrator."
            raise AccessDenied("This principal may not change the knowledge base.", field="actor", fix=fix)

    def close(self) -> None:
        """Close the vectors and give their folder back."""
        self._vectors.close()

    def _status(self, access: AccessClass) -> CollectionStatus:
        collection, now = self._preparer.collection(access), self._parts.clock.now()
        shelf = self._shelf(collection)
        return CollectionStatus(
            access=access,
            documents=len(shelf.documents),
            chunks=len(shelf.document_of),
            vectors=len(self._vectors.ids(collection)),
            expired=sum(each.has_expired(now) for each in shelf.documents.values()),
        )

    def _shelf(self, collection: str) -> Shelf:
        if collection not in self._shelves:
            self._shelves[collection] = Shelf(self._documents, collection)
        return self._shelves[collection]


def _classes() -> tuple[AccessClass, ...]:
    return tuple(each for each in AccessClass if each is not AccessClass.UNKNOWN)
