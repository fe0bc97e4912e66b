"""Keeps what a student did in a class before their access to it ends, whoever ends it (R116).

Once an enrolment has ended the LMS may show its work no more. The drop workflow and the roster workflow may come in
either order, so both keep the evidence first; the better reading stays.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agents.drop.gathering import Evidence, Sources, gather_evidence, prefer
from domain.ids import RecordHandle, RunId, SectionKey
from domain.ports import Clock
from store.drops import DropRecords


@dataclass(frozen=True)
class EvidenceKeeper:
    """Reads and keeps evidence; ``sources`` opens the readers when they are first needed."""

    sources: Callable[[], Sources]
    drops: DropRecords
    clock: Clock

    def gather(self, person: RecordHandle, section: SectionKey) -> Evidence:
        """Return the better of what the LMS shows now and what was kept before."""
        fresh = gather_evidence(person, section, self.sources(), self.clock.now())
        return prefer(fresh, self._kept(person, section))

    def keep(self, person: RecordHandle, section: SectionKey, run: RunId) -> Evidence:
        """Keep the evidence as it is now, where it came whole, and return it; an LMS that cannot tell stops nothing."""
        evidence = self.gather(person, section)
        read = evidence.engagement
        if read is not None and read.complete:
            self.drops.keep_engagement(person, str(section), run, read.read_at, evidence.model_dump_json())
        return evidence

    def _kept(self, person: RecordHandle, section: SectionKey) -> Evidence | None:
        text = self.drops.engagement(person, str(section))
        return Evidence.model_validate_json(text) if text else None
