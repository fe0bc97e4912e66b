"""Measures a model on a term it never saw: ranking by week beside the challenger, calibration, replay and fairness."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from agents.early_alert.features import Array
from agents.early_alert.model import RiskModel
from agents.early_alert.scoring import score_all
from domain.errors import ConfigurationError
from evals.early_alert.fitting import PHASES, Challenger, Rows
from evals.early_alert.measuring import (
    CalibrationBin,
    area_under_curve,
    calibration_bins,
    calibration_error,
    group_rates,
    paired_bootstrap,
    top_share,
)
from evals.early_alert.oulad import open_records, terms_in
from evals.early_alert.replay import PROTOCOL, WEEKS, Replay, Week, replay
from evals.early_alert.weeks import Outcomes, of_terms, places_of, prepare, read_outcomes, week_rows

RANKED_WEEKS = (1, 2, 4, 6, 8, 12)
AUDITED_WEEKS = (4, 8)
BUDGET, CAPACITY = 0.10, 0.02


class WeekFigures(NamedTuple):
    """The figures of one week; ``difference`` is the 95% interval of ours less the challenger's area."""

    week: int
    students: int
    area: float
    challenger: float
    difference: tuple[float, float]
    error: float
    bins: list[CalibrationBin]


class GroupFigures(NamedTuple):
    """Per group of one attribute in one week: share flagged of those who did well, and of those who did not."""

    week: int
    attribute: str
    rates: dict[str, tuple[float, float]]

    @property
    def false_positive_gap(self) -> float:
        """The widest gap between groups in the share wrongly flagged."""
        return _gap([rates[0] for rates in self.rates.values()])

    @property
    def found_gap(self) -> float:
        """The widest gap between groups in the share rightly flagged."""
        return _gap([rates[1] for rates in self.rates.values()])


class Measured(NamedTuple):
    """Everything measured of a model on a test term."""

    test: str
    weeks: list[WeekFigures]
    groups: list[GroupFigures]
    ours: Replay
    quietly: Replay
    fewest_clicks: Replay


def measure(folder: Path, model: RiskModel, test: str) -> Measured:
    """Measure a model on a term; raises ConfigurationError where the model was trained on it or the records lack it."""
    connection = open_records(folder)
    _refuse(test, model, terms_in(connection))
    prepare(connection, (*model.trained_on, test), model.trained_on)
    outcomes = read_outcomes(connection)
    found = {week: week_rows(connection, outcomes, week) for week in range(max(last for _, last in PHASES) + 1)}
    connection.close()
    tested = {week: of_terms(rows, outcomes, [test]) for week, rows in found.items()}
    taught = {week: of_terms(rows, outcomes, model.trained_on) for week, rows in found.items()}
    risks = {week: score_all(rows.inputs, model).probability for week, rows in tested.items()}
    return Measured(
        test=test,
        weeks=[_measure_week(week, tested[week], taught, risks[week], model) for week in RANKED_WEEKS],
        groups=[each for week in AUDITED_WEEKS for each in audit_groups(week, tested[week], risks[week], outcomes)],
        ours=_replayed(tested, risks, outcomes),
        quietly=_replayed(tested, risks, outcomes, quietly=True),
        fewest_clicks=_replayed(tested, {week: few_clicks(rows) for week, rows in tested.items()}, outcomes),
    )


def _refuse(test: str, model: RiskModel, held: Sequence[str]) -> None:
    if test in model.trained_on:
        raise ConfigurationError(
            f"The model was trained on {test}, so its figures there mean nothing.",
            field="test",
            fix="Name a term it never saw.",
        )
    missing = sorted({test, *model.trained_on} - set(held))
    if missing:
        raise ConfigurationError(
            f"The records hold no {missing[0]}.", field="test", fix=f"Name one of {', '.join(held)}."
        )


def _measure_week(week: int, rows: Rows, taught: Mapping[int, Rows], risk: Array, model: RiskModel) -> WeekFigures:
    span = next(each for each in PHASES if each[0] <= week <= each[1])
    challenged = Challenger(taught, span, model.seed).risk(rows.inputs)
    return WeekFigures(
        week=week,
        students=len(risk),
        area=area_under_curve(rows.outcome, risk),
        challenger=area_under_curve(rows.outcome, challenged),
        difference=paired_bootstrap(rows.outcome, risk, challenged, model.seed),
        error=calibration_error(rows.outcome, risk),
        bins=calibration_bins(rows.outcome, risk),
    )


def audit_groups(week: int, rows: Rows, risk: Array, outcomes: Outcomes) -> list[GroupFigures]:
    """Compare the groups of each protected attribute at the budget (R125)."""
    places, flagged = places_of(rows.inputs.enrolments), top_share(risk, BUDGET)
    return [
        GroupFigures(week, attribute, group_rates(rows.outcome, flagged, list(groups[places])))
        for attribute, groups in outcomes.groups.items()
    ]


def _replayed(
    tested: Mapping[int, Rows], risks: Mapping[int, Array], outcomes: Outcomes, *, quietly: bool = False
) -> Replay:
    """Replay by the protocol, or ``quietly``: no alert in the first fortnight and none repeated without a rise."""
    from domain.rules.alerts import AlertLimits

    weeks = {week: Week(tested[week].inputs.enrolments, risks[week]) for week in WEEKS}
    limits = AlertLimits() if quietly else PROTOCOL
    return replay(weeks, outcomes.at_risk, outcomes.left_day, CAPACITY, limits)


def few_clicks(rows: Rows) -> Array:
    """The rule beside the model: the fewer clicks within the section, the higher the risk."""
    place = rows.inputs.names.index("clicks")
    clicks = np.nan_to_num(rows.inputs.raw[:, place], nan=0.0)
    risk = np.zeros(len(clicks))
    for section in np.unique(rows.inputs.sections):
        mine = rows.inputs.sections == section
        order = np.argsort(np.argsort(clicks[mine], kind="stable"), kind="stable")
        risk[mine] = 1 - (order + 0.5) / mine.sum()
    return risk


def _gap(shares: Sequence[float]) -> float:
    return max(shares) - min(shares) if shares else 0.0
