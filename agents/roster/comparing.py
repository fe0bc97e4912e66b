"""The comparison of everything expected with everything found, for one event in Python and for a term in DuckDB.

Both take the same decision: Python by calling it, DuckDB by looking it up; a test holds them together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.roster.campus import Campus
from agents.roster.expected import Key, expected_students, expected_teachers
from agents.roster.found import Found, FoundRow, found_rows
from agents.roster.standings import person_standings, section_standings
from domain.calendar import add_period_over, census_on
from domain.findings import Finding
from domain.institution import WaitlistPractice
from domain.lms import LmsState
from domain.records import Registration, RegistrationStatus, Section
from domain.rules.decision import decide
from domain.rules.facts import (
    LIVE_STATES,
    Expectation,
    Facts,
    PersonStanding,
    Provenance,
    RoleRelation,
    SectionStanding,
)
from domain.rules.instructors import grace_over
from domain.rules.registrations import LEFT, census_side, expectation_of, is_audit, waitlist_practice


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a term by key, with the standings of sections and people."""

    campus: Campus
    registrations: Mapping[Key, Registration]
    teachers: Mapping[Key, Expectation]
    found: Found
    sections: Mapping[str, SectionStanding]
    people: Mapping[str, PersonStanding]
    findings: tuple[Finding, ...]


def lay_out(campus: Campus) -> Sides:
    """Bring both systems into the shape in which they are compared."""
    registrations, findings = expected_students(campus)
    return Sides(
        campus=campus,
        registrations=registrations,
        teachers=expected_teachers(campus),
        found=found_rows(campus, registrations.keys()),
        sections=section_standings(campus),
        people=person_standings(campus),
        findings=findings,
    )


def compare_in_python(sides: Sides) -> dict[tuple[Key, bool], Facts]:
    """Return the facts of every row that is not silent, by key and whether it is a teaching row."""
    rows = {(key, False): facts for key, facts in _students(sides)}
    rows |= {(key, True): facts for key, facts in _teachers(sides)}
    return {key: facts for key, facts in rows.items() if not decide(facts).silent}


def _students(sides: Sides) -> Iterator[tuple[Key, Facts]]:
    for key in sides.registrations.keys() | sides.found.students.keys():
        registration = sides.registrations.get(key)
        expectation = expectation_in(sides, key, registration) if registration else Expectation.ABSENT
        yield key, facts_of(sides, key, expectation, sides.found.students.get(key))


def _teachers(sides: Sides) -> Iterator[tuple[Key, Facts]]:
    for key in sides.teachers.keys() | sides.found.teachers.keys():
        yield (
            key,
            facts_of(sides, key, sides.teachers.get(key, Expectation.NOT_TEACHING), sides.found.teachers.get(key)),
        )


def expectation_in(sides: Sides, key: Key, registration: Registration) -> Expectation:
    """Return what a registration means in its section; in a section the SIS does not list it means nothing."""
    section = sides.campus.sections.get(key.section)
    if section is None:
        return Expectation.ABSENT
    left_on = registration.status_on if registration.status in LEFT else None
    return expectation_of(
        registration.status,
        census_side(left_on, census_on(section, sides.campus.institution)),
        audit=is_audit(registration, sides.campus.institution.auditor_role),
        waitlist=practice_in(sides.campus, section),
        has_labs=section.key in sides.campus.lectures,
    )


def practice_in(campus: Campus, section: Section) -> WaitlistPractice:
    """Return the waitlist practice in force in a section today (R54)."""
    over = add_period_over(section, campus.institution, campus.today)
    return waitlist_practice(campus.institution.waitlist, add_period_over=over)


def facts_of(sides: Sides, key: Key, expectation: Expectation, row: FoundRow | None) -> Facts:
    """Gather the facts of one row."""
    relation = relation_of(sides, key, expectation, row)
    return Facts(
        expectation=expectation,
        state=row.first.state if row else LmsState.ABSENT,
        relation=relation,
        provenance=_provenance(expectation, _changed_row(sides, key, expectation, relation, row)),
        section=sides.sections.get(key.section, SectionStanding.UNKNOWN_TO_SIS),
        person=sides.people.get(key.person, PersonStanding.ACCOUNT),
    )


def relation_of(sides: Sides, key: Key, expectation: Expectation, row: FoundRow | None) -> RoleRelation:
    """Say how the roles found relate to the one expected (R55, R59)."""
    if is_crossed(sides, key):
        fresh = is_in_grace(sides.campus, sides.found.teachers[key])
        return RoleRelation.CROSSED_IN_GRACE if fresh else RoleRelation.CROSSED
    wanted = expectation.role
    if row is None or wanted is None:
        return RoleRelation.SAME
    if row.second is not None and wanted in {row.first.role, row.second.role}:
        return RoleRelation.BOTH
    return RoleRelation.SAME if row.first.role is wanted else RoleRelation.OTHER


def is_crossed(sides: Sides, key: Key) -> bool:
    """Tell whether a registered student holds a live teaching row that the SIS does not give (R59)."""
    row, registration = sides.found.teachers.get(key), sides.registrations.get(key)
    if row is None or registration is None or key in sides.teachers:
        return False
    return registration.status is RegistrationStatus.REGISTERED and row.first.state in LIVE_STATES


def is_in_grace(campus: Campus, row: FoundRow) -> bool:
    """Tell whether a teaching row is younger than the grace window of wrong roles (R59)."""
    return not grace_over(row.first.created_at, campus.now, campus.institution.wrong_role_grace_days)


def _changed_row(
    sides: Sides, key: Key, expectation: Expectation, relation: RoleRelation, row: FoundRow | None
) -> FoundRow | None:
    """Return the row that would be changed: for a student with teaching rights the teaching row (R59)."""
    crossed = relation.crossed and expectation.role is not None
    return sides.found.teachers[key] if crossed else row


def _provenance(expectation: Expectation, row: FoundRow | None) -> Provenance:
    """Return who made the row that would be changed: the wrong one, where there are two."""
    if row is None:
        return Provenance.SIS
    other = row.second if row.second is not None and row.first.role is expectation.role else None
    return Provenance.SIS if (other or row.first).made_by_sis else Provenance.MANUAL
