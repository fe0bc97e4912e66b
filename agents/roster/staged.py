"""The comparison of a whole term: both sides written to Parquet, compared in DuckDB, loud rows brought back."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from agents.roster.campus import Campus
from agents.roster.comparing import Sides, is_in_grace, practice_in
from agents.roster.expected import Key
from agents.roster.found import FoundRow
from domain.calendar import census_on
from domain.lms import LmsRole
from domain.records import Registration
from domain.rules.facts import Facts, PersonStanding
from domain.rules.registrations import LEFT, is_audit
from domain.rules.table import STATE_NUMBERS, facts_at
from store import staging_tables as tables
from store.staging import Staging
from store.staging_compare import compare, load_rules


def compare_in_database(sides: Sides, parent: Path | None = None) -> dict[tuple[Key, bool], Facts]:
    """Return the facts of every row that is not silent, by key and whether it is a teaching row.

    ``parent`` is the folder for the short-lived snapshots; the system's own temporary folder if None.
    """
    with Staging(parent) as staging:
        write_sides(staging, sides)
        with staging.connect() as connection:
            load_rules(connection)
            loud = compare(connection)
    rows = [(Key(row.section, row.person), facts_at(row.code)) for row in loud]
    return {(key, facts.expectation.teaching): facts for key, facts in rows}


def write_sides(staging: Staging, sides: Sides) -> None:
    """Write both sides and what the joins look up."""
    _write_registrations(staging, sides.registrations, sides.campus.institution.auditor_role)
    _write_teaching(staging, sides)
    _write_sections(staging, sides)
    _write_people(staging, sides.people)
    _write_rows(staging, "student_row", sides.campus, sides.found.students)
    _write_rows(staging, "teaching_row", sides.campus, sides.found.teachers)


def _write_registrations(staging: Staging, registrations: Mapping[Key, Registration], auditor_role: LmsRole) -> None:
    records = registrations.values()
    columns: Mapping[str, list[object]] = {
        "section": [key.section for key in registrations],
        "person": [key.person for key in registrations],
        "status": [tables.STATUS_NUMBERS[record.status] for record in records],
        "audit": [is_audit(record, auditor_role) for record in records],
        "left_on": [_left_on(record) for record in records],
    }
    staging.write("registration", tables.registration_schema(), columns)


def _left_on(registration: Registration) -> date | None:
    return registration.status_on if registration.status in LEFT else None


def _write_teaching(staging: Staging, sides: Sides) -> None:
    columns: Mapping[str, list[object]] = {
        "section": [key.section for key in sides.teachers],
        "person": [key.person for key in sides.teachers],
        "expectation": [int(expectation) for expectation in sides.teachers.values()],
    }
    staging.write("teaching", tables.teaching_schema(), columns)


def _write_sections(staging: Staging, sides: Sides) -> None:
    campus = sides.campus
    known = [campus.sections.get(text) for text in sides.sections]
    columns: Mapping[str, list[object]] = {
        "section": list(sides.sections),
        "standing": [int(standing) for standing in sides.sections.values()],
        "census_on": [census_on(section, campus.institution) if section else None for section in known],
        "practice": [tables.PRACTICE_NUMBERS[practice_in(campus, section)] if section else None for section in known],
        "has_labs": [section.key in campus.lectures if section else None for section in known],
    }
    staging.write("section", tables.section_schema(), columns)


def _write_people(staging: Staging, people: Mapping[str, PersonStanding]) -> None:
    columns: Mapping[str, list[object]] = {
        "person": list(people),
        "standing": [int(standing) for standing in people.values()],
    }
    staging.write("person", tables.person_schema(), columns)


def _write_rows(staging: Staging, table: str, campus: Campus, rows: Mapping[Key, FoundRow]) -> None:
    found = rows.values()
    columns: Mapping[str, list[object]] = {
        "section": [key.section for key in rows],
        "person": [key.person for key in rows],
        "role": [_role(row.first.role) for row in found],
        "state": [STATE_NUMBERS[row.first.state] for row in found],
        "manual": [not row.first.made_by_sis for row in found],
        "second_role": [_role(row.second.role) if row.second else None for row in found],
        "second_manual": [not row.second.made_by_sis if row.second else None for row in found],
        "in_grace": [is_in_grace(campus, row) for row in found],
    }
    staging.write(table, tables.row_schema(), columns)


def _role(role: LmsRole) -> int:
    return tables.ROLE_NUMBERS[role]
