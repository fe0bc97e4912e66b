"""What detection hands on: differences with their remedies, findings about the sources, counts and the pre-flight.

Everything here names people by record handle only, so it may stand in graph state and in the ledger.
"""

from collections import Counter
from datetime import datetime

from domain.changes import Change
from domain.findings import Discrepancy, DiscrepancyType, Finding, Handling, Severity
from domain.ids import SectionKey, TermCode
from domain.records import Record


class Difference(Record):
    """One discrepancy and the changes that would settle it, in order; none where a person must choose or wait."""

    discrepancy: Discrepancy
    remedy: tuple[Change, ...] = ()


class SectionCount(Record):
    """How many students each system has in one section, and how many of them only one has (S51, S52)."""

    section: SectionKey
    sis: int
    lms: int
    only_sis: int
    only_lms: int


class Preflight(Record):
    """The counts looked at before anything is written (S51, S52).

    ``sections`` holds only those that differ; ``held`` those where so many would be removed that a person must look;
    ``stopped`` tells that the run must go no further, and ``reason`` why.
    """

    sis_total: int = 0
    lms_total: int = 0
    sections: tuple[SectionCount, ...] = ()
    held: tuple[SectionKey, ...] = ()
    stopped: bool = False
    reason: str = ""


class Detection(Record):
    """The outcome of comparing one term, or of looking at one event."""

    term: TermCode
    detected_at: datetime
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    preflight: Preflight = Preflight()
    compared: int = 0

    @property
    def discrepancies(self) -> tuple[Discrepancy, ...]:
        """The discrepancies alone, for the report and the published file."""
        return tuple(difference.discrepancy for difference in self.differences)

    @property
    def counts(self) -> dict[DiscrepancyType, int]:
        """How many discrepancies there are of each type."""
        return dict(Counter(each.discrepancy.type for each in self.differences))

    @property
    def stopped(self) -> bool:
        """Whether the run must stop before anything is proposed (R66, S51)."""
        return self.preflight.stopped or any(finding.severity is Severity.STOP for finding in self.findings)

    @property
    def requeued(self) -> tuple[Discrepancy, ...]:
        """Those that wait for something to arrive, such as a login (R7)."""
        return tuple(each for each in self.discrepancies if each.handling is Handling.REQUEUE)
