"""The fitted model as a file that a person can read: per phase an intercept and one coefficient for each signal.

Scoring needs nothing but this file. Which terms it was fitted on, what was left out and the notice that the data's
licence asks for stand in it.
"""

from collections.abc import Mapping
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from agents.early_alert.signals import BY_NAME
from domain.errors import ConfigurationError
from domain.records import Record
from domain.rules.alerts import protected_inputs

CURRENT = "current"


class Phase(Record):
    """The coefficients for some weeks of a section; week 0 is the time before the first day (S135).

    ``centres`` are the inputs at which a signal contributes nothing: the means in training.
    """

    first_week: int = Field(ge=0)
    last_week: int = Field(ge=0)
    intercept: float
    coefficients: Mapping[str, float]
    centres: Mapping[str, float]


class RiskModel(Record):
    """A version of the model: its phases in order of weeks, none missing between them.

    ``feedback`` is the number of alerts judged by advisors that it was fitted on beside the terms.
    """

    version: str = Field(min_length=1)
    notice: str = Field(min_length=1)
    trained_on: tuple[str, ...]
    outcome: str
    left_out: tuple[str, ...] = ()
    feedback: int = Field(default=0, ge=0)
    penalty: float = Field(gt=0)
    seed: int
    accepted: str = ""
    phases: tuple[Phase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        weeks = [(phase.first_week, phase.last_week) for phase in self.phases]
        if weeks[0][0] != 0 or any(later[0] != earlier[1] + 1 for earlier, later in pairwise(weeks)):
            raise ValueError("phases must follow each other from week 0 without a gap")
        names = {name for phase in self.phases for name in (*phase.coefficients, *phase.centres)}
        if names - set(BY_NAME):
            raise ValueError(f"no such signal: {', '.join(sorted(names - set(BY_NAME)))}")
        if protected_inputs(names):
            raise ValueError("a protected attribute is no input (R125)")
        return self

    def phase_at(self, week: int) -> Phase:
        """Return the phase of a week; after the last phase its coefficients stay."""
        return next((phase for phase in self.phases if week <= phase.last_week), self.phases[-1])


def load_model(file: Path | None = None) -> RiskModel:
    """Return the model in a file, by default the one in use; raises ConfigurationError where it cannot be read."""
    place = file or files("agents.early_alert").joinpath("coefficients", f"{CURRENT}.json")
    try:
        return RiskModel.model_validate_json(place.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as failure:
        raise ConfigurationError(
            f"The model of early alert cannot be read: {type(failure).__name__}.",
            field="model",
            fix="Name a file that provost model train wrote.",
        ) from failure


def save_model(model: RiskModel, file: Path) -> None:
    """Write the model, its keys in a steady order, so that two versions can be compared line by line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")
