"""Verification: walk the chain over the stored bytes, hold it against the checkpoints, name the first bad entry.

The database's own checkpoints can be replaced together with its entries; those kept outside cannot, so what lies before
the last outside checkpoint is proven and what lies after it is only consistent.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlmodel import Session, col, select

from store.database import Database
from store.ledger.chain import read_hashes
from store.ledger.checkpoints import HASH_START, Checkpoint, CheckpointRow, open_checkpoint, read_notes, read_starts
from store.ledger.stream import stream_entries, stream_subjects
from store.ledger.walk import Fault, Walk


@dataclass(frozen=True)
class Verification:
    """What verification found.

    ``entries`` counts those found good; ``first_bad`` names the first bad one and ``reason`` says in a sentence why.
    ``last_checkpoint`` is the size the newest outside checkpoint vouches for, ``after_checkpoint`` how many good
    entries lie after it.
    """

    ok: bool
    entries: int
    first_bad: int | None
    reason: str
    last_checkpoint: int | None
    after_checkpoint: int


def verify_ledger(database: Database, key: Ed25519PublicKey, folder: Path) -> Verification:
    """Verify a ledger against the checkpoints inside it and those in ``folder``, in memory that does not grow."""
    outside = read_notes(folder)
    marks = _Marks(key)
    marks.add_all(outside, "outside")
    with database.reading() as session:
        marks.add_all(_notes_inside(session), "inside")
        with closing(stream_entries(session)) as entries, closing(stream_subjects(session)) as subjects:
            walk = Walk(marks.by_seq, subjects)
            fault = walk.find_fault(entries)
        if fault is not None and fault.contradicts is not None:
            fault = _narrow(session, folder, fault, fault.contradicts)
    return _conclude(
        walk.good, fault or marks.fault, max((seq for seq in outside if seq in marks.by_seq), default=None)
    )


def verify_since_checkpoint(database: Database, key: Ed25519PublicKey, folder: Path) -> Verification:
    """Verify what lies after the newest outside checkpoint, and that the entry it names is the one it signed.

    A quick look for every day; ``verify_ledger`` walks everything. A ledger without a checkpoint is walked whole.
    """
    marks = _Marks(key)
    marks.add_all(read_notes(folder), "outside")
    last = max(marks.by_seq.values(), key=lambda mark: mark.seq, default=None)
    if last is None or marks.fault is not None:
        return verify_ledger(database, key, folder)
    with database.reading() as session:
        stored = next(read_hashes(session.connection(), last.seq, last.seq), None)
        if stored != last.hash:
            return verify_ledger(database, key, folder)
        with (
            closing(stream_entries(session, last.seq)) as entries,
            closing(stream_subjects(session, last.seq)) as subjects,
        ):
            walk = Walk({}, subjects, last)
            fault = walk.find_fault(entries)
    return _conclude(walk.good, fault, last.seq)


def _conclude(good: int, fault: Fault | None, last: int | None) -> Verification:
    return Verification(
        ok=fault is None,
        entries=good,
        first_bad=fault.seq if fault else None,
        reason=fault.reason if fault else "",
        last_checkpoint=last,
        after_checkpoint=max(0, good - (last or 0)),
    )


def _notes_inside(session: Session) -> dict[int, str]:
    return {row.seq: row.note for row in session.exec(select(CheckpointRow).order_by(col(CheckpointRow.seq)))}


class _Marks:
    """Every checkpoint that can be trusted, by size, and the first that cannot."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.by_seq: dict[int, Checkpoint] = {}
        self.fault: Fault | None = None

    def add_all(self, notes: Mapping[int, str], where: str) -> None:
        """Check notes by the entry they are filed under and keep those that hold."""
        for seq, note in notes.items():
            reason = self._add(seq, note, where)
            if reason and self.fault is None:
                self.fault = Fault(seq, reason)

    def _add(self, seq: int, note: str, where: str) -> str:
        opened = open_checkpoint(self._key, note)
        if opened is None or opened.seq != seq:
            return f"The checkpoint {where} the database for entry {seq} is not signed by the ledger's key."
        if self.by_seq.setdefault(seq, opened).hash != opened.hash:
            return f"The checkpoints inside and outside the database disagree about entry {seq}."
        return ""


def _narrow(session: Session, folder: Path, fault: Fault, mark: Checkpoint) -> Fault:
    """Name the very entry that was replaced, from the hash starts kept beside the checkpoint, where they are there."""
    starts = read_starts(folder, mark)
    if not starts:
        return fault
    stored = read_hashes(session.connection(), mark.first, mark.seq)
    for place, value in enumerate(stored):
        if starts[place * HASH_START : (place + 1) * HASH_START] != value[:HASH_START]:
            seq = mark.first + place
            return Fault(
                seq, f"Entry {seq} was replaced and those after it linked anew: checkpoint {mark.seq} contradicts."
            )
    return fault
