"""Who comes into question for an alert: above the least risk, in a section whose students may be compared (R117, R123).

Each student counts once, with the section in which the risk is highest.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from agents.early_alert.features import Inputs
from agents.early_alert.model import RiskModel
from agents.early_alert.scoring import RiskScore, Scores, explain_score
from domain.alert_settings import AlertSettings
from domain.alerting import IssueType
from domain.rules.alert_routing import SILENCE, issue_of
from domain.rules.alerts import AlertLimits, is_opening, may_compare, uses_lms

if TYPE_CHECKING:
    import duckdb

_STANDINGS = """
SELECT n.section, n.day, count(*) AS size, count(*) FILTER (a.enrolment IS NOT NULL) AS active
FROM section_now n JOIN enrolment e USING (section)
LEFT JOIN (
    SELECT DISTINCT enrolment FROM activity_day JOIN enrolment USING (enrolment) JOIN section_now USING (section)
    WHERE activity_day.day < section_now.day AND activity_day.day >= section_now.day - 14) a USING (enrolment)
WHERE (e.left_day IS NULL OR e.left_day >= n.day) AND coalesce(e.registered_day, -1) < n.day
GROUP BY n.section, n.day"""

_OUT_OF_QUESTION = """
SELECT enrolment, 'not in the LMS' FROM not_in_lms
UNION ALL SELECT enrolment, 'left the class' FROM enrolment WHERE left_day IS NOT NULL"""
"""Whoever left today was enrolled this morning and is still scored; nobody is told of them (R119)."""


class SectionView(NamedTuple):
    """One section as it stands: its day, how many are enrolled, how many were active in the last fortnight."""

    day: int
    size: int
    active: int

    def refusal(self, limits: AlertLimits) -> str:
        """Say why nobody of the section is alerted about; empty where they may be."""
        if self.day <= 0:
            return "before the first day"
        if is_opening(self.day, limits):
            return "first days"
        return "" if may_compare(self.size, limits) else "small section"

    def silence_counts(self, limits: AlertLimits) -> bool:
        """Tell whether what a student did not do means something here (R117)."""
        return uses_lms(self.active, self.size, limits)


class Contender(NamedTuple):
    """One student above the least risk: the row in the inputs, who and where, and how high."""

    row: int
    person: int
    section: int
    probability: float


class Field(NamedTuple):
    """Everybody who was scored: who comes into question, each student's best row, and why others do not."""

    contenders: tuple[Contender, ...]
    best: Mapping[int, Contender]
    refused: Mapping[str, int]


def section_views(connection: "duckdb.DuckDBPyConnection") -> dict[int, SectionView]:
    """Return how the sections of the last tick stand."""
    return {row[0]: SectionView(*map(int, row[1:])) for row in connection.execute(_STANDINGS).fetchall()}


def find_contenders(
    connection: "duckdb.DuckDBPyConnection", inputs: Inputs, scores: Scores, model: RiskModel, settings: AlertSettings
) -> Field:
    """Return who comes into question, highest risk first; the same student once."""
    people = dict(connection.execute("SELECT enrolment, person FROM enrolment").fetchall())
    views, least = section_views(connection), float(settings.levels.watch_from)
    best: dict[int, Contender] = {}
    chosen: dict[int, Contender] = {}
    refused: Counter[str] = Counter()
    out_of_question = dict(connection.execute(_OUT_OF_QUESTION).fetchall())
    for row in np.argsort(-scores.probability, kind="stable"):
        if absent := out_of_question.get(int(inputs.enrolments[row])):
            refused[absent] += 1
            continue
        person, section = people[int(inputs.enrolments[row])], int(inputs.sections[row])
        one = Contender(int(row), person, section, float(scores.probability[row]))
        best.setdefault(person, one)
        if one.probability < least or person in chosen:
            continue
        why = views[section].refusal(settings.limits) or _unheard(one, views[section], inputs, model, settings)
        if why:
            refused[why] += 1
        else:
            chosen[person] = one
    return Field(tuple(chosen.values()), best, refused)


def _unheard(one: Contender, view: SectionView, inputs: Inputs, model: RiskModel, settings: AlertSettings) -> str:
    """Say that a student's silence means nothing in a section that does not use the LMS (R117)."""
    if view.silence_counts(settings.limits):
        return ""
    return "LMS not in use" if issue_of_score(explain_score(inputs, model, one.row)) in SILENCE else ""


def issue_of_score(score: RiskScore) -> IssueType:
    """Return what an alert with this score is about: the family of the reason that weighs most."""
    by_part = sorted(score.parts, key=lambda family: -score.parts[family])
    return issue_of([*(reason.family for reason in score.reasons), *by_part[:1]])
