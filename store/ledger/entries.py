"""What a ledger entry is: its row, its link to the entry before, and the people it is about.

An entry's hash is SHA-256 over the previous hash and the stored columns as text, one per line. No column but the body
may hold a line break and the canonical body holds none, so no two entries have the same text.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from domain.errors import InternalError
from domain.ids import RecordHandle
from store.canonical import JSON, canonical_json

GENESIS = bytes(32)
"""What the first entry links to."""


class EntryRow(SQLModel, table=True):
    """One entry as stored; ``subjects`` is the digest of its side rows, empty where it names nobody."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_run", "run"),)

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: str
    kind: str
    actor: str
    run: str
    subjects: str
    body: str
    prev: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SubjectRow(SQLModel, table=True):
    """One person an entry is about; ``sealed`` is what only that person's key opens, empty where there is no detail."""

    __tablename__ = "ledger_subject"
    __table_args__ = (Index("ix_ledger_subject_handle", "handle", "seq"),)

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    handle: str
    sealed: str


class Subject(NamedTuple):
    """A person an entry is about; ``detail`` may hold personal data and is sealed under that person's own key."""

    handle: RecordHandle
    detail: Mapping[str, JSON] = {}


@dataclass(frozen=True)
class Draft:
    """An entry to be appended: what happened, who did it, in which run, without personal data in the body."""

    kind: str
    actor: str
    run: str
    body: Mapping[str, JSON]
    subjects: tuple[Subject, ...] = ()


class Entry(NamedTuple):
    """An entry that was appended: its place and its hash in hex."""

    seq: int
    at: str
    kind: str
    actor: str
    run: str
    hash: str


class LinkedRow(NamedTuple):
    """The stored columns of one entry, in the order of the insert."""

    seq: int
    at: str
    kind: str
    actor: str
    run: str
    subjects: str
    body: str
    prev: bytes
    hash: bytes


class SideRow(NamedTuple):
    """The stored columns of one person's row beside an entry."""

    seq: int
    position: int
    handle: str
    sealed: str


def link_row(head: tuple[int, bytes], at: str, draft: Draft, subjects: str) -> LinkedRow:
    """Link a draft to the last entry, given as (seq, hash); InternalError where a label holds a control character."""
    if not f"{draft.kind}{draft.actor}{draft.run}".isprintable():
        raise InternalError("A ledger label holds a line break or control character.", field="kind, actor or run")
    seq, prev, body = head[0] + 1, head[1], canonical_json(draft.body)
    text = f"{seq}\n{at}\n{draft.kind}\n{draft.actor}\n{draft.run}\n{subjects}\n{body}"
    digest = hashlib.sha256(prev + text.encode()).digest()
    return LinkedRow(seq, at, draft.kind, draft.actor, draft.run, subjects, body, prev, digest)


def subjects_digest(rows: Iterable[SideRow]) -> str:
    """Return the digest over an entry's side rows in order, empty for no rows."""
    hasher, empty = hashlib.sha256(), True
    for _, position, handle, sealed in rows:
        hasher.update(f"{position}\n{handle}\n{sealed}\n".encode())
        empty = False
    return "" if empty else hasher.hexdigest()
