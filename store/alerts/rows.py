"""Rows of the alerts: numbers and words in clear, whatever tells of a person sealed under that person's own key."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from store.columns import UtcDateTime, word_column


class EventKind(StrEnum):
    """What happened to an alert."""

    PROPOSED = "proposed"
    HELD_BACK = "held_back"
    OPENED = "opened"
    DROPPED = "dropped"
    UPDATED = "updated"
    MESSAGE_SENT = "message_sent"
    MESSAGE_NOT_SENT = "message_not_sent"
    FEEDBACK = "feedback"
    GOOD_NEWS = "good_news"
    CLOSED = "closed"


class AlertRow(SQLModel, table=True):
    """One alert about one student in one section.

    ``person`` and ``owner`` are record handles, the owner a queue where nobody is named; ``propensity`` is how likely
    the alert was under the policy of the day; ``sealed`` holds risk, parts, reasons and features.
    """

    __tablename__ = "early_alert"

    id: str = Field(primary_key=True)
    person: str = Field(index=True)
    term: str = Field(index=True)
    section: str
    owner: str = Field(index=True)
    advisor: str = Field(index=True)
    issue: IssueType = Field(sa_column=word_column(IssueType))
    level: AlertLevel = Field(sa_column=word_column(AlertLevel))
    party: Party = Field(sa_column=word_column(Party))
    channel: Channel = Field(sa_column=word_column(Channel))
    intervention: Intervention = Field(sa_column=word_column(Intervention))
    route: str
    state: AlertState = Field(sa_column=word_column(AlertState, index=True))
    marker: str
    run: str = Field(index=True)
    raised_on: str
    raised_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    due_on: str
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    close_reason: str = ""
    propensity: str
    sealed: str


class AlertEventRow(SQLModel, table=True):
    """One thing that happened to an alert; ``word`` is an outcome or reason code, ``sealed`` what was said."""

    __tablename__ = "early_alert_event"

    alert: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: EventKind = Field(sa_column=word_column(EventKind, index=True))
    actor: str
    word: str
    propensity: str
    sealed: str
