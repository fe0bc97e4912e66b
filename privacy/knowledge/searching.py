"""Finding passages: access first, then two searches fused, then access again on what the record says."""

import hashlib
from collections.abc import Callable, Iterator, Mapping

from domain.errors import AccessDenied
from domain.ids import RecordHandle
from domain.materials import AccessClass
from domain.principals import Principal
from privacy.knowledge.cleaning import generic
from privacy.knowledge.documents import Document, StoredChunk
from privacy.knowledge.parts import Parts
from privacy.knowledge.preparing import Preparer
from privacy.knowledge.ranking import fuse
from privacy.knowledge.readers import Reach, ReadingRules
from privacy.knowledge.shelves import Shelf, is_open
from privacy.knowledge.vocabulary import Citation, Passage, SearchScope
from privacy.vocabulary import Scope

POOL = 40
"""How many chunks each of the two searches brings to the fusion."""
NEAR = 0.1
"""The least cosine with the question that counts as near; below it two texts share nothing but chance."""
WEIGHTS = {"keywords": 1.0, "vectors": 0.2}
"""Our own embedding knows no more than the keywords but misspellings, so it may only break ties among them."""


class Searcher:
    """Answers questions for readers over the shelves of one tenant."""

    def __init__(self, parts: Parts, preparer: Preparer, shelf: Callable[[str], Shelf]) -> None:
        self._parts, self._preparer, self._shelf = parts, preparer, shelf
        self._documents, self._vectors = parts.documents, parts.vectors
        self._rules = ReadingRules(parts.membership)

    def search(self, question: str, reader: Principal, scope: SearchScope) -> tuple[Passage, ...]:
        """Return the best passages the reader may see, best first (S161).

        Access is asked before the search, so that nothing else is even scored, and again of what was found. Raises
        AccessDenied where nothing of the scope may be read; LeakStopped where the question would leave with a name.
        """
        reach = dict(self._rules.reach(reader, scope))
        if self._parts.people is None:
            reach.pop(AccessClass.NOTES, None)
        if not reach:
            raise AccessDenied(
                "Nothing in the knowledge base is open to this reader.",
                field="reader",
                fix="Ask with a role that may read it; an agent or service needs the scope knowledge:search.",
            )
        asked = generic(question)
        if self._parts.embedder.leaves:
            self._parts.cleaner.require_clean([asked], Scope())
        ranked, found = self._rank(asked, reach), list[Passage]()
        while ranked and len(found) < scope.limit:
            wanted = scope.limit - len(found)
            found += self._passages(ranked[:wanted], reach, reader, scope)
            ranked = ranked[wanted:]
        return tuple(found)

    def _rank(self, asked: str, reach: Mapping[AccessClass, Reach]) -> list[tuple[str, str, float]]:
        """Return (chunk, document, score) of what both searches find within reach, best first."""
        vector, now = self._parts.embedder.embed([asked]), self._parts.clock.now()
        document_of: dict[str, str] = {}
        words: list[tuple[str, float]] = []
        near: list[tuple[str, float]] = []
        for access, limits in reach.items():
            collection = self._preparer.collection(access)
            shelf = self._shelf(collection)
            allowed = shelf.within(limits, now)
            document_of |= allowed
            words += shelf.keywords.find(asked, allowed, POOL)
            only = None if len(allowed) == len(shelf.document_of) else sorted(allowed)
            near += self._vectors.query(collection, vector, POOL, only) if allowed else []
        lists = {
            "keywords": [id_ for id_, _ in sorted(words, key=lambda pair: -pair[1])[:POOL]],
            "vectors": [id_ for id_, distance in sorted(near, key=lambda pair: pair[1])[:POOL] if distance < 1 - NEAR],
        }
        return [(id_, document_of[id_], score) for id_, score in fuse(lists, WEIGHTS) if id_ in document_of]

    def _passages(
        self,
        ranked: list[tuple[str, str, float]],
        reach: Mapping[AccessClass, Reach],
        reader: Principal,
        scope: SearchScope,
    ) -> Iterator[Passage]:
        """Yield what stands the second look, from the record and not from the index.

        Only what would be shown is looked at, so that no look at a note is recorded that nobody got to see.
        """
        now, wanted = self._parts.clock.now(), {document for _, document, _ in ranked}
        documents = {
            id_: each
            for id_, each in self._documents.get(wanted).items()
            if each.facts.access in reach and is_open(each, reach[each.facts.access], now)
        }
        notes = {id_ for id_, each in documents.items() if each.facts.access is AccessClass.NOTES}
        visible = self._visible_notes(notes, reader, scope)
        chunks = {each.id: each for each in self._documents.chunks(documents.keys())}
        for id_, document, score in ranked:
            if document in documents and id_ in chunks and (document not in notes or document in visible):
                yield _passage(documents[document], chunks[id_], score)

    def _visible_notes(self, notes: set[str], reader: Principal, scope: SearchScope) -> frozenset[str]:
        """Return the notes whose every subject the reader may see; the looks are recorded by who decides (R25)."""
        if not notes or self._parts.people is None:
            return frozenset()
        about = self._documents.subjects(notes)
        everyone: frozenset[RecordHandle] = frozenset().union(*about.values())
        seen = self._parts.people.visible(reader, everyone, "notes", scope.purpose)
        return frozenset(id_ for id_ in notes if about.get(id_) and about[id_] <= seen)


def _passage(document: Document, chunk: StoredChunk, score: float) -> Passage:
    facts, text = document.facts, chunk.chunk.text
    citation = Citation(
        source=document.source,
        document=document.id,
        title=facts.title,
        section=chunk.chunk.heading,
        version=facts.version,
        updated_at=facts.updated_at,
        url=facts.url,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
    return Passage(
        text=text,
        trusted=facts.trusted,
        kind=facts.kind,
        access=facts.access,
        course=facts.course,
        citation=citation,
        score=score,
    )
