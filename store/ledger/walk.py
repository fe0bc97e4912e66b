"""One pass over the chain that stops at the first fault: a broken link, a changed side row, a contradiction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from store.ledger.checkpoints import Checkpoint
from store.ledger.entries import GENESIS, SideRow, subjects_digest
from store.ledger.stream import StoredEntry


@dataclass(frozen=True)
class Fault:
    """The first bad entry and why; ``contradicts`` is the checkpoint that a chain in itself sound does not match."""

    seq: int
    reason: str
    contradicts: Checkpoint | None = None


class Walk:
    """``good`` counts the entries that hold, ``sure`` those that a checkpoint vouches for.

    ``start`` is a checkpoint to begin after, in place of the first entry.
    """

    def __init__(
        self, marks: Mapping[int, Checkpoint], subjects: Iterator[SideRow], start: Checkpoint | None = None
    ) -> None:
        self._marks = marks
        self._subjects = subjects
        self._next_subject = next(subjects, None)
        self._head = start.hash if start else GENESIS
        self.good = self.sure = start.seq if start else 0

    def find_fault(self, entries: Iterator[StoredEntry]) -> Fault | None:
        """Return the first fault of the chain, its side rows and its checkpoints, or None."""
        head, expected, marks = self._head, self.good + 1, self._marks
        for row in entries:
            seq, prev, stored, subjects, text = row
            if seq != expected or prev != head or sha256(prev + text).digest() != stored:
                return _broken_link(row, expected, head)
            if seq in marks:
                if marks[seq].hash != stored:
                    return _contradicted(self.sure + 1, marks[seq])
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
        last = max(self._marks, default=0)
        if last > self.good:
            reason = f"The entries from {self.good + 1} to {last} are gone; a checkpoint vouches for them."
            return Fault(self.good + 1, reason)
        if self._next_subject is not None:
            return Fault(self._next_subject.seq, "People are named by an entry that does not exist.")
        return None


def _contradicted(first: int, mark: Checkpoint) -> Fault:
    reason = f"An entry from {first} to {mark.seq} was replaced: the checkpoint for entry {mark.seq} says otherwise."
    return Fault(first, reason, mark)


def _broken_link(row: StoredEntry, expected: int, head: bytes) -> Fault:
    """Name the entry at fault: a missing one, the one that was edited, or the one before where this one still holds."""
    seq, prev, stored, _, text = row
    if seq != expected:
        return Fault(expected, f"Entry {expected} is missing; entry {seq} follows entry {expected - 1}.")
    if prev != head and seq > 1 and sha256(prev + text).digest() == stored:
        return Fault(seq - 1, f"Entry {seq - 1} was replaced: entry {seq} links to another one.")
    return Fault(seq, f"Entry {seq} was changed: its content does not match its hash.")
