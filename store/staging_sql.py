# ruff: noqa: S608 (built from our own enum numbers and table names; nothing from outside enters it)
"""The SQL of the term comparison: what the joins look up and how the code of a row's facts is computed."""

from domain.lms import LmsState
from domain.records import RegistrationStatus
from domain.rules.facts import LIVE_STATES, Expectation, PersonStanding, RoleRelation, SectionStanding
from domain.rules.registrations import CensusSide
from domain.rules.table import STATE_NUMBERS, code_sql
from store.staging_tables import PRACTICES, ROLE_NUMBERS, STATUS_NUMBERS

SIDES = tuple(CensusSide)
FLAGS = (False, True)


def role_number(expectation: Expectation) -> int | None:
    """Return the number of the role an expectation asks for, or None."""
    return None if expectation.role is None else ROLE_NUMBERS[expectation.role]


def _numbers(states: frozenset[LmsState]) -> str:
    return ", ".join(str(STATE_NUMBERS[state]) for state in sorted(states))


SIDE_SQL = f"""CASE
    WHEN left_on IS NULL OR census_on IS NULL THEN {SIDES.index(CensusSide.UNKNOWN)}
    WHEN left_on <= census_on THEN {SIDES.index(CensusSide.ON_OR_BEFORE)}
    ELSE {SIDES.index(CensusSide.AFTER)} END"""
MEANING_SQL = f"""((((status * {len(SIDES)} + {SIDE_SQL}) * 2 + audit::INTEGER) * {len(PRACTICES)} + practice) * 2
    + has_labs::INTEGER)::INTEGER"""
BOTH_LIVE_SQL = "second_role IS NOT NULL"
RELATION_SQL = f"""CASE
    WHEN crossed AND crossed_in_grace THEN {RoleRelation.CROSSED_IN_GRACE}
    WHEN crossed THEN {RoleRelation.CROSSED}
    WHEN wanted_role IS NULL OR role IS NULL THEN {RoleRelation.SAME}
    WHEN {BOTH_LIVE_SQL} AND wanted_role IN (role, second_role) THEN {RoleRelation.BOTH}
    WHEN role = wanted_role THEN {RoleRelation.SAME}
    ELSE {RoleRelation.OTHER} END"""
MANUAL_SQL = f"""CASE WHEN crossed AND wanted_role IS NOT NULL THEN crossed_manual
    WHEN role = wanted_role AND {BOTH_LIVE_SQL} THEN second_manual
    ELSE coalesce(manual, false) END::INTEGER"""
CODE_SQL = code_sql(
    "expectation",
    f"coalesce(state, {STATE_NUMBERS[LmsState.ABSENT]})",
    RELATION_SQL,
    MANUAL_SQL,
    f"coalesce(section_standing, {SectionStanding.UNKNOWN_TO_SIS})",
    f"coalesce(person_standing, {PersonStanding.ACCOUNT})",
)
CROSSED_SQL = f"""
CREATE OR REPLACE TABLE crossed AS
SELECT DISTINCT t.section, t.person, t.manual, t.in_grace
FROM teaching_row t SEMI JOIN registration r
    ON r.section = t.section AND r.person = t.person AND r.status = {STATUS_NUMBERS[RegistrationStatus.REGISTERED]}
ANTI JOIN teaching a ON a.section = t.section AND a.person = t.person
WHERE t.state IN ({_numbers(LIVE_STATES)})"""
_LOOKUPS = """LEFT JOIN section x ON x.section = j.section
    LEFT JOIN person p ON p.person = j.person
    LEFT JOIN crossed c ON c.section = j.section AND c.person = j.person"""
_KEYS = "coalesce(s.section, l.section) AS section, coalesce(s.person, l.person) AS person"
_ROW = "l.role, l.state, l.manual, l.second_role, l.second_manual"
_STANDINGS = """x.standing AS section_standing, p.standing AS person_standing,
    c.section IS NOT NULL AS crossed, c.manual AS crossed_manual, c.in_grace AS crossed_in_grace"""
_LOUD = f"""coded AS (SELECT section, person, ({CODE_SQL})::INTEGER AS code FROM facts)
SELECT section, person, code FROM coded SEMI JOIN verdict USING (code)"""
STUDENTS_SQL = f"""
WITH joined AS (
    SELECT {_KEYS}, s.status, s.audit, s.left_on, {_ROW}
    FROM registration s FULL JOIN student_row l ON s.section = l.section AND s.person = l.person
), placed AS (
    SELECT j.*, {_STANDINGS}, x.census_on, x.practice, x.has_labs FROM joined j {_LOOKUPS}
), meant AS (
    SELECT *, {MEANING_SQL} AS meaning_code FROM placed
), facts AS (
    SELECT k.*, coalesce(m.expectation, {Expectation.ABSENT}) AS expectation, m.role AS wanted_role
    FROM meant k LEFT JOIN meaning m ON m.code = k.meaning_code
), {_LOUD}"""
TEACHERS_SQL = f"""
WITH joined AS (
    SELECT {_KEYS}, s.expectation AS given, {_ROW}
    FROM teaching s FULL JOIN teaching_row l ON s.section = l.section AND s.person = l.person
), facts AS (
    SELECT j.*, {_STANDINGS}, coalesce(j.given, {Expectation.NOT_TEACHING}) AS expectation,
        CASE j.given WHEN {Expectation.TEACHER} THEN {role_number(Expectation.TEACHER)}
            WHEN {Expectation.ASSISTANT} THEN {role_number(Expectation.ASSISTANT)} END AS wanted_role
    FROM joined j {_LOOKUPS}
), {_LOUD}"""
