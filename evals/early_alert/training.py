"""Trains the model on finished terms and nothing else: no row, rate or mean of the test term enters a coefficient."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from agents.early_alert.model import RiskModel
from domain.errors import ConfigurationError
from domain.rules.alerts import may_train_on
from evals.early_alert.fitting import PENALTY, PHASES, Judged, Rows, fit_phase
from evals.early_alert.oulad import NOTICE, open_records, terms_in
from evals.early_alert.weeks import prepare, read_outcomes, section_events, week_rows

TRAINING_TERMS = ("2013B", "2013J")
OUTCOME = "failed or withdrew"
SEED = 20_261_127


def train(
    folder: Path,
    terms: Sequence[str] = TRAINING_TERMS,
    left_out: Sequence[str] = (),
    judged: Judged | None = None,
) -> RiskModel:
    """Fit every phase on the terms named and on alerts that were judged.

    Raises ConfigurationError where the records lack one of the terms.
    """
    connection = open_records(folder)
    missing = sorted(set(terms) - set(terms_in(connection)))
    if missing:
        raise ConfigurationError(f"The records hold no {missing[0]}.", field="terms", fix="Name terms that they hold.")
    prepare(connection, terms, terms)
    outcomes = read_outcomes(connection)
    sane = {
        section
        for section, _, events, people in section_events(connection)
        if may_train_on(events, people, finished=True)
    }
    weeks = {week: _sane_rows(week_rows(connection, outcomes, week), sane) for week in range(PHASES[-1][1] + 1)}
    connection.close()
    return fit_model(weeks, terms, left_out, judged)


def fit_model(
    weeks: Mapping[int, Rows], terms: Sequence[str], left_out: Sequence[str] = (), judged: Judged | None = None
) -> RiskModel:
    """Fit the phases on rows of training terms and on alerts that were judged."""
    told = 0 if judged is None else len(judged.weeks)
    parts = ["linear-3", *terms, *(f"without-{name}" for name in left_out), *([f"feedback-{told}"] if told else [])]
    return RiskModel(
        version="-".join(parts),
        notice=NOTICE,
        trained_on=tuple(terms),
        outcome=OUTCOME,
        left_out=tuple(left_out),
        feedback=told,
        penalty=PENALTY,
        seed=SEED,
        phases=tuple(fit_phase(weeks, span, left_out=left_out, judged=judged) for span in PHASES),
    )


def _sane_rows(rows: Rows, sane: set[int]) -> Rows:
    return rows.only(np.isin(rows.inputs.sections, list(sane)))
