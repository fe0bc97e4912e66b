"""The marks of OULAD as gradebooks; the data stay where they are and are never part of the project.

OULAD: CC BY 4.0, Open University; Kuzilek, Hlosta & Zdrahal 2017, Scientific Data 4:170171.
"""

from pathlib import Path

import numpy as np

from agents.grades.anomalies.marks import MarkColumn, Marks

FILES = ("assessments.parquet", "studentAssessment.parquet")
_COLUMNS = """
    select code_module || ' ' || code_presentation, cast(id_assessment as bigint), coalesce(date, 400), assessment_type
    from read_parquet(?) where code_presentation in (select unnest(?::varchar[]))
    order by code_module, code_presentation, coalesce(date, 400), id_assessment
"""
_MARKS = """
    select cast(m.id_student as bigint), cast(m.id_assessment as bigint), m.score,
        coalesce(a.date, 400) - m.date_submitted
    from read_parquet(?) m join read_parquet(?) a using (id_assessment)
    where m.is_banked = 0 and m.score is not null and a.code_presentation in (select unnest(?::varchar[]))
    order by id_assessment, id_student
"""


def has_marks(folder: Path | None) -> bool:
    """Tell whether the folder holds the files that the marks are read from."""
    return folder is not None and all((folder / name).is_file() for name in FILES)


def presentations(folder: Path) -> list[str]:
    """Return the presentations in the order of time: B starts in February, J in October."""
    import duckdb

    with duckdb.connect() as base:
        found = base.execute(
            "select distinct code_presentation from read_parquet(?) order by 1", [str(folder / FILES[0])]
        ).fetchall()
    return [str(name) for (name,) in found]


def read_marks(folder: Path, terms: list[str]) -> Marks:
    """Read all posted marks of some presentations; a mark carried over from an earlier attempt does not count."""
    import duckdb

    assessments, scores = (str(folder / name) for name in FILES)
    with duckdb.connect() as base:
        columns = base.execute(_COLUMNS, [assessments, terms]).fetchall()
        rows = base.execute(_MARKS, [scores, assessments, terms]).fetchnumpy()
    students, ids, score, lead = (np.asarray(values) for values in rows.values())
    courses = {name: number for number, name in enumerate(dict.fromkeys(row[0] for row in columns))}
    numbers = {row[1]: number for number, row in enumerate(columns)}
    return Marks(
        columns=tuple(MarkColumn(courses[row[0]], float(row[2]), 100, str(row[3])) for row in columns),
        student=students.astype(np.int64),
        column=np.array([numbers[int(one)] for one in ids], dtype=np.int64),
        score=score.astype(np.float64),
        lead=lead.astype(np.float64),
    )
