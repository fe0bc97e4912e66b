"""Reads what advisors said of alerts, as ``provost alerts export`` writes it, for training.

An alert was shown or left to chance with a probability that the line names; it weighs by the inverse, so that few left
out speak for many (ALERTS.md section 4). Somebody who was helped and then did well is no proof that nobody was needed,
so such an outcome teaches only where the alert was not shown. Who was never due an alert is not in the file: the terms
speak for them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import Field, ValidationError

from agents.early_alert.signals import SIGNALS
from domain.alerting import FeedbackOutcome
from domain.errors import InvalidRecord
from domain.records import Record
from evals.early_alert.fitting import Judged

MOST = 20.0
"""Weight above which no single alert counts, so that a rare draw does not decide a coefficient."""
_NEEDED = frozenset({FeedbackOutcome.USEFUL, FeedbackOutcome.ALREADY_KNOWN, FeedbackOutcome.LEFT})


class JudgedAlert(Record):
    """One line of the export; ``propensity`` is how likely it was that the alert was shown, or left out as it was."""

    model: str
    week: int = Field(ge=0)
    risk: Decimal
    inputs: Mapping[str, float]
    issue: str
    intervention: str
    shown: bool
    propensity: Decimal = Field(gt=0, le=1)
    outcomes: tuple[FeedbackOutcome, ...]

    @property
    def needed(self) -> bool | None:
        """Whether somebody was needed, by the last outcome that says so; None where none does."""
        said = (_meaning(outcome, shown=self.shown) for outcome in reversed(self.outcomes))
        return next((meaning for meaning in said if meaning is not None), None)

    @property
    def is_complete(self) -> bool:
        """Whether every signal of today's model was known of then."""
        return all(signal.name in self.inputs for signal in SIGNALS)


class Feedback(NamedTuple):
    """The alerts that teach, and how many do not and why."""

    judged: Judged
    undecided: int
    without_inputs: int

    def explain(self) -> str:
        """Say how many alerts were used, and why others were not."""
        return (
            f"{len(self.judged.weeks):,} judged alerts were used; {self.undecided:,} say nothing about need, "
            f"{self.without_inputs:,} were raised without the signals of today."
        )


def read_feedback(file: Path) -> Feedback:
    """Return the judged alerts of a file; InvalidRecord where a line lacks its propensity."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    alerts = [_read_line(line, number) for number, line in enumerate(lines, start=1)]
    complete = [alert for alert in alerts if alert.is_complete]
    taught = [alert for alert in complete if alert.needed is not None]
    return Feedback(_judged(taught), len(complete) - len(taught), len(alerts) - len(complete))


def _read_line(line: str, number: int) -> JudgedAlert:
    try:
        return JudgedAlert.model_validate_json(line)
    except ValidationError as failure:
        field = str(failure.errors()[0]["loc"][0]) if failure.errors()[0]["loc"] else "line"
        raise InvalidRecord(
            f"Line {number} of the feedback cannot be weighed: {field} is missing or no such value.",
            field=field,
            fix="Use a file that provost alerts export wrote, unchanged.",
        ) from failure


def _judged(alerts: Sequence[JudgedAlert]) -> Judged:
    inputs = [[alert.inputs[signal.name] for signal in SIGNALS] for alert in alerts]
    return Judged(
        weeks=np.array([alert.week for alert in alerts], dtype=float),
        values=np.array(inputs, dtype=float).reshape(len(alerts), len(SIGNALS)),
        outcome=np.array([alert.needed for alert in alerts], dtype=float),
        weight=np.array([min(1 / float(alert.propensity), MOST) for alert in alerts], dtype=float),
    )


def _meaning(outcome: FeedbackOutcome, *, shown: bool) -> bool | None:
    if outcome in _NEEDED:
        return True
    helped = outcome is FeedbackOutcome.RESOLVED and shown
    return False if outcome in {FeedbackOutcome.FALSE_ALARM, FeedbackOutcome.RESOLVED} and not helped else None
