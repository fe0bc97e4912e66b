"""Single sections, looked at as the workflow looks at them: columns are short there and say less than a whole course's.

Sections of a few sizes are drawn from real gradebooks, some columns each. Holds on the untouched ones are false alarms;
then a share of the marks is made wrong and looked at again. Reported without floors.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.marks import Flags, Marks
from agents.grades.anomalies.model import MarkModel
from agents.grades.column_doubts import FEWEST_MARKS
from agents.grades.doubts import suspect_rows
from evals.grades.injection import inject

SIZES = (15, 30, 60)
SECTIONS = 150
COLUMNS = (6, 10)
WRONG_SHARE = 0.03
MATERIAL = 20


class Tally(NamedTuple):
    """One section of some size: its marks, holds on it untouched, and what was held of the errors put into it."""

    marks: int
    untouched: int
    held: int
    held_wrong: int
    material: int
    material_held: int


def measure_sections(marks: Marks, model: MarkModel, seed: int, sections: int = SECTIONS) -> dict[str, float]:
    """Return by size the share of untouched sections with a hold, holds in 1,000 marks, and what errors came to."""
    found: dict[str, float] = {}
    for size in SIZES:
        random = np.random.default_rng([seed, size])
        tallies = [
            _tally(one, model, seed + number) for number, one in enumerate(draw_sections(marks, size, sections, random))
        ]
        found |= {f"sections_of_{size}_{name}": value for name, value in _figures(tallies).items()}
    return found


def _figures(tallies: list[Tally]) -> dict[str, float]:
    total = Tally(*(sum(column) for column in zip(*tallies, strict=True)))
    return {
        "untouched_held": sum(one.untouched > 0 for one in tallies) / len(tallies),
        "untouched_holds_per_1000": 1_000 * total.untouched / total.marks,
        "material_recall": total.material_held / max(total.material, 1),
        "precision": total.held_wrong / max(total.held, 1),
    }


def _tally(marks: Marks, model: MarkModel, seed: int) -> Tally:
    wrong = inject(marks, WRONG_SHARE, seed)
    bad: Flags = wrong.kind >= 0
    material = bad & (wrong.change >= MATERIAL)
    held = np.zeros(len(bad), dtype=np.bool_)
    held[suspect_rows(wrong.marks, model)] = True
    return Tally(
        marks=len(marks.score),
        untouched=len(suspect_rows(marks, model)),
        held=int(held.sum()),
        held_wrong=int((held & bad).sum()),
        material=int(material.sum()),
        material_held=int((held & material).sum()),
    )


def draw_sections(marks: Marks, size: int, sections: int, random: np.random.Generator) -> Iterator[Marks]:
    """Yield sections: some students of one course, in six to ten of its columns that have enough marks."""
    courses = _courses(marks, size)
    for _ in range(sections):
        columns, students = courses[int(random.integers(len(courses)))]
        wanted = int(random.integers(COLUMNS[0], min(COLUMNS[1], len(columns)) + 1))
        first = int(random.integers(len(columns) - wanted + 1))
        chosen = random.choice(students, size, replace=False)
        yield _part(marks, columns[first : first + wanted], chosen)


def _courses(marks: Marks, size: int) -> list[tuple[list[int], "np.ndarray[tuple[int], np.dtype[np.int64]]"]]:
    """Return each course's columns, in order, with its students; one with too few of either is left out."""
    found = []
    for course in sorted({column.course for column in marks.columns}):
        numbers = [at for at, column in enumerate(marks.columns) if column.course == course]
        columns = [at for at in numbers if len(marks.rows_of(at)) >= FEWEST_MARKS]
        students = np.unique(marks.student[np.isin(marks.column, columns)])
        if len(columns) >= COLUMNS[0] and len(students) >= size:
            found.append((columns, students))
    return found


def _part(marks: Marks, columns: list[int], students: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Marks:
    """Return the marks of some students in some columns, both numbered anew."""
    rows = np.flatnonzero(np.isin(marks.column, columns) & np.isin(marks.student, students))
    return Marks(
        columns=tuple(marks.columns[at] for at in columns),
        student=np.searchsorted(np.sort(students), marks.student[rows]),
        column=np.searchsorted(np.array(columns), marks.column[rows]),
        score=marks.score[rows],
        lead=marks.lead[rows],
    )
