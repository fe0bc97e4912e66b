"""Which sources may be believed, and how far: an empty or shrunken one stops the term, an incomplete one proves no
absence (R66, R68, R70)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agents.roster.snapshots import SIS_SOURCES, RosterSnapshots, SourceCounts
from domain.errors import EmptySource, IncompleteFetch, SourceShrank
from domain.findings import Finding, Severity
from domain.ids import SectionKey
from domain.ports import Fetch
from domain.rules.bulk import BulkLimits, has_shrunk, is_empty_source, may_conclude_from_absence
from store.staging_tables import section_text


@dataclass(frozen=True, slots=True)
class Trust:
    """What absence proves: ``incomplete`` sources prove none, nor do those named for single sections."""

    incomplete: frozenset[str] = frozenset()
    sections: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def proves_absence(self, source: str, section: str | None = None) -> bool:
        """Tell whether a row missing from ``source`` is really not there (R70)."""
        return source not in self.incomplete and section not in self.sections.get(source, frozenset())

    def leaves_out(self, section: str) -> bool:
        """Tell whether a section's roster in the LMS could not be read, so that nothing about it is compared (R70)."""
        return section in self.sections.get("enrollments", frozenset())


_READ_THROUGH: Mapping[str, tuple[str, ...]] = {"courses": ("lms_sections",)}
"""Sources that can be no more complete than the one they are read through."""


def weigh_sources(snapshots: RosterSnapshots) -> tuple[Trust, tuple[Finding, ...]]:
    """Say which sources are incomplete: whole, or for the sections that the source itself names in its findings.

    Sections of the LMS are read course by course, so where courses are missing, sections are too.
    """
    whole: set[str] = set()
    parts: dict[str, frozenset[str]] = {}
    findings: list[Finding] = []
    for name, fetch in snapshots.fetches().items():
        if may_conclude_from_absence(complete=fetch.complete, rows=len(fetch.rows), expected=fetch.expected):
            continue
        named = _named_sections(fetch)
        findings.append(_incomplete(name, fetch, named))
        if named:
            parts[name] = named
        else:
            whole |= {name, *_READ_THROUGH.get(name, ())}
    return Trust(frozenset(whole), parts), tuple(findings)


def _named_sections(fetch: Fetch[object]) -> frozenset[str]:
    """Return the sections an incomplete fetch blames, or none where anything else is missing too."""
    blamed = [finding.subject for finding in fetch.findings if finding.code == IncompleteFetch.code]
    keys = [SectionKey.parse(subject.removeprefix("section ")) for subject in blamed]
    if not keys or any(key is None for key in keys):
        return frozenset()
    return frozenset(section_text(key) for key in keys if key is not None)


def _incomplete(name: str, fetch: Fetch[object], sections: frozenset[str]) -> Finding:
    where = f"for {len(sections)} sections" if sections else "as a whole"
    total = f" of {fetch.expected}" if fetch.expected is not None else ""
    return Finding(
        code=IncompleteFetch.code,
        severity=Severity.WARNING,
        subject=f"{fetch.source} {name}",
        message=f"The read of {name} is incomplete {where}: {len(fetch.rows)}{total} rows arrived. "
        "Nothing is concluded from what is missing there.",
        fix="Run again once the source answers completely.",
    )


def find_stops(snapshots: RosterSnapshots, earlier: SourceCounts | None, limits: BulkLimits) -> Iterator[Finding]:
    """Find the reasons to stop the term: a source that is empty, or that lost too much since last time (R66, R68)."""
    fetches = snapshots.fetches()
    for name, fetch in fetches.items():
        known = earlier.rows.get(name) if earlier else None
        if is_empty_source(len(fetch.rows), known or _counterpart(name, snapshots)):
            yield _empty(name, fetch)
        elif has_shrunk(len(fetch.rows), known, limits.shrunk_share):
            yield _shrunk(name, fetch, known or 0)


def _counterpart(name: str, snapshots: RosterSnapshots) -> int:
    """Return how many rows of the LMS show that an SIS source cannot be empty.

    An LMS source may be empty: a term has to be provisioned for the first time. Only an earlier run knows better.
    """
    if name not in SIS_SOURCES:
        return 0
    return len(snapshots.enrollments.rows) or len(snapshots.lms_sections.rows)


def _empty(name: str, fetch: Fetch[object]) -> Finding:
    return Finding(
        code=EmptySource.code,
        severity=Severity.STOP,
        subject=f"{fetch.source} {name}",
        message=f"The read of {name} returned nothing although the other system shows rows; the term is not compared.",
        fix="Check the export and the credential of the source, then run again.",
    )


def _shrunk(name: str, fetch: Fetch[object], known: int) -> Finding:
    return Finding(
        code=SourceShrank.code,
        severity=Severity.STOP,
        subject=f"{fetch.source} {name}",
        message=f"The read of {name} fell from {known} to {len(fetch.rows)} rows; the term is not compared.",
        fix="Confirm with the data office that the loss is real, then run again with the new count accepted.",
    )
