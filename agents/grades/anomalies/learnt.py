"""What was learnt of marks as a file in the repository, so that a clean clone looks at marks without any records.

The file says which terms it was learnt from and carries the notice that the data's licence asks for. ``python -m
evals.grades.learning`` writes it.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from agents.grades.anomalies.model import MarkModel

FILE = "carry_over.json"
_DIGITS = 4


@cache
def learnt_model() -> MarkModel:
    """Return the model that the repository carries."""
    content = json.loads(files("agents.grades.anomalies").joinpath(FILE).read_text(encoding="utf-8"))
    weights, edges, carried = (np.array(content[name]) for name in ("weights", "edges", "carried"))
    return MarkModel(weights, edges, carried, content["marks"])


def described(model: MarkModel, notice: str, terms: list[str]) -> dict[str, Any]:
    """Return a model as the content of its file; ``notice`` is what the data's licence asks for."""
    arrays = {name: np.round(getattr(model, name), _DIGITS).tolist() for name in ("weights", "edges", "carried")}
    return {"notice": notice, "learnt_from": terms, "marks": model.marks, **arrays}
