"""Writes the model of marks that the repository carries: ``python -m evals.grades.learning FOLDER``."""

import json
import sys
from pathlib import Path

from agents.grades.anomalies import learnt
from agents.grades.anomalies.model import fit_model
from evals.grades.oulad import presentations, read_marks

NOTICE = (
    "Learnt from OULAD, CC BY 4.0, Open University; Kuzilek, Hlosta and Zdrahal 2017, Scientific Data 4:170171. "
    "Changed: reduced to sums over all students; no mark of any student is in here."
)
TERMS = 2
"""The earliest presentations are learnt from; later ones are kept back for measuring."""


def write_model(folder: Path, file: Path) -> None:
    """Learn from the earliest presentations in a folder and write the file."""
    terms = presentations(folder)[:TERMS]
    content = learnt.described(fit_model(read_marks(folder, terms)), NOTICE, terms)
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_model(Path(sys.argv[1]), Path(learnt.__file__).with_name(learnt.FILE))
