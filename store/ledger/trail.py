"""The ledger a page at a time, newest first: what is on record about one person, or of one run (S90, S119)."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from domain.ids import RecordHandle
from store.canonical import JSON
from store.database import Database
from store.ledger.entries import EntryRow, SubjectRow
from store.ledger.person_keys import PersonKeys, unseal_detail

MOST_NAMED = 50
"""People of one entry that a page names; the rest is counted."""


class TrailEntry(NamedTuple):
    """One entry as a page shows it; ``detail`` is what was sealed about the one person asked for, None where erased."""

    seq: int
    at: str
    kind: str
    actor: str
    run: str
    body: Mapping[str, JSON]
    hash: str
    people: tuple[RecordHandle, ...]
    about: int
    detail: JSON = None


def read_person_trail(
    database: Database, keys: PersonKeys, person: RecordHandle, before: int | None, limit: int
) -> tuple[TrailEntry, ...]:
    """Return the newest entries about a person that lie before an entry; of others in them nothing is told."""
    query = select(SubjectRow).where(col(SubjectRow.handle) == person)
    if before is not None:
        query = query.where(col(SubjectRow.seq) < before)
    with database.reading() as session:
        rows = session.exec(query.order_by(col(SubjectRow.seq).desc()).limit(limit)).all()
        entries = _entries(session, [row.seq for row in rows])
        cipher = keys.open_present(session.connection(), {person}).get(person)
    opened = {row.seq: unseal_detail(cipher, row.seq, row.position, row.sealed) for row in rows}
    return tuple(_entry(entries[seq], (person,), 1, opened[seq]) for seq in sorted(opened, reverse=True))


def read_run_trail(database: Database, run: str, before: int | None, limit: int) -> tuple[TrailEntry, ...]:
    """Return the newest entries of a run that lie before an entry, with whom each is about."""
    query = select(EntryRow).where(col(EntryRow.run) == run)
    if before is not None:
        query = query.where(col(EntryRow.seq) < before)
    with database.reading() as session:
        rows = session.exec(query.order_by(col(EntryRow.seq).desc()).limit(limit)).all()
        return tuple(_entry(row, *_subjects(session, row.seq)) for row in rows)


def _entries(session: Session, seqs: Sequence[int]) -> dict[int, EntryRow]:
    return {row.seq: row for row in session.exec(select(EntryRow).where(col(EntryRow.seq).in_(seqs)))}


def _subjects(session: Session, seq: int) -> tuple[tuple[RecordHandle, ...], int]:
    rows = select(SubjectRow.handle).where(col(SubjectRow.seq) == seq).order_by(col(SubjectRow.position))
    named = tuple(RecordHandle(handle) for handle in session.exec(rows.limit(MOST_NAMED)))
    count = session.exec(select(func.count()).select_from(SubjectRow).where(col(SubjectRow.seq) == seq)).one()
    return named, count


def _entry(row: EntryRow, people: tuple[RecordHandle, ...], about: int, detail: JSON = None) -> TrailEntry:
    body: Mapping[str, JSON] = json.loads(row.body)
    return TrailEntry(row.seq, row.at, row.kind, row.actor, row.run, body, row.hash.hex(), people, about, detail)
