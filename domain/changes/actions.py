"""Changes that are not rosters: grades, cases, tickets, messages and risk scores."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from domain.changes.base import BaseChange, Reversibility, Risk
from domain.ids import RecordHandle, SectionKey


class PostGrade(BaseChange):
    """Carry an attested grade to the SIS; the system is never the grader (R92)."""

    domain: ClassVar[str] = "grades"
    reversibility: ClassVar[Reversibility] = Reversibility.IRREVERSIBLE
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["post_grade"] = "post_grade"
    section: SectionKey
    person: RecordHandle
    grade_type: Literal["interim", "final"]
    grade: str
    attested_by: RecordHandle
    last_engagement_on: date | None = None

    @property
    def natural_key(self) -> str:
        """Section, student and grade type."""
        return f"{self.target}:grade:{self.section}:{self.person}:{self.grade_type}"


class HoldGrade(BaseChange):
    """Keep a suspect grade back until a person has looked at it (S88)."""

    domain: ClassVar[str] = "grades"

    kind: Literal["hold_grade"] = "hold_grade"
    section: SectionKey
    person: RecordHandle
    reason: str

    @property
    def natural_key(self) -> str:
        """Section and student."""
        return f"{self.target}:grade_hold:{self.section}:{self.person}"


class OpenCase(BaseChange):
    """Open a case for an advisor, such as a pre-semester alert (S136 to S139)."""

    domain: ClassVar[str] = "alerts"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    target: str = "casedesk"
    kind: Literal["open_case"] = "open_case"
    person: RecordHandle
    tag: str
    marker: str
    reasons: tuple[str, ...]
    outreach: str
    due_on: date
    assignee: RecordHandle | None = None
    section: SectionKey | None = None

    @property
    def natural_key(self) -> str:
        """The correlation marker, which is searched before any resend."""
        return f"{self.target}:case:{self.marker}"


class CreateTicket(BaseChange):
    """Ask a person to look at something the rules do not settle (S250, S253)."""

    domain: ClassVar[str] = "tickets"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    target: str = "casedesk"
    kind: Literal["create_ticket"] = "create_ticket"
    marker: str
    title: str
    body: str
    queue: str = "registrar"
    person: RecordHandle | None = None
    section: SectionKey | None = None

    @property
    def natural_key(self) -> str:
        """The correlation marker, which is searched before any resend."""
        return f"{self.target}:ticket:{self.marker}"


class SendMessage(BaseChange):
    """Send one message through a system's own channel, once (S59)."""

    domain: ClassVar[str] = "messages"
    reversibility: ClassVar[Reversibility] = Reversibility.IRREVERSIBLE

    kind: Literal["send_message"] = "send_message"
    recipient: RecordHandle
    marker: str
    subject: str
    body: str

    @property
    def natural_key(self) -> str:
        """The correlation marker, which is searched before any resend."""
        return f"{self.target}:message:{self.marker}"


class SetRiskScore(BaseChange):
    """Show a risk score with its reasons where advisors look (S165)."""

    domain: ClassVar[str] = "alerts"

    target: str = "casedesk"
    kind: Literal["set_risk_score"] = "set_risk_score"
    person: RecordHandle
    score: Decimal
    reasons: tuple[str, ...]

    @property
    def natural_key(self) -> str:
        """The student's score."""
        return f"{self.target}:risk:{self.person}"
