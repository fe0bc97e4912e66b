"""The documents and chunks on record: rows with opaque ids, everything readable in them sealed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, delete, func, select

from domain.ids import RecordHandle, SisCourseId
from domain.materials import AccessClass, MaterialKind
from domain.records import Record
from privacy.knowledge.chunking import Chunk
from store.database import Database
from store.keys import KeyRing
from store.knowledge import ChunkRow, DocumentRow, SubjectRow

TABLES = ("knowledge_document", "knowledge_chunk", "knowledge_subject")
_IN_ONE_QUERY = 500


class Facts(Record):
    """What a citation and an access decision need of a document; it is kept sealed."""

    key: str
    title: str
    access: AccessClass
    kind: MaterialKind
    course: SisCourseId | None
    version: str
    updated_at: datetime | None
    url: str
    trusted: bool
    readers: frozenset[str]


class Document(NamedTuple):
    """One document on record; ``digest`` is keyed and changes with anything that is kept of it."""

    id: str
    collection: str
    source: str
    digest: str
    expires_at: datetime | None
    facts: Facts

    def has_expired(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


class StoredChunk(NamedTuple):
    """One chunk of a document in the open."""

    id: str
    document: str
    chunk: Chunk


class Documents:
    """Reads and writes the rows; writing happens in the caller's session, so that it is one with the ledger entry."""

    def __init__(self, database: Database, keyring: KeyRing) -> None:
        self.database, self._keyring = database, keyring

    def find(self, *, collection: str = "", source: str = "", prefix: str = "") -> dict[str, Document]:
        """Return the documents of a collection, of a source within a tenant, or all whose collection begins so."""
        query = select(DocumentRow).order_by(col(DocumentRow.id))
        if collection:
            query = query.where(col(DocumentRow.collection) == collection)
        if source:
            query = query.where(col(DocumentRow.source) == source)
        with self.database.reading() as session:
            rows = session.exec(query)
            return {row.id: self._open(row) for row in rows if row.collection.startswith(prefix)}

    def get(self, ids: Collection[str]) -> dict[str, Document]:
        """Return the documents with these ids that exist."""
        found: dict[str, Document] = {}
        with self.database.reading() as session:
            for batch in _batches(ids):
                rows = session.exec(select(DocumentRow).where(col(DocumentRow.id).in_(batch)))
                found |= {row.id: self._open(row) for row in rows}
        return found

    def chunks(self, documents: Collection[str]) -> list[StoredChunk]:
        """Return the chunks of documents, in the open."""
        found: list[StoredChunk] = []
        with self.database.reading() as session:
            for batch in _batches(documents):
                query = select(ChunkRow).where(col(ChunkRow.document).in_(batch))
                found += [self._open_chunk(row) for row in session.exec(query.order_by(col(ChunkRow.position)))]
        return found

    def count_chunks(self, documents: Collection[str]) -> int:
        """Return how many chunks documents have together."""
        total = 0
        with self.database.reading() as session:
            for batch in _batches(documents):
                query = select(func.count()).select_from(ChunkRow).where(col(ChunkRow.document).in_(batch))
                total += session.exec(query).one()
        return total

    def subjects(self, documents: Collection[str]) -> dict[str, frozenset[RecordHandle]]:
        """Return whom each document concerns; a document that concerns nobody is not in it."""
        found: dict[str, frozenset[RecordHandle]] = {}
        with self.database.reading() as session:
            for batch in _batches(documents):
                for row in session.exec(select(SubjectRow).where(col(SubjectRow.document).in_(batch))):
                    found[row.document] = found.get(row.document, frozenset()) | {RecordHandle(row.handle)}
        return found

    def about(self, person: RecordHandle) -> frozenset[str]:
        """Return the documents that concern a person."""
        with self.database.reading() as session:
            return frozenset(session.exec(select(SubjectRow.document).where(col(SubjectRow.handle) == person)))

    def put(
        self,
        session: Session,
        document: Document,
        chunks: Mapping[str, Chunk],
        about: Iterable[RecordHandle],
        now: datetime,
    ) -> None:
        """Write a document in place of what stood under its id; chunks that are the same stay untouched."""
        row = session.get(DocumentRow, document.id) or self._row(document, now)
        row.sqlmodel_update(self._row(document, now).model_dump())
        session.add(row)
        held = {each.id: each for each in session.exec(select(ChunkRow).where(col(ChunkRow.document) == document.id))}
        for gone in held.keys() - chunks.keys():
            session.delete(held[gone])
        for position, (id_, chunk) in enumerate(chunks.items()):
            kept = held.get(id_)
            if kept is None:
                session.add(self._chunk_row(id_, document.id, position, chunk))
            elif kept.position != position:
                kept.position = position
                session.add(kept)
        self._put_subjects(session, document.id, frozenset(about))

    def remove(self, session: Session, ids: Collection[str]) -> None:
        """Delete documents with everything of theirs."""
        for batch in _batches(ids):
            session.exec(delete(ChunkRow).where(col(ChunkRow.document).in_(batch)))
            session.exec(delete(SubjectRow).where(col(SubjectRow.document).in_(batch)))
            session.exec(delete(DocumentRow).where(col(DocumentRow.id).in_(batch)))

    def wipe(self) -> None:
        """Make sure that deleted rows are gone from the database's files."""
        for table in TABLES:
            self.database.scrub_deleted(table)

    def digest(self, text: str) -> str:
        """Return a keyed digest, from which nobody can tell the text without the key."""
        return self._keyring.digest(f"knowledge:{text}")

    def _put_subjects(self, session: Session, document: str, about: frozenset[RecordHandle]) -> None:
        held = {row.handle: row for row in session.exec(select(SubjectRow).where(SubjectRow.document == document))}
        for gone in held.keys() - about:
            session.delete(held[gone])
        session.add_all(SubjectRow(document=document, handle=each) for each in sorted(about - held.keys()))

    def _row(self, document: Document, now: datetime) -> DocumentRow:
        sealed = self._keyring.seal(document.facts.model_dump_json().encode(), _place("document", document.id))
        return DocumentRow(
            id=document.id,
            collection=document.collection,
            source=document.source,
            digest=document.digest,
            sealed=sealed,
            taken_at=now,
            expires_at=document.expires_at,
        )

    def _open(self, row: DocumentRow) -> Document:
        facts = Facts.model_validate_json(self._keyring.unseal(row.sealed, _place("document", row.id)))
        return Document(row.id, row.collection, row.source, row.digest, row.expires_at, facts)

    def _chunk_row(self, id_: str, document: str, position: int, chunk: Chunk) -> ChunkRow:
        sealed = self._keyring.seal(f"{chunk.heading}\0{chunk.text}".encode(), _place("chunk", id_))
        return ChunkRow(id=id_, document=document, position=position, sealed=sealed)

    def _open_chunk(self, row: ChunkRow) -> StoredChunk:
        heading, _, text = self._keyring.unseal(row.sealed, _place("chunk", row.id)).decode().partition("\0")
        return StoredChunk(row.id, row.document, Chunk(heading, text))


def _place(kind: str, id_: str) -> bytes:
    return f"knowledge_{kind}|{id_}".encode()


def _batches(ids: Collection[str]) -> Iterable[Sequence[str]]:
    ordered = sorted(ids)
    return (ordered[start : start + _IN_ONE_QUERY] for start in range(0, len(ordered), _IN_ONE_QUERY))
