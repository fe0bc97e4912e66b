"""What goes into the book of alerts and what comes out of it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.ids import RecordHandle, RunId, SectionKey
from domain.records import Record
from store.alerts.rows import EventKind


class Shown(Record):
    """One reason as it is shown: the signal, what was seen, the section's median, and the sentence."""

    signal: str
    seen: float | None
    section_median: float | None
    text: str


class AlertDetail(Record):
    """Everything that made an alert, as of then; features are what was seen, None where nothing was known (S80)."""

    risk: Decimal
    model: str
    week: int
    base: float
    parts: Mapping[str, float]
    reasons: tuple[Shown, ...]
    gaps: tuple[str, ...] = ()
    features: Mapping[str, float | None] = Field(default_factory=dict)
    inputs: Mapping[str, float] = Field(default_factory=dict)
    citations: tuple[str, ...] = ()


class NewAlert(Record):
    """An alert that is to be raised, or was left to chance."""

    id: str
    person: RecordHandle
    section: SectionKey
    owner: str
    advisor: str
    issue: IssueType
    level: AlertLevel
    party: Party
    channel: Channel
    intervention: Intervention
    route: str
    state: AlertState = AlertState.PROPOSED
    marker: str
    run: RunId
    raised_on: date
    due_on: date
    propensity: Decimal = Decimal(1)
    detail: AlertDetail


class AlertEvent(Record):
    """One event of an alert's history; ``said`` is None where the person was forgotten."""

    at: datetime
    kind: EventKind
    actor: str
    word: str = ""
    propensity: Decimal = Decimal(1)
    said: str | None = ""


class Alert(Record):
    """One alert of the book with its history, oldest first; ``detail`` is None where the person was forgotten."""

    id: str
    person: RecordHandle
    section: SectionKey
    owner: str
    advisor: str
    issue: IssueType
    level: AlertLevel
    party: Party
    channel: Channel
    intervention: Intervention
    route: str
    state: AlertState
    marker: str
    run: RunId
    raised_on: date
    raised_at: datetime
    changed_at: datetime
    due_on: date
    closed_at: datetime | None
    close_reason: str
    propensity: Decimal
    detail: AlertDetail | None
    events: tuple[AlertEvent, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer it."""
        return self.state in {AlertState.PROPOSED, AlertState.OPEN}

    @property
    def counts(self) -> bool:
        """Whether it was put before people, or will be; what was dropped or left to chance counts towards no limit."""
        return self.state in {AlertState.PROPOSED, AlertState.OPEN, AlertState.CLOSED}
