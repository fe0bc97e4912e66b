"""The closed set of changes that Provost can ever ask an outside system to make.

A change names people by record handle only, carries what it saw before and what must be true after, the rule that asked
for it, the evidence, and whether it can be undone. Nothing outside this union can be applied: the gate knows no other
verbs (principle 4 of the architecture).
"""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.evidence import Evidence
from domain.ids import ChangeId, RecordHandle, RuleId, SectionKey, SisCourseId
from domain.images import Image
from domain.lms import LmsRole, LmsState
from domain.records import Record


class Reversibility(StrEnum):
    """Whether ``provost rollback`` can undo the change."""

    REVERSIBLE = "reversible"
    COMPENSABLE = "compensable"
    IRREVERSIBLE = "irreversible"


class Risk(StrEnum):
    """How much harm a wrong change does; the policy may ask for more approval where it is higher."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Tier(StrEnum):
    """How far the system may go by DOMAIN_RULES: automatic where the phase allows, propose, or inform a person only."""

    AUTO = "A"
    PROPOSE = "P"
    HUMAN = "H"


class BaseChange(Record):
    """What every change carries.

    ``confidence`` is between 0 and 1 with ``confidence_basis`` saying where it comes from; ``target`` is the connector
    that applies it; ``before`` must still hold at apply time, ``after`` is what reading back must show.
    """

    domain: ClassVar[str] = ""
    reversibility: ClassVar[Reversibility] = Reversibility.REVERSIBLE
    risk: ClassVar[Risk] = Risk.LOW

    target: str = "canvas"
    rule: RuleId
    tier: Tier
    topic: str
    before: Image
    after: Image
    confidence: Decimal = Decimal(1)
    confidence_basis: str = "rule"
    evidence: tuple[Evidence, ...] = ()

    @property
    def natural_key(self) -> str:
        """The record this change touches; two pending changes never share one."""
        raise NotImplementedError

    @cached_property
    def canonical(self) -> str:
        """The change as canonical JSON, worked out once: plan hashes and stored rows are made of it."""
        return canonical_text(self.model_dump(mode="json"))

    @cached_property
    def change_id(self) -> ChangeId:
        """A digest of kind, key and images: the same change asked for twice has the same id."""
        content = {
            "target": self.target,
            "key": self.natural_key,
            "before": self.before.model_dump(),
            "after": self.after.model_dump(),
        }
        kind = getattr(self, "kind", "")
        return ChangeId(f"chg_{digest({'kind': kind, **content})[:24]}")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)


def canonical_text(content: object) -> str:
    """Return ``content`` as JSON with sorted keys, no spaces and no line breaks."""
    return _ENCODER.encode(content)


def digest(content: object) -> str:
    """Return the SHA-256 of ``content`` as canonical JSON, in hex."""
    return digest_text(canonical_text(content))


def digest_text(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


class EnrolmentChange(BaseChange):
    """Base of the changes to one person's row in one section."""

    domain: ClassVar[str] = "roster"

    section: SectionKey
    person: RecordHandle
    role: LmsRole = LmsRole.STUDENT

    @property
    def natural_key(self) -> str:
        """Section, person and role: the row in the LMS, whatever course it hangs under."""
        return f"{self.target}:enrolment:{self.section}:{self.person}:{self.role.value}"


class Enrol(EnrolmentChange):
    """Put a person on a section's roster, active at once (S131)."""

    kind: Literal["enrol"] = "enrol"


class Deactivate(EnrolmentChange):
    """End a person's access: ``deleted`` before census, ``inactive`` after it, work kept (R48, R49)."""

    kind: Literal["deactivate"] = "deactivate"
    to: LmsState = LmsState.INACTIVE


class Restore(EnrolmentChange):
    """Bring an earlier row back, so that the student's submissions return with it (R51)."""

    kind: Literal["restore"] = "restore"


class ChangeRole(EnrolmentChange):
    """Give the person the role the SIS says, in place of another (R55, R59)."""

    kind: Literal["change_role"] = "change_role"
    risk: ClassVar[Risk] = Risk.MEDIUM

    from_role: LmsRole


class MoveSection(EnrolmentChange):
    """Move a student to another section of the same course; never a drop and an add (R52)."""

    kind: Literal["move_section"] = "move_section"
    from_section: SectionKey


class CreatePerson(BaseChange):
    """Make the LMS account of a person the SIS knows; names and login are read from the SIS at apply time (S63).

    ``without_email`` leaves out an address that another account has (R6).
    """

    domain: ClassVar[str] = "person"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    kind: Literal["create_person"] = "create_person"
    person: RecordHandle
    without_email: bool = False

    @property
    def natural_key(self) -> str:
        """The person's account."""
        return f"{self.target}:person:{self.person}"


class UpdatePersonField(BaseChange):
    """Write one field of an LMS account from the SIS; the value itself is read from the SIS at apply time (S252)."""

    domain: ClassVar[str] = "person"

    kind: Literal["update_person_field"] = "update_person_field"
    person: RecordHandle
    field: Literal["name", "sortable_name", "short_name", "login", "email"]

    @property
    def natural_key(self) -> str:
        """The person's account and the field."""
        return f"{self.target}:person:{self.person}:{self.field}"


class ChangeSisId(BaseChange):
    """Give an LMS account the person's new SIS id in place of an earlier one, before any other row of theirs (R3)."""

    domain: ClassVar[str] = "person"
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["change_sis_id"] = "change_sis_id"
    person: RecordHandle

    @property
    def natural_key(self) -> str:
        """The person's account and its SIS id."""
        return f"{self.target}:person:{self.person}:sis_id"


class CreateCourse(BaseChange):
    """Make a course shell from an SIS section, enriched from the department's template (S130, S180 to S194)."""

    domain: ClassVar[str] = "course"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    kind: Literal["create_course"] = "create_course"
    course: SisCourseId
    name: str
    course_code: str
    term: str
    account: str = ""
    integration_id: str = ""
    start_at: datetime | None = None
    end_at: datetime | None = None
    publish: bool = False
    template: str = ""

    @property
    def natural_key(self) -> str:
        """The course by its SIS id."""
        return f"{self.target}:course:{self.course}"


class CreateSection(BaseChange):
    """Make a section inside a course."""

    domain: ClassVar[str] = "course"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    kind: Literal["create_section"] = "create_section"
    section: SectionKey
    course: SisCourseId
    name: str
    start_at: datetime | None = None
    end_at: datetime | None = None

    @property
    def natural_key(self) -> str:
        """The section."""
        return f"{self.target}:section:{self.section}"


class CrossList(BaseChange):
    """Move a section into the course it is taught with, or back to its own when ``undo`` is set (R38 to R40)."""

    domain: ClassVar[str] = "course"
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["cross_list"] = "cross_list"
    section: SectionKey
    course: SisCourseId
    undo: bool = False

    @property
    def natural_key(self) -> str:
        """The section and where it is taught."""
        return f"{self.target}:section:{self.section}:course"


class RelinkSection(BaseChange):
    """Give the LMS section of a class that was made anew its new SIS id, so that its work stays (R37)."""

    domain: ClassVar[str] = "course"
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["relink_section"] = "relink_section"
    section: SectionKey
    from_section: SectionKey

    @property
    def natural_key(self) -> str:
        """The section under its new id; no blank one may be made meanwhile."""
        return f"{self.target}:section:{self.section}"


class UpdateDates(BaseChange):
    """Set dates to the SIS dates: those of the section, or of its ``course`` where the section has none (S249)."""

    domain: ClassVar[str] = "course"

    kind: Literal["update_dates"] = "update_dates"
    section: SectionKey
    course: SisCourseId | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None

    @property
    def natural_key(self) -> str:
        """The dates of the course, where they are what is set, else those of the section."""
        record = f"course:{self.course}" if self.course else f"section:{self.section}"
        return f"{self.target}:{record}:dates"


class ArchiveCourse(BaseChange):
    """Conclude the course of a cancelled section; never delete it (R36)."""

    domain: ClassVar[str] = "course"
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["archive_course"] = "archive_course"
    section: SectionKey
    course: SisCourseId

    @property
    def natural_key(self) -> str:
        """The course by its SIS id."""
        return f"{self.target}:course:{self.course}:state"


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


Change = Annotated[
    Enrol
    | Deactivate
    | Restore
    | ChangeRole
    | MoveSection
    | CreatePerson
    | UpdatePersonField
    | ChangeSisId
    | CreateCourse
    | CreateSection
    | CrossList
    | RelinkSection
    | UpdateDates
    | ArchiveCourse
    | PostGrade
    | HoldGrade
    | OpenCase
    | CreateTicket
    | SendMessage
    | SetRiskScore,
    Field(discriminator="kind"),
]
