"""Keys that a source holds twice: the first row counts, and the data office hears of it (R31, S58)."""

from collections import Counter
from collections.abc import Iterator

from agents.roster.campus import Campus
from domain.errors import DuplicateKey
from domain.findings import Finding, Severity
from store.staging_tables import person_text, section_text

SHOWN = 5


def find_doubled_keys(campus: Campus) -> Iterator[Finding]:
    """Find people, sections and LMS sections whose key stands in the source more than once."""
    snapshots = campus.snapshots
    people = Counter(person_text(person.sis_id) for person in snapshots.people.rows)
    sections = Counter(section_text(section.key) for section in snapshots.sections.rows)
    places = Counter(section_text(place.key) for place in snapshots.lms_sections.rows if place.key)
    yield from _word(snapshots.people.source, "people", people, named=False)
    yield from _word(snapshots.sections.source, "sections", sections, named=True)
    yield from _word(snapshots.lms_sections.source, "sections", places, named=True)


def _word(source: str, noun: str, counts: Counter[str], *, named: bool) -> Iterator[Finding]:
    """Word the doubled keys of one source; ids of people are counted and not shown."""
    doubled = sorted(key for key, count in counts.items() if count > 1)
    if not doubled:
        return
    shown = f" ({', '.join(doubled[:SHOWN])})" if named else ""
    yield Finding(
        code=DuplicateKey.code,
        severity=Severity.WARNING,
        subject=f"{source} {noun}",
        message=f"{len(doubled)} keys stand in the source more than once{shown}; the first row of each counts.",
        fix="Correct the records at the source.",
    )
