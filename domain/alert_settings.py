"""The institution's alert file: limits, capacity, levels, and the table that says who gets which alert (S134, S213).

The table must have a row for every issue and level; a gap is a fault of the file, never a default of the code.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Literal, Self

from pydantic import Field, model_validator

from domain.alerting import AlertLevel, Channel, Intervention, IssueType, Party
from domain.rules.alerts import AlertLimits
from domain.setting import Setting


class AlertCapacity(Setting):
    """How many new alerts people can take up (R127)."""

    per_advisor_week: int = Field(default=10, ge=0, description="New alerts one advisor gets in seven days.")
    unadvised_week: int = Field(
        default=10, ge=0, description="New alerts in seven days about students whom nobody advises."
    )


class AlertLevels(Setting):
    """From which risk on an alert is raised at all, and how pressing it is; shares from 0 to 1."""

    watch_from: Decimal = Field(default=Decimal("0.35"), ge=0, le=1, description="Least risk of any alert.")
    high_from: Decimal = Field(default=Decimal("0.5"), ge=0, le=1, description="Least risk of level high.")
    urgent_from: Decimal = Field(default=Decimal("0.7"), ge=0, le=1, description="Least risk of level urgent.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.watch_from <= self.high_from <= self.urgent_from:
            raise ValueError("watch_from, high_from and urgent_from must not fall")
        return self


class RouteRow(Setting):
    """One row of the decision table: who gets an alert of these issues and levels, where, and what is suggested."""

    row: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Name of the row, kept with each alert.")
    issues: tuple[IssueType, ...] = Field(min_length=1, description="Issues the row is for.")
    levels: tuple[AlertLevel, ...] = Field(default=tuple(AlertLevel), min_length=1, description="Levels it is for.")
    party: Party = Field(description="Who answers: advisor, tutor or faculty (S212).")
    channel: Channel = Field(description="Where it goes: case_desk, lms_inbox or ticket (S213).")
    interventions: tuple[Intervention, ...] = Field(
        min_length=1, description="Suggested workflows, the usual one first; what helped before moves ahead (S97)."
    )
    due_days: int = Field(default=3, ge=0, le=30, description="Days until somebody should have looked (R128).")
    queue: str = Field(default="", description="Queue where no person is named, such as tutoring.")


class HistoryReading(Setting):
    """How a transcript is read for the score (S132, S133)."""

    failing_letters: tuple[str, ...] = Field(default=("F", "NP", "U", "FN"), description="Letters of a failed course.")
    withdrawn_letters: tuple[str, ...] = Field(default=("W", "WP", "WF"), description="Letters of a course left.")
    usual_rate: Decimal = Field(
        default=Decimal("0.25"), gt=0, lt=1, description="Share of students who fail or leave a course, as a rule."
    )
    course_rates: Mapping[str, Decimal] = Field(
        default_factory=dict, description="Share by course, such as MATH101, where it is known to differ."
    )


class AlertSettings(Setting):
    """The whole alert file."""

    version: Literal[1] = Field(description="Version of this format.")
    limits: AlertLimits = Field(default=AlertLimits(), description="Guards and pauses.")
    capacity: AlertCapacity = Field(default=AlertCapacity(), description="How many alerts people can take up.")
    levels: AlertLevels = Field(default=AlertLevels(), description="How pressing an alert is.")
    score_step: int = Field(
        default=5, ge=1, le=50, description="Points by which a shown score must move before it is written again."
    )
    holdout_share: Decimal = Field(
        default=Decimal(0), ge=0, le=Decimal("0.5"), description="Share of due alerts left to chance, to learn from."
    )
    model_wording: bool = Field(
        default=False, description="Whether a configured model may word drafts; the template stays the fallback."
    )
    suggest_path: bool = Field(
        default=False,
        description="Whether a case names what the class offers that may help; the student is told by a person only.",
    )
    history: HistoryReading = Field(default=HistoryReading(), description="How transcripts are read.")
    interventions: tuple[Intervention, ...] = Field(
        default=tuple(Intervention), min_length=1, description="Workflows that are allowed here at all."
    )
    routes: tuple[RouteRow, ...] = Field(min_length=1, description="The decision table; the first match counts.")

    def route(self, issue: IssueType, level: AlertLevel) -> RouteRow:
        """Return the row for an issue and level; a checked file has one for each."""
        return next(row for row in self.routes if issue in row.issues and level in row.levels)

    @model_validator(mode="after")
    def _table_is_whole(self) -> Self:
        fault = next(_faults(self), None)
        if fault:
            raise ValueError(fault)
        return self


def _faults(settings: AlertSettings) -> Iterator[str]:
    """Say what the table lacks, or which row could not be carried out."""
    for issue, level in product(IssueType, AlertLevel):
        if not any(issue in row.issues and level in row.levels for row in settings.routes):
            yield f"no row of routes is for {issue} at level {level}"
    for row in settings.routes:
        forbidden = [each for each in row.interventions if each not in settings.interventions]
        if forbidden:
            yield f"row {row.row} suggests {forbidden[0]}, which interventions does not allow"
        if IssueType.DISTRESS in row.issues and set(row.interventions) != {Intervention.WELLBEING_HANDOVER}:
            yield f"row {row.row} may hand distress to people only, by wellbeing_handover (R131)"
        if row.channel is Channel.LMS_INBOX and row.party is not Party.FACULTY:
            yield f"row {row.row} writes to the LMS inbox, which is for faculty"
        if (row.channel is Channel.TICKET or row.party is Party.TUTOR) and not row.queue:
            yield f"row {row.row} needs a queue"
    names = [row.row for row in settings.routes]
    if len(set(names)) != len(names):
        yield "each row of routes needs a name of its own"
