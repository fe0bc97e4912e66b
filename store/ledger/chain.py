"""The head of the chain: read it and add to it inside one transaction, with one writer at a time across processes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from store.database import POSTGRESQL
from store.ledger.entries import GENESIS, LinkedRow, SideRow

LOCK_KEY = 7_091_318_462
"""The PostgreSQL advisory lock that the ledger's writers take until their transaction ends."""
ENTRY_COLUMNS = "seq, at, kind, actor, run, subjects, body, prev, hash"
SUBJECT_COLUMNS = "seq, position, handle, sealed"


class Head(NamedTuple):
    """The last entry: how many there are and its hash."""

    seq: int
    hash: bytes


def lock_chain(connection: Connection) -> None:
    """Wait until no other transaction can append; SQLite transactions hold the write lock from their start."""
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))


def read_head(connection: Connection) -> Head:
    """Return the last entry, or zero and the genesis hash for an empty ledger."""
    row = connection.exec_driver_sql("SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1").first()
    return Head(row[0], bytes(row[1])) if row else Head(0, GENESIS)


def read_hashes(connection: Connection, first: int, last: int) -> Iterator[bytes]:
    """Yield the stored hashes of the entries from ``first`` to ``last`` in order."""
    statement = text("SELECT hash FROM ledger_entry WHERE seq BETWEEN :first AND :last ORDER BY seq")
    for (stored,) in connection.execute(statement, {"first": first, "last": last}):
        yield bytes(stored)


def insert_entries(connection: Connection, rows: Sequence[LinkedRow]) -> None:
    """Write linked entries in order."""
    _insert(connection, "ledger_entry", ENTRY_COLUMNS, rows)


def insert_subjects(connection: Connection, rows: Sequence[SideRow]) -> None:
    """Write the side rows of an entry that is about to be written."""
    _insert(connection, "ledger_subject", SUBJECT_COLUMNS, rows)


def _insert(connection: Connection, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    mark = "%s" if connection.dialect.name == POSTGRESQL else "?"
    places = ", ".join(mark for _ in columns.split(", "))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
    connection.exec_driver_sql(statement, rows[0] if len(rows) == 1 else list(rows))
