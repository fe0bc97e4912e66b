"""Reads the Open University's records (OULAD, CC BY 4.0) into the tables of early alert, without protected attributes.

Day 0 is the first day of a presentation. A mark of an essay is seen 14 days after the later of hand-in and due day,
that of a computer-marked test at once. What a student did earlier counts only where that presentation was finished.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.early_alert.tables import create_tables
from domain.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb

NOTICE = (
    "Fitted on the Open University Learning Analytics Dataset, CC BY 4.0: Kuzilek, Hlosta and Zdrahal (2017),"
    " Scientific Data 4:170171."
)
FILES = (
    "assessments",
    "courses",
    "studentAssessment",
    "studentInfo",
    "studentRegistration",
    "studentVle",
    "vle",
)
MARKING_DAYS = 14
SHRINKAGE = 100
"""Students by which a course's own past is drawn to the institution's (ALERTS.md section 4)."""

_VIEWS = "CREATE OR REPLACE VIEW oulad_{name} AS SELECT * FROM read_parquet('{file}')"
_NUMBERED = """
CREATE OR REPLACE TABLE oulad_section AS
SELECT row_number() OVER (ORDER BY code_presentation, code_module)::INTEGER AS section, code_module,
    code_presentation, module_presentation_length::INTEGER AS length,
    make_date(code_presentation[:4]::INTEGER, CASE code_presentation[5:] WHEN 'B' THEN 2 ELSE 10 END, 1) AS starts_on
FROM oulad_courses;
CREATE OR REPLACE TABLE oulad_enrolment AS
SELECT row_number() OVER (ORDER BY section, id_student)::INTEGER AS enrolment, section, code_module,
    code_presentation, id_student::INTEGER AS student, starts_on, length, final_result,
    final_result IN ('Fail', 'Withdrawn') AS at_risk, date_registration::INTEGER AS registered_day,
    date_unregistration::INTEGER AS left_day, num_of_prev_attempts::INTEGER AS attempts, studied_credits AS credits,
    list_position(['No Formal quals', 'Lower Than A Level', 'A Level or Equivalent', 'HE Qualification',
        'Post Graduate Qualification'], highest_education) - 1 AS education
FROM oulad_studentInfo JOIN oulad_section USING (code_module, code_presentation)
JOIN oulad_studentRegistration USING (code_module, code_presentation, id_student);
CREATE OR REPLACE VIEW oulad_begun AS FROM oulad_enrolment WHERE left_day IS NULL OR left_day >= 0;
CREATE OR REPLACE TABLE oulad_site AS
SELECT id_site, section, code_presentation, CASE WHEN activity_type = 'forumng' THEN 1
    WHEN activity_type IN ('quiz', 'externalquiz') THEN 2 WHEN activity_type = 'homepage' THEN 4
    WHEN activity_type IN ('oucollaborate', 'ouelluminate') THEN 8 ELSE 0 END::UTINYINT AS kind
FROM oulad_vle JOIN oulad_section USING (code_module, code_presentation)"""
_SECTIONS = """
INSERT INTO section
SELECT section, code_module, code_presentation, code_presentation[5:] = 'B', length, (
    SELECT (coalesce(sum(at_risk::INTEGER), 0) + {shrinkage} * any_value(overall))
        / (count(at_risk) + {shrinkage})
    FROM (SELECT avg(at_risk::INTEGER) AS overall FROM oulad_begun WHERE code_presentation IN {known})
    LEFT JOIN oulad_begun past ON past.code_module = here.code_module AND past.code_presentation IN {known})
FROM oulad_section here WHERE code_presentation IN {wanted}"""
_ENROLMENTS = """
INSERT INTO enrolment
SELECT here.enrolment, any_value(here.section), any_value(here.student), any_value(here.registered_day),
    any_value(here.left_day),
    any_value(here.education), any_value(here.attempts), any_value(here.credits),
    count(past.enrolment) FILTER (NOT past.at_risk), count(past.enrolment) FILTER (past.final_result = 'Fail'),
    count(past.enrolment) FILTER (past.final_result = 'Withdrawn')
FROM oulad_enrolment here LEFT JOIN oulad_enrolment past
    ON past.student = here.student AND past.starts_on + past.length <= here.starts_on
WHERE here.code_presentation IN {wanted} GROUP BY here.enrolment ORDER BY here.enrolment"""
_ASSESSMENTS = """
INSERT INTO assessment
SELECT id_assessment::INTEGER, section, date::INTEGER, weight, (
    SELECT avg((score IN (0, 1, 100))::INTEGER) FROM oulad_studentAssessment
    JOIN oulad_assessments past USING (id_assessment)
    JOIN oulad_section earlier USING (code_module, code_presentation)
    WHERE past.code_module = here.code_module AND past.assessment_type = here.assessment_type
        AND earlier.starts_on < run.starts_on)
FROM oulad_assessments here JOIN oulad_section run USING (code_module, code_presentation)
WHERE assessment_type <> 'Exam' AND code_presentation IN {wanted}"""
_SUBMISSIONS = """
INSERT INTO submission
SELECT enrolment, id_assessment::INTEGER, date_submitted::INTEGER, is_banked = 1, score,
    CASE assessment_type WHEN 'TMA' THEN greatest(date_submitted, date) + {marking} ELSE date_submitted END
FROM oulad_studentAssessment s JOIN oulad_assessments a USING (id_assessment)
JOIN oulad_enrolment e ON e.student = s.id_student AND e.code_module = a.code_module
    AND e.code_presentation = a.code_presentation
WHERE assessment_type <> 'Exam' AND e.code_presentation IN {wanted}"""
_CLICK_ROWS = """
SELECT site.section, v.id_student::INTEGER AS person, v.date::SMALLINT AS day, v.sum_click::INTEGER AS clicks, site.kind
FROM oulad_studentVle v JOIN oulad_site site USING (id_site)
WHERE site.code_presentation IN {wanted}"""


def missing_files(folder: Path) -> list[str]:
    """Return which of the records' files are not in the folder."""
    return [f"{name}.parquet" for name in FILES if not (folder / f"{name}.parquet").is_file()]


def open_records(folder: Path, threads: int = 2) -> "duckdb.DuckDBPyConnection":
    """Open the records in memory and number sections and enrolments; raises ConfigurationError without the files."""
    import duckdb

    missing = missing_files(folder)
    if missing:
        raise ConfigurationError(
            f"The folder holds no {missing[0]}.", field="data", fix="Name the folder of the OULAD parquet files."
        )
    connection = duckdb.connect(config={"threads": threads, "autoinstall_known_extensions": False})
    for name in FILES:
        connection.execute(_VIEWS.format(name=name, file=str(folder / f"{name}.parquet").replace("'", "''")))
    for statement in _NUMBERED.split(";"):
        connection.execute(statement)
    create_tables(connection)
    return connection


def terms_in(connection: "duckdb.DuckDBPyConnection") -> tuple[str, ...]:
    """Return the presentations in the records, in order of time."""
    rows = connection.execute(
        "SELECT code_presentation FROM oulad_section GROUP BY code_presentation ORDER BY min(starts_on)"
    ).fetchall()
    return tuple(row[0] for row in rows)


def load_terms(connection: "duckdb.DuckDBPyConnection", wanted: Sequence[str], known: Sequence[str]) -> None:
    """Fill the tables with some terms; course rates come from the outcomes of the ``known`` ones alone.

    A term that is known counts in its own course's rate, as it will for every later run: leaving it out would give each
    course that ran once the institution's rate, and the fit would learn from it what is not so of later terms.
    """
    said = {"wanted": _listed(wanted), "known": _listed(known), "shrinkage": SHRINKAGE, "marking": MARKING_DAYS}
    for statement in (_SECTIONS, _ENROLMENTS, _ASSESSMENTS, _SUBMISSIONS):
        connection.execute(statement.format(**said))


def click_rows(wanted: Sequence[str]) -> str:
    """Return the query of every click row of some terms: section, person, day, clicks and kind."""
    return _CLICK_ROWS.format(wanted=_listed(wanted))


def _listed(terms: Sequence[str]) -> str:
    if not all(term.isalnum() for term in terms):
        raise ConfigurationError(
            "A presentation is a year and a letter.", field="term", fix="Write 2014B, for example."
        )
    return "(" + ", ".join(f"'{term}'" for term in terms) + ")"
