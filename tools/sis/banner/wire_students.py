"""Ethos records about students in sections and over time, reduced to what rosters need (S220)."""

from decimal import Decimal

from tools.sis.banner.wire import Ref, Resource, Text, Wire


class RegistrationState(Wire):
    """Where a registration stands, by flags and by code."""

    registration_status: Text = ""
    section_registration_status_reason: Text = ""
    detail: Ref | None = None


class GradingOption(Wire):
    """How the student is graded."""

    mode: str | None = None


class Approval(Wire):
    """Who let the student in."""

    approval_entity: Text = ""


class Metadata(Wire):
    """When a record last changed."""

    modified_on: str | None = None


class RegistrationCredit(Wire):
    """How many hours a registration carries."""

    registration_credit: Decimal | None = None


class RegistrationWire(Resource):
    """``section-registrations`` v16.1.0."""

    registrant: Ref
    section: Ref
    status: RegistrationState | None = None
    status_date: str | None = None
    originally_registered_on: str | None = None
    academic_level: Ref | None = None
    credit: RegistrationCredit | None = None
    grading_option: GradingOption | None = None
    approvals: tuple[Approval, ...] | None = None
    override: dict[str, object] | None = None
    metadata: Metadata | None = None


class StatusFlags(Wire):
    """What a status code means."""

    registration_status: Text = ""
    section_registration_status_reason: Text = ""


class RegistrationStatusWire(Resource):
    """``section-registration-statuses`` v8."""

    code: Text = ""
    status: StatusFlags | None = None


class WaitlistWire(Resource):
    """``student-section-waitlists`` v10."""

    person: Ref
    section: Ref
    priority: int | None = None


class HoldType(Wire):
    """Which office a hold belongs to."""

    category: Text = ""


class HoldWire(Resource):
    """``person-holds`` v6; amounts and comments stay outside."""

    person: Ref
    type: HoldType | None = None
    start_on: str | None = None
    end_on: str | None = None


class CumulativeGpa(Wire):
    """One cumulative grade point average."""

    academic_source: str | None = None
    value: Decimal | None = None
    attempted_credits: Decimal | None = None


class GpaWire(Resource):
    """``student-grade-point-averages`` v1."""

    student: Ref
    cumulative: tuple[CumulativeGpa, ...] | None = None


class TranscriptWire(Resource):
    """``student-transcript-grades`` v1.1."""

    student: Ref
    grade: Ref | None = None


class GradeValue(Wire):
    """The letter of a grade."""

    value: Text = ""


class GradeWire(Resource):
    """``grade-definitions`` v6."""

    grade: GradeValue | str | None = None

    @property
    def letter(self) -> str:
        """The letter."""
        return self.grade.value if isinstance(self.grade, GradeValue) else self.grade or ""


class AdvisorWire(Resource):
    """``student-advisor-relationships`` v10."""

    student: Ref
    advisor: Ref
    assigned_priority: str | None = None
    start_on: str | None = None
    end_on: str | None = None
