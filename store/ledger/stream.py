"""Reads the ledger's stored bytes in order through the driver's own cursors, so that verification is fast."""

from collections.abc import Generator
from contextlib import closing
from itertools import count
from typing import Any, NamedTuple

from sqlmodel import Session

from store.database import POSTGRESQL
from store.ledger.entries import SideRow

BATCH = 5000
_CURSORS = count()
_LINES = "seq || {lf} || at || {lf} || kind || {lf} || actor || {lf} || run || {lf} || subjects || {lf} || body"
_SQLITE = (
    f"SELECT seq, prev, hash, subjects, coalesce(CAST({_LINES.format(lf='char(10)')} AS BLOB), x'') "  # noqa: S608
    "FROM ledger_entry WHERE seq > {after} ORDER BY seq"
)
_POSTGRESQL = (
    f"SELECT seq, prev, hash, subjects, convert_to(coalesce({_LINES.format(lf='chr(10)')}, ''), 'UTF8') "  # noqa: S608
    "FROM ledger_entry WHERE seq > {after} ORDER BY seq"
)
_SUBJECTS = "SELECT seq, position, handle, sealed FROM ledger_subject WHERE seq > {after} ORDER BY seq, position"


class StoredEntry(NamedTuple):
    """What verification needs of one entry; ``text`` is the hashed text as stored bytes."""

    seq: int
    prev: bytes
    hash: bytes
    subjects: str
    text: bytes


def stream_entries(session: Session, after: int = 0) -> Generator[StoredEntry, None, None]:
    """Yield the entries after a number in order, in the session's snapshot; rows have ``StoredEntry``'s fields."""
    dialect = session.connection().dialect.name
    return _stream(session, (_POSTGRESQL if dialect == POSTGRESQL else _SQLITE).format(after=int(after)))


def stream_subjects(session: Session, after: int = 0) -> Generator[SideRow, None, None]:
    """Yield the side rows of the entries after a number in order, in the session's snapshot."""
    for row in _stream(session, _SUBJECTS.format(after=int(after))):
        yield SideRow(*row)


def _stream(session: Session, statement: str) -> Generator[Any, None, None]:
    connection = session.connection()
    driver = connection.connection.dbapi_connection
    assert driver is not None
    on_server = connection.dialect.name == POSTGRESQL
    cursor = driver.cursor(name=f"ledger_{next(_CURSORS)}", binary=True) if on_server else driver.cursor()
    with closing(cursor):
        cursor.execute(statement)
        while rows := cursor.fetchmany(BATCH):
            yield from rows
