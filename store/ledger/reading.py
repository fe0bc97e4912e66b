"""Reads entries of the ledger by the page, for those who oversee it."""

from collections.abc import Sequence

from sqlmodel import col, select

from store.database import Database
from store.ledger.entries import EntryRow, SubjectRow


def read_entries(
    database: Database, *, after: int = 0, limit: int = 100, run: str = "", kinds: Sequence[str] = ()
) -> tuple[EntryRow, ...]:
    """Return the entries after a place in the chain, in order, of one run and some kinds where given."""
    query = select(EntryRow).where(EntryRow.seq > after).order_by(col(EntryRow.seq)).limit(limit)
    query = query.where(EntryRow.run == run) if run else query
    query = query.where(col(EntryRow.kind).in_(kinds)) if kinds else query
    with database.reading() as session:
        return tuple(session.exec(query))


def read_people(database: Database, seqs: Sequence[int]) -> dict[int, list[str]]:
    """Return whom each entry is about, by record handle, in order."""
    query = select(SubjectRow.seq, SubjectRow.handle).where(col(SubjectRow.seq).in_(seqs))
    found: dict[int, list[str]] = {}
    with database.reading() as session:
        for seq, handle in session.exec(query.order_by(col(SubjectRow.seq), col(SubjectRow.position))):
            found.setdefault(seq, []).append(handle)
    return found


def last_entry(database: Database) -> int:
    """Return the place of the newest entry, 0 in an empty ledger."""
    with database.reading() as session:
        return session.exec(select(EntryRow.seq).order_by(col(EntryRow.seq).desc()).limit(1)).first() or 0
