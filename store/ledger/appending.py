"""Turns drafts into linked rows: seals each person's detail to its place and links each entry to the one before."""

from collections.abc import Sequence

from sqlalchemy import Connection

from store.ledger.chain import Head, insert_entries, insert_subjects, lock_chain, read_head
from store.ledger.entries import Draft, Entry, LinkedRow, SideRow, link_row, subjects_digest
from store.ledger.person_keys import PersonKeys, seal_detail


def append_drafts(connection: Connection, keys: PersonKeys, drafts: Sequence[Draft], at: str) -> list[Entry]:
    """Append every draft in order inside the connection's transaction; the caller commits."""
    lock_chain(connection)
    head = read_head(connection)
    linked: list[LinkedRow] = []
    for draft in drafts:
        named = _name_subjects(connection, keys, draft, head.seq + 1) if draft.subjects else ""
        linked.append(link_row(head, at, draft, named))
        head = Head(linked[-1].seq, linked[-1].hash)
    if linked:
        insert_entries(connection, linked)
    return [Entry(*row[:5], row.hash.hex()) for row in linked]


def _name_subjects(connection: Connection, keys: PersonKeys, draft: Draft, seq: int) -> str:
    """Write the side rows of an entry that is about to be written, and return their digest."""
    ciphers = keys.open_or_make(connection, (subject.handle for subject in draft.subjects if subject.detail))
    side = [
        SideRow(seq, place, handle, seal_detail(ciphers[handle], seq, place, detail) if detail else "")
        for place, (handle, detail) in enumerate(draft.subjects, start=1)
    ]
    insert_subjects(connection, side)
    return subjects_digest(side)
