"""What an alert is about, how pressing it is, and which allowed workflow is suggested (S81, S97, S211 to S213)."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from domain.alert_settings import AlertLevels
from domain.alerting import AlertLevel, Intervention, IssueType
from domain.records import Record

ISSUE_OF_FAMILY: Mapping[str, IssueType] = {
    "engagement": IssueType.ENGAGEMENT,
    "participation": IssueType.PARTICIPATION,
    "timeliness": IssueType.MISSED_WORK,
    "achievement": IssueType.LOW_MARKS,
    "standing": IssueType.HISTORY,
}
"""The issue behind each sub-score."""

SILENCE = frozenset({IssueType.ENGAGEMENT, IssueType.PARTICIPATION})
"""Issues that rest on what a student did not do, which means nothing where the class does not use the LMS (R117)."""
_FEWEST_TRIES, _EVEN = 5, 0.5


class Tried(Record):
    """How often one workflow was used on one issue, and how often a person called it useful or the matter resolved."""

    issue: IssueType
    intervention: Intervention
    used: int
    helped: int

    @property
    def rate(self) -> float:
        """The share that helped, drawn to a half where there is little to go by."""
        return (self.helped + 1) / (self.used + 2)


def issue_of(families: Sequence[str]) -> IssueType:
    """Return what an alert is about: the family that weighs most, given first; history where nothing weighs."""
    return next((ISSUE_OF_FAMILY[family] for family in families if family in ISSUE_OF_FAMILY), IssueType.HISTORY)


def level_of(risk: Decimal, levels: AlertLevels) -> AlertLevel | None:
    """Return how pressing a risk is; None below any alert."""
    if risk < levels.watch_from:
        return None
    if risk < levels.high_from:
        return AlertLevel.WATCH
    return AlertLevel.HIGH if risk < levels.urgent_from else AlertLevel.URGENT


def choose_intervention(
    options: Sequence[Intervention],
    issue: IssueType,
    record: Sequence[Tried],
    failed_before: Collection[Intervention] = (),
) -> Intervention:
    """Return the suggested workflow: not one that failed for this student, then what helped most, then the usual one.

    What was tried fewer than five times counts as helping half the time, so that it keeps its place (S97).
    """
    fresh = [option for option in options if option not in failed_before] or list(options)
    known = {each.intervention: each.rate for each in record if each.issue is issue and each.used >= _FEWEST_TRIES}
    return max(fresh, key=lambda option: known.get(option, _EVEN))
