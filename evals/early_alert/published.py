"""The figures of early alert that may be published: counts and areas of a whole term, of which no student can be told.

``python -m evals.early_alert.published DIR`` measures them on the OULAD records and writes ``published.json`` beside
this module; the tour of early alert reads nothing else. The shipped coefficients are named by a digest, so that figures
of another model are noticed.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from agents.early_alert.features import Array
from agents.early_alert.model import RiskModel, load_model
from agents.early_alert.scoring import score_all
from domain.changes import digest
from domain.records import Record
from evals.early_alert.fitting import Rows
from evals.early_alert.measured import few_clicks
from evals.early_alert.measuring import area_under_curve, calibration_bins
from evals.early_alert.oulad import open_records
from evals.early_alert.replay import WEEKS, Week, replay
from evals.early_alert.waterfall import Step, measure_waterfall
from evals.early_alert.weeks import Outcomes, of_terms, prepare, read_outcomes, week_rows

TEST = "2014B"
FILE = "published.json"
SHOWN_WEEKS = (1, 2, 4, 6, 8, 12)
CAPACITIES = (0.01, 0.02, 0.03, 0.05)
GONE_BY = (14, 28)
BINS = 40
_NEVER = 9999


class RiskBin(Record):
    """A fortieth of the students by risk: the mean risk, how many they are, and how many failed or left."""

    risk: float
    students: int
    came_true: int


class PublishedWeek(Record):
    """One week: the exact area, and the students from the lowest risk to the highest in bins of equal mass."""

    week: int
    area: float
    bins: tuple[RiskBin, ...]


class Reach(Record):
    """What a weekly share of alerts reached when given by one order; shares are between 0 and 1, the lead in days."""

    order: str
    capacity: float
    alerted: float
    precision: float
    recall: float
    leavers_reached: float
    median_lead_days: float


class Published(Record):
    """Everything the tour shows; ``gone_by`` counts who had left by a day after the first week."""

    model: str
    coefficients: str
    notice: str
    trained_on: tuple[str, ...]
    test: str
    students: int
    at_risk: int
    leavers: int
    gone_by: dict[int, int]
    steps: tuple[Step, ...]
    weeks: tuple[PublishedWeek, ...]
    reach: tuple[Reach, ...]


def load_published() -> Published:
    """Return the committed figures."""
    return Published.model_validate_json(files("evals.early_alert").joinpath(FILE).read_text(encoding="utf-8"))


def digest_of(model: RiskModel) -> str:
    """Return what names a model's coefficients: a digest over its phases."""
    return digest([phase.model_dump(mode="json") for phase in model.phases])


def measure_published(folder: Path, model: RiskModel, test: str = TEST) -> Published:
    """Measure a model on a term it never saw, down to what may be published."""
    connection = open_records(folder)
    prepare(connection, (*model.trained_on, test), model.trained_on)
    outcomes = read_outcomes(connection)
    weeks = {week: of_terms(week_rows(connection, outcomes, week), outcomes, [test]) for week in WEEKS}
    connection.close()
    risks = {week: score_all(rows.inputs, model).probability for week, rows in weeks.items()}
    first = weeks[min(WEEKS)].inputs.enrolments.astype(int) - 1
    left = outcomes.left_day[first]
    return Published(
        model=model.version,
        coefficients=digest_of(model),
        notice=model.notice,
        trained_on=model.trained_on,
        test=test,
        students=len(first),
        at_risk=int(outcomes.at_risk[first].sum()),
        leavers=int((left < _NEVER).sum()),
        gone_by={day: int((left < day).sum()) for day in GONE_BY},
        steps=measure_waterfall(folder, model.trained_on, test, model.seed),
        weeks=tuple(_week(week, weeks[week], risks[week]) for week in SHOWN_WEEKS),
        reach=tuple(_reach(weeks, risks, outcomes, model.seed)),
    )


def _week(week: int, rows: Rows, risk: Array) -> PublishedWeek:
    bins = tuple(
        RiskBin(risk=round(each.predicted, 4), students=each.students, came_true=round(each.observed * each.students))
        for each in calibration_bins(rows.outcome, risk, BINS)
    )
    return PublishedWeek(week=week, area=round(area_under_curve(rows.outcome, risk), 4), bins=bins)


def _reach(weeks: Mapping[int, Rows], risks: Mapping[int, Array], outcomes: Outcomes, seed: int) -> Sequence[Reach]:
    random = np.random.default_rng(seed)
    orders = {
        "the model": risks,
        "fewest clicks": {week: few_clicks(rows) for week, rows in weeks.items()},
        "by lot": {week: random.random(len(rows.outcome)) for week, rows in weeks.items()},
    }
    return [_reached(name, share, weeks, order, outcomes) for share in CAPACITIES for name, order in orders.items()]


def _reached(
    name: str, share: float, weeks: Mapping[int, Rows], order: Mapping[int, Array], outcomes: Outcomes
) -> Reach:
    played = {week: Week(rows.inputs.enrolments, order[week]) for week, rows in weeks.items()}
    found = replay(played, outcomes.at_risk, outcomes.left_day, share)
    return Reach(
        order=name,
        capacity=share,
        alerted=round(found.alerted_share, 4),
        precision=round(found.precision, 4),
        recall=round(found.recall, 4),
        leavers_reached=round(found.leavers_reached, 4),
        median_lead_days=found.median_lead_days,
    )


if __name__ == "__main__":
    text = measure_published(Path(sys.argv[1]), load_model()).model_dump_json(indent=1)
    Path(__file__).with_name(FILE).write_text(text + "\n", encoding="utf-8")
