"""What the SIS expects: one registration per student and section, and everyone who teaches (R41, R51, R52)."""

from collections.abc import Iterator
from typing import NamedTuple

from agents.roster.campus import Campus
from domain.errors import DuplicateKey, InvalidRecord
from domain.findings import Finding, Severity
from domain.ids import SectionKey
from domain.records import Registration, RegistrationStatus, Section, SectionInstructor
from domain.rules.facts import Expectation
from domain.rules.instructors import teaching_staff
from domain.rules.ordering import current_registration, is_contradiction
from store.staging_tables import section_text


class Key(NamedTuple):
    """The normalised key of one person in one section."""

    section: str
    person: str


def expected_students(campus: Campus) -> tuple[dict[Key, Registration], tuple[Finding, ...]]:
    """Reduce the registrations to the one that counts per student and section (R51), naming contradictions."""
    first: dict[Key, Registration] = {}
    repeated: dict[Key, list[Registration]] = {}
    texts: dict[SectionKey, str] = {}
    for registration in campus.snapshots.registrations.rows:
        section = texts.get(registration.section) or texts.setdefault(
            registration.section, section_text(registration.section)
        )
        key = Key(section, campus.person_key(registration.person))
        if key in first:
            repeated.setdefault(key, [first[key]]).append(registration)
        else:
            first[key] = registration
    for key, records in repeated.items():
        first[key] = current_registration(records)
    contradictions = tuple(_contradiction(key) for key, records in repeated.items() if is_contradiction(records))
    return first, (*contradictions, *_unreadable(campus))


def _contradiction(key: Key) -> Finding:
    return Finding(
        code=DuplicateKey.code,
        severity=Severity.WARNING,
        subject=f"section {key.section}",
        message="One student is registered and not registered here by two records of the same version.",
        fix="Correct the record in the SIS; until then the active one counts.",
    )


def _unreadable(campus: Campus) -> Iterator[Finding]:
    """Group registrations whose status code nobody has mapped, one finding per code (S58)."""
    counts: dict[str, int] = {}
    for registration in campus.snapshots.registrations.rows:
        if registration.status is RegistrationStatus.UNKNOWN:
            counts[registration.status_code] = counts.get(registration.status_code, 0) + 1
    for code, count in sorted(counts.items()):
        yield Finding(
            code=InvalidRecord.code,
            severity=Severity.WARNING,
            subject=f"registration status {code or 'without code'}",
            message=f"{count} registrations carry a status that is not mapped; they are not changed.",
            fix="Add the code to registration_codes of the institution.",
        )


def expected_teachers(campus: Campus) -> dict[Key, Expectation]:
    """Return who teaches what; the primary instructor of a lecture teaches each of its labs (R41)."""
    expected: dict[Key, Expectation] = {}
    for text, section in campus.sections.items():
        for person in _staff(campus, section):
            role = Expectation.ASSISTANT if person.assistant else Expectation.TEACHER
            key = Key(text, campus.person_key(person.sis_id))
            expected[key] = min(role, expected.get(key, role))
    return expected


def _staff(campus: Campus, section: Section) -> tuple[SectionInstructor, ...]:
    if section.linked_to is None:
        return section.instructors
    lecture = campus.sections.get(section_text(SectionKey(section.key.term, section.linked_to)))
    return teaching_staff(section, lecture)
