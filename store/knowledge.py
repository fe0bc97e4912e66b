"""Rows of the knowledge base: which documents and chunks there are, their text sealed.

The vector store keeps ids only; the words are here, where a deletion reaches every byte.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from store.columns import UtcDateTime


class DocumentRow(SQLModel, table=True):
    """One document that was taken in; ``sealed`` holds title, address, version and readers.

    ``digest`` is keyed and tells whether the source's text has changed.
    """

    __tablename__ = "knowledge_document"

    id: str = Field(primary_key=True)
    collection: str = Field(index=True)
    source: str = Field(index=True)
    digest: str
    sealed: str
    taken_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class ChunkRow(SQLModel, table=True):
    """One chunk of a document; ``sealed`` holds heading and text."""

    __tablename__ = "knowledge_chunk"

    id: str = Field(primary_key=True)
    document: str = Field(index=True)
    position: int
    sealed: str


class SubjectRow(SQLModel, table=True):
    """Whom a note concerns, by record handle, so that forgetting a person finds it."""

    __tablename__ = "knowledge_subject"

    document: str = Field(primary_key=True)
    handle: str = Field(primary_key=True, index=True)
