"""One pass over a source: what was wrong, and whether everything it touched was whole (R70)."""

from collections.abc import Iterable
from typing import TypeVar

from domain.errors import EmptySource
from domain.findings import Severity
from domain.ports import Clock, Fetch
from tools.sis.notes import Notes

T = TypeVar("T")


class Reading:
    """Collects the notes of one pass and counts the rows that could not be read."""

    def __init__(self, source: str) -> None:
        self.source, self.notes = source, Notes(source)
        self.complete, self._uncounted = True, 0
        self._lost: set[str] = set()

    @property
    def missing(self) -> int:
        """How many rows could not be read, as far as is known."""
        return self._uncounted + len(self._lost)

    def lost(self, place: str) -> None:
        """Remember that one row could not be read, so that absence proves nothing; the same row counts once."""
        self.complete = False
        self._lost.add(place)

    def lost_some(self, rows: int) -> None:
        """Remember that so many rows never came, or an unknown number where it is zero."""
        self.complete = False
        self._uncounted += rows

    def note_empty(self, what: str) -> None:
        """Note that nothing came where something must be, which never means that all are gone (R66)."""
        self.complete = False
        self.notes.add(
            EmptySource,
            f"The source has no {what}; this was not taken as everyone having left (R66).",
            place=what.split(" of ", maxsplit=1)[0],
            fix="Check the term code and the source, and read again.",
            severity=Severity.STOP,
        )

    def fetch(self, rows: Iterable[T], clock: Clock, *, announced: bool = False) -> Fetch[T]:
        """Close the pass; where the source announces totals, ``expected`` counts what came and what is missing."""
        kept = tuple(rows)
        return Fetch(
            source=self.source,
            rows=kept,
            complete=self.complete,
            read_at=clock.now(),
            expected=len(kept) + self.missing if announced else None,
            findings=self.notes.findings(),
        )
