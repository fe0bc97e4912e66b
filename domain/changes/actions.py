"""Changes that are not rosters: grades, cases, tickets, messages and risk scores."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal, Self

from domain.changes.base import BaseChange, Reversibility, Risk, Tier
from domain.ids import RecordHandle, RuleId, SectionKey
from domain.images import Image


def grade_key(target: str, section: SectionKey, person: RecordHandle, grade_type: str) -> str:
    """Return the natural key of one grade, by which a request that waits for it is found."""
    return f"{target}:grade:{section}:{person}:{grade_type}"


class PostGrade(BaseChange):
    """Carry an attested grade to the SIS; the system is never the grader (R92).

    ``sheet`` is the hash that was attested, ``version`` that of the line (R96). ``incomplete_default`` and
    ``extension_on`` are the terms of an incomplete (R81); ``last_engagement_on`` and ``never_attended`` exclude one
    another (R84).
    """

    domain: ClassVar[str] = "grades"
    reversibility: ClassVar[Reversibility] = Reversibility.IRREVERSIBLE
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["post_grade"] = "post_grade"
    section: SectionKey
    person: RecordHandle
    grade_type: Literal["interim", "final"]
    grade: str
    attested_by: RecordHandle
    sheet: str = ""
    version: str = ""
    incomplete_default: str | None = None
    extension_on: date | None = None
    last_engagement_on: date | None = None
    never_attended: bool = False

    @property
    def natural_key(self) -> str:
        """Section, student and grade type."""
        return grade_key(self.target, self.section, self.person, self.grade_type)


class HoldGrade(BaseChange):
    """Keep a suspect grade back until a person has looked at it (S88); without a person it is a whole column's.

    ``marker`` names the hold: the same mark in the same column is the same hold. ``about`` is what sort of hold it is.
    """

    domain: ClassVar[str] = "grades"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    target: str = "casedesk"
    kind: Literal["hold_grade"] = "hold_grade"
    section: SectionKey
    marker: str
    about: str
    reason: str
    person: RecordHandle | None = None
    column: str = ""
    seen: str = ""
    expected: str = ""
    cause: str = ""

    @property
    def natural_key(self) -> str:
        """The hold's own name, under which it is answered."""
        return f"{self.target}:grade_hold:{self.marker}"


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

    @classmethod
    def once(
        cls,
        recipient: RecordHandle,
        words: tuple[str, str],
        marker: str,
        *,
        rule: str,
        tier: Tier,
        topic: str,
        confidence_basis: str = "rule",
    ) -> Self:
        """Return a message of subject and body that is not there yet and is found by its marker once it is."""
        subject, body = words
        return cls(
            rule=RuleId(rule),
            tier=tier,
            topic=topic,
            before=Image.absent(),
            after=Image(fields={"marker": marker}),
            confidence_basis=confidence_basis,
            recipient=recipient,
            marker=marker,
            subject=subject,
            body=body,
        )

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
