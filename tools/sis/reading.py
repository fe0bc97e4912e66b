"""One pass over a source: what was wrong, and where absence proves nothing because of it (R70).

What was lost is held against the smallest thing it can be: a section where it is known, else the whole collection.
"""

from collections.abc import Iterable
from typing import TypeVar

from domain.errors import EmptySource, IncompleteFetch
from domain.findings import Finding, Severity
from domain.ids import SectionKey
from domain.ports import Clock, Fetch
from tools.sis.notes import Notes

T = TypeVar("T")
_SECTIONS_NAMED = 100


class Reading:
    """Collects the notes of one pass and counts the rows that could not be read."""

    def __init__(self, source: str) -> None:
        self.source, self.notes = source, Notes(source)
        self._whole, self._uncounted = True, 0
        self._lost: set[str] = set()
        self._sections: set[SectionKey] = set()

    @property
    def complete(self) -> bool:
        """Whether everything came."""
        return self._whole and not self._sections

    @property
    def missing(self) -> int:
        """How many rows could not be read, as far as is known."""
        return self._uncounted + len(self._lost)

    def lost(self, place: str) -> None:
        """Remember that one row could not be read, so that absence proves nothing; the same row counts once."""
        self._whole = False
        self._lost.add(place)

    def lost_some(self, rows: int) -> None:
        """Remember that so many rows never came, or an unknown number where it is zero."""
        self._whole = False
        self._uncounted += rows

    def lost_in(self, section: SectionKey, place: str) -> None:
        """Remember that a row of one section could not be read: absence proves nothing in that section only."""
        self._sections.add(section)
        self._lost.add(place)

    def note_empty(self, what: str) -> None:
        """Note that nothing came where something must be, which never means that all are gone (R66)."""
        self._whole = False
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
            findings=(*self.notes.findings(), *self._doubtful_sections()),
        )

    def _doubtful_sections(self) -> Iterable[Finding]:
        """Name the sections in which absence proves nothing, where nothing else is in doubt and they are few."""
        few = len(self._sections) <= _SECTIONS_NAMED
        for section in sorted(self._sections) if self._whole and few else ():
            yield Finding(
                code=IncompleteFetch.code,
                severity=Severity.WARNING,
                subject=f"section {section}",
                message="Not every row of this section could be read; absence from it proves nothing.",
                fix="Correct what the other findings name, and read again.",
            )
