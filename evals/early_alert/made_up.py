"""Made-up records in the form of OULAD, for tests and for benchmarks where the real ones are not there.

Every student has a diligence drawn once; clicks, hand-ins, marks and the result follow from it with noise. Figures
measured on them say nothing about a campus.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SEED = 20_261_127
_TABLES = {
    "courses": """SELECT * FROM (VALUES ('AAA', '2013B'), ('BBB', '2013B'), ('AAA', '2013J'), ('BBB', '2013J'),
        ('AAA', '2014B'), ('CCC', '2014B')) t(code_module, code_presentation),
        (SELECT 240.0 AS module_presentation_length)""",
    "assessments": """SELECT code_module, code_presentation,
        row_number() OVER (ORDER BY code_presentation, code_module, n)::DOUBLE AS id_assessment,
        CASE WHEN n % 2 = 0 THEN 'TMA' ELSE 'CMA' END AS assessment_type, (10 + 14 * n)::DOUBLE AS date, 10.0 AS weight
        FROM courses, range(10) r(n)""",
    "vle": """SELECT row_number() OVER (ORDER BY code_presentation, code_module, activity_type)::DOUBLE AS id_site,
        code_module, code_presentation, activity_type,
        NULL::DOUBLE AS week_from, NULL::DOUBLE AS week_to FROM courses,
        (VALUES ('homepage'), ('forumng'), ('quiz'), ('resource'), ('oucollaborate')) k(activity_type)""",
    "person": """SELECT i AS id_student, random() AS diligence, code_module, code_presentation
        FROM range({students}) s(i), courses WHERE hash(i, code_module, code_presentation, 1) % 6 = 0""",
    "studentInfo": """SELECT code_module, code_presentation, id_student::DOUBLE AS id_student,
        CASE WHEN hash(id_student, 2) % 2 = 0 THEN 'F' ELSE 'M' END AS gender, 'Scotland' AS region,
        CASE WHEN diligence + random() > 1 THEN 'HE Qualification' ELSE 'Lower Than A Level' END AS highest_education,
        '10-20' AS imd_band, '0-35' AS age_band,
        0.0 AS num_of_prev_attempts, 60.0 AS studied_credits, 'N' AS disability,
        CASE WHEN diligence + 0.3 * random() > 0.6 THEN 'Pass' WHEN random() < 0.5 THEN 'Withdrawn' ELSE 'Fail'
        END AS final_result FROM person""",
    "studentRegistration": """SELECT code_module, code_presentation, id_student, -30.0 AS date_registration,
        CASE WHEN final_result = 'Withdrawn' THEN 30 + floor(150 * random()) END AS date_unregistration
        FROM studentInfo""",
    "studentAssessment": """SELECT id_assessment, p.id_student::DOUBLE AS id_student,
        date + floor(8 * random() - 12 * diligence) AS date_submitted, 0.0 AS is_banked,
        round(40 * diligence + 60 * random()) AS score
        FROM person p JOIN assessments USING (code_module, code_presentation)
        JOIN studentRegistration r ON r.id_student = p.id_student AND r.code_module = p.code_module
            AND r.code_presentation = p.code_presentation
        WHERE 0.3 + diligence > random() AND coalesce(date_unregistration, 999) > date""",
    "studentVle": """SELECT p.id_student::DOUBLE AS id_student, id_site, day::DOUBLE AS date,
        1 + floor(9 * random()) AS sum_click, code_module, code_presentation
        FROM person p JOIN vle USING (code_module, code_presentation), range(-5, 90) d(day)
        WHERE random() < 0.05 + 0.4 * diligence""",
}
_KEPT = tuple(name for name in _TABLES if name != "person")


@contextmanager
def make_records(students: int) -> Iterator[Path]:
    """Write made-up records for about so many registrations to a folder that goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="provost-made-up-") as folder:
        write_records(Path(folder), students)
        yield Path(folder)


def write_records(folder: Path, students: int) -> None:
    """Write made-up records for about so many registrations; the same number gives the same records."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"SELECT setseed({SEED / 1e9})")
    for name, query in _TABLES.items():
        connection.execute(f"CREATE TABLE {name} AS {query.format(students=students)} ORDER BY ALL")
    for name in _KEPT:
        connection.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
    connection.close()
