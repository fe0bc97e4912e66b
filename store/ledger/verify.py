"""Verification: walk the chain over the stored bytes, hold it against the checkpoints, name the first bad entry.

The database's own checkpoints can be replaced together with its entries; those kept outside cannot, so what lies before
the last outside checkpoint is proven and what lies after it is only consistent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlmodel import Session, select

from store.database import Database
from store.ledger.checkpoints import Checkpoint, CheckpointRow, open_checkpoint, read_notes
from store.ledger.entries import GENESIS, SideRow, subjects_digest
from store.ledger.stream import StoredEntry, stream_entries, stream_subjects


@dataclass(frozen=True)
class Verification:
    """What verification found.

    ``entries`` counts those found good; ``first_bad`` names the first bad one and ``reason`` says in a sentence why.
    ``last_checkpoint`` is the size the newest outside checkpoint vouches for, ``after_checkpoint`` how many entries lie
    after it.
    """

    ok: bool
    entries: int
    first_bad: int | None
    reason: str
    last_checkpoint: int | None
    after_checkpoint: int


@dataclass(frozen=True)
class Fault:
    """The first bad entry and why."""

    seq: int
    reason: str


def verify_ledger(database: Database, key: Ed25519PublicKey, folder: Path) -> Verification:
    """Verify a ledger against the checkpoints inside it and those in ``folder``, in memory that does not grow."""
    outside = read_notes(folder)
    with database.reading() as session:
        marks = _Marks(key)
        marks.read_outside(outside)
        marks.read_inside(session)
        walk = _Walk(marks.by_seq, stream_subjects(session))
        fault = walk.find_fault(stream_entries(session)) or marks.fault
    last = max((seq for seq in outside if seq in marks.by_seq), default=None)
    return Verification(
        ok=fault is None,
        entries=walk.good,
        first_bad=fault.seq if fault else None,
        reason=fault.reason if fault else "",
        last_checkpoint=last,
        after_checkpoint=max(0, walk.good - (last or 0)),
    )


class _Marks:
    """Every checkpoint that can be trusted, by size, and the first that cannot."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.by_seq: dict[int, Checkpoint] = {}
        self.fault: Fault | None = None

    def read_outside(self, notes: Mapping[int, str]) -> None:
        for seq, note in notes.items():
            self._add(seq, note, "outside the database")

    def read_inside(self, session: Session) -> None:
        for row in session.exec(select(CheckpointRow).order_by("seq")):
            self._add(row.seq, row.note, "inside the database")

    def _add(self, seq: int, note: str, where: str) -> None:
        opened = open_checkpoint(self._key, note)
        if opened is None or opened.seq != seq:
            reason = f"The checkpoint {where} for entry {seq} is not signed by the ledger's key."
        elif self.by_seq.setdefault(seq, opened).hash != opened.hash:
            reason = f"The checkpoints inside and outside the database disagree about entry {seq}."
        else:
            return
        self.fault = self.fault or Fault(seq, reason)


class _Walk:
    """One pass over the chain: ``good`` counts the entries that hold, ``sure`` those that a checkpoint vouches for."""

    def __init__(self, marks: Mapping[int, Checkpoint], subjects: Iterator[SideRow]) -> None:
        self._marks = marks
        self._subjects = subjects
        self._next_subject = next(subjects, None)
        self.good = 0
        self.sure = 0

    def find_fault(self, entries: Iterator[StoredEntry]) -> Fault | None:
        """Return the first fault of the chain, its side rows and its checkpoints, or None."""
        head, expected, marks = GENESIS, 1, self._marks
        for row in entries:
            seq, prev, stored, subjects, text = row
            if seq != expected or prev != head or sha256(prev + text).digest() != stored:
                return _broken_link(row, expected, head)
            if seq in marks:
                if marks[seq].hash != stored:
                    return _replaced(self.sure + 1, seq)
                self.sure = seq
            if (subjects or self._next_subject is not None) and not self._subjects_hold(seq, subjects):
                return Fault(seq, f"The people named by entry {seq} were changed, added or removed.")
            head, self.good, expected = stored, seq, seq + 1
        return self._missing_end()

    def _subjects_hold(self, seq: int, digest: str) -> bool:
        pending = self._next_subject
        if pending is None or pending.seq > seq:
            return not digest
        return subjects_digest(self._take_subjects(seq)) == digest

    def _take_subjects(self, seq: int) -> Iterator[SideRow]:
        while self._next_subject is not None and self._next_subject.seq <= seq:
            yield self._next_subject
            self._next_subject = next(self._subjects, None)

    def _missing_end(self) -> Fault | None:
        beyond = [seq for seq in self._marks if seq > self.good]
        if beyond:
            reason = f"The entries from {self.good + 1} to {max(beyond)} are gone; a checkpoint vouches for them."
            return Fault(self.good + 1, reason)
        if self._next_subject is not None:
            return Fault(self._next_subject.seq, "People are named by an entry that does not exist.")
        return None


def _replaced(first: int, last: int) -> Fault:
    which = f"Entry {first} was" if first == last else f"Entries among {first} to {last} were"
    return Fault(first, f"{which} replaced and linked anew: the checkpoint for entry {last} says otherwise.")


def _broken_link(row: StoredEntry, expected: int, head: bytes) -> Fault:
    """Name the entry at fault: a missing one, the one that was edited, or the one before where this one still holds."""
    seq, prev, stored, _, text = row
    if seq != expected:
        return Fault(expected, f"Entry {expected} is missing; entry {seq} follows entry {expected - 1}.")
    if prev != head and seq > 1 and sha256(prev + text).digest() == stored:
        return Fault(seq - 1, f"Entry {seq - 1} was replaced: entry {seq} links to another one.")
    return Fault(seq, f"Entry {seq} was changed: its content does not match its hash.")
