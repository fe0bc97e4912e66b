"""What a search needs of one collection at hand: which chunk is of which document, and the keyword index."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from privacy.knowledge.chunking import Chunk
from privacy.knowledge.documents import Document, Documents, StoredChunk
from privacy.knowledge.keywords import KeywordIndex
from privacy.knowledge.readers import Reach


class Shelf:
    """One collection as it is on record now; made anew when something in it changed."""

    def __init__(self, documents: Documents, collection: str) -> None:
        self._documents, self._collection = documents, collection

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        return self._documents.find(collection=self._collection)

    @cached_property
    def document_of(self) -> Mapping[str, str]:
        """The document of each chunk."""
        return {chunk.id: chunk.document for chunk in self._chunks()}

    @cached_property
    def keywords(self) -> KeywordIndex:
        """The words of the collection."""
        return KeywordIndex(self.texts())

    def texts(self) -> dict[str, str]:
        """Return the text of every chunk as it is searched: title, heading and words together."""
        return {chunk.id: self._searched(chunk) for chunk in self._chunks()}

    def within(self, reach: Reach, now: datetime) -> dict[str, str]:
        """Return the chunks that a reach covers and that have not expired, each with its document."""
        open_ = {id_ for id_, each in self.documents.items() if is_open(each, reach, now)}
        return {chunk: document for chunk, document in self.document_of.items() if document in open_}

    def _chunks(self) -> list[StoredChunk]:
        return self._documents.chunks(list(self.documents))

    def _searched(self, chunk: StoredChunk) -> str:
        return searched_text(self.documents[chunk.document].facts.title, chunk.chunk)


def searched_text(title: str, chunk: Chunk) -> str:
    """Return what a chunk is found by; title and heading stand twice, because they say what it is about."""
    return f"{title}\n{title}\n{chunk.heading}\n{chunk.heading}\n{chunk.text}"


def is_open(document: Document, reach: Reach, now: datetime) -> bool:
    """Tell whether a document may be read by somebody with that reach, now."""
    return not document.has_expired(now) and reach.covers(document.facts.course, document.facts.readers)
