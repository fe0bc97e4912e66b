"""What a run of early alert found, as it travels in state: record handles, numbers and dates, never names or texts."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from agents.early_alert.scoring import RiskScore
from domain.alerting import AlertLevel, IssueType
from domain.findings import Finding
from domain.ids import RecordHandle, SectionKey, TermCode
from domain.records import Record


class WorkItem(Record):
    """One piece of work of one student: what it is in the LMS, when it is due, whether it is overdue."""

    lms_id: int
    kind: str
    due_on: date
    missed: bool


class Signalled(Record):
    """One student to be alerted about in one section, with the score and everything that made it.

    ``advisor`` is None where nobody advises the student; ``held_back`` is set where chance left the alert out.
    """

    id: str
    person: RecordHandle
    section: SectionKey
    course: str
    advisor: RecordHandle | None
    instructor: RecordHandle | None
    issue: IssueType
    level: AlertLevel
    score: RiskScore
    features: Mapping[str, float | None]
    inputs: Mapping[str, float]
    work: tuple[WorkItem, ...] = ()
    propensity: Decimal = Decimal(1)
    held_back: bool = False

    @property
    def risk(self) -> Decimal:
        """The risk as a share, in the precision in which it is compared."""
        return risk_of(self.score.probability)


class Distressed(Record):
    """Somebody whose words are for people: where they stand and when, never the words (R131)."""

    id: str
    person: RecordHandle
    section: SectionKey
    advisor: RecordHandle | None
    source: str
    record: str
    at: datetime


class ShownScore(Record):
    """The score to show for a student: that of the section with the highest risk."""

    person: RecordHandle
    section: SectionKey
    score: int
    before: str | None
    reasons: tuple[str, ...]


class GoodNews(Record):
    """One alert whose student is well on the way again."""

    alert: str
    person: RecordHandle
    section: SectionKey
    course: str


class Signals(Record):
    """Everything one run of detection came to.

    ``refreshed`` are open alerts whose score is put in place of the old one; ``over`` are those that end with their
    section or term (R134), ``left`` those whose student is no longer registered in the class (R119).
    """

    term: TermCode
    today: date
    read_at: datetime
    alerts: tuple[Signalled, ...] = ()
    distressed: tuple[Distressed, ...] = ()
    scores: tuple[ShownScore, ...] = ()
    refreshed: Mapping[str, Signalled] = Field(default_factory=dict)
    good_news: tuple[GoodNews, ...] = ()
    over: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    counts: Mapping[str, int] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stopped: bool = False


def risk_of(probability: float) -> Decimal:
    """Return a probability as the share that limits are compared with."""
    return Decimal(str(round(probability, 6)))
