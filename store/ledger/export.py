"""Exports for one person or one run: entries as JSON lines, with the details that can still be opened (S90, S119)."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from domain.ids import RecordHandle
from store.canonical import JSON, canonical_json
from store.database import Database
from store.ledger.entries import EntryRow, SubjectRow
from store.ledger.person_keys import PersonKeys, unseal_detail

BATCH = 500


def export_person(database: Database, keys: PersonKeys, person: RecordHandle) -> Iterator[str]:
    """Yield every entry about the person; details of anyone else in the same entry are left out."""
    with database.reading() as session:
        query = select(SubjectRow.seq).where(col(SubjectRow.handle) == person).distinct().order_by(col(SubjectRow.seq))
        seqs = list(session.exec(query))
        for start in range(0, len(seqs), BATCH):
            chosen = col(EntryRow.seq).in_(seqs[start : start + BATCH])
            entries = session.exec(select(EntryRow).where(chosen).order_by(col(EntryRow.seq))).all()
            yield from _lines(session, keys, entries, person)


def export_run(database: Database, keys: PersonKeys, run: str) -> Iterator[str]:
    """Yield every entry of the run with all the people it is about."""
    last = 0
    with database.reading() as session:
        query = select(EntryRow).where(col(EntryRow.run) == run).order_by(col(EntryRow.seq)).limit(BATCH)
        while entries := session.exec(query.where(col(EntryRow.seq) > last)).all():
            yield from _lines(session, keys, entries, None)
            last = entries[-1].seq


def _lines(
    session: Session, keys: PersonKeys, entries: Sequence[EntryRow], person: RecordHandle | None
) -> Iterator[str]:
    subjects = _read_subjects(session, [entry.seq for entry in entries], person)
    named = {row.handle for rows in subjects.values() for row in rows if row.sealed}
    ciphers = keys.open_present(session.connection(), named)
    for entry in entries:
        about = [
            _subject(row, unseal_detail(ciphers.get(row.handle), row.seq, row.position, row.sealed))
            for row in subjects[entry.seq]
        ]
        yield canonical_json(_entry(entry) | {"subjects": about})


def _read_subjects(session: Session, seqs: Sequence[int], person: RecordHandle | None) -> dict[int, list[SubjectRow]]:
    query = (
        select(SubjectRow).where(col(SubjectRow.seq).in_(seqs)).order_by(col(SubjectRow.seq), col(SubjectRow.position))
    )
    if person is not None:
        query = query.where(col(SubjectRow.handle) == person)
    found: dict[int, list[SubjectRow]] = defaultdict(list)
    for row in session.exec(query):
        found[row.seq].append(row)
    return found


def _entry(entry: EntryRow) -> dict[str, JSON]:
    labels = {"at": entry.at, "kind": entry.kind, "actor": entry.actor, "run": entry.run}
    return {"seq": entry.seq, **labels, "body": json.loads(entry.body), "hash": entry.hash.hex()}


def _subject(row: SubjectRow, detail: JSON) -> dict[str, JSON]:
    return {"handle": row.handle, "detail": detail, "erased": detail is None}
