"""Findings: what a run noticed, from a count that is off to a discrepancy with a handling of its own."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from domain.changes import Tier
from domain.evidence import Evidence
from domain.ids import RecordHandle, RuleId, SectionKey, SisCourseId
from domain.records import Record


class DiscrepancyType(StrEnum):
    """The ways in which the two systems disagree; the literals are published (S251 to S253)."""

    MISSING_IN_LMS = "missing_in_lms"
    UNEXPECTED_ENROLLMENT = "unexpected_enrollment"
    ACTIVE_IN_LMS_DROPPED_IN_SIS = "active_in_lms_dropped_in_sis"
    STATUS_MISMATCH = "status_mismatch"
    ROLE_MISMATCH = "role_mismatch"
    NAME_FORMAT = "name_format"
    NAME_OUTDATED = "name_outdated"
    DATE_VARIANCE = "date_variance"
    DUPLICATE_ACCOUNT = "duplicate_account"
    SIS_ID_CHANGED = "sis_id_changed"
    SIS_ID_HELD = "sis_id_held"
    MISSING_LOGIN = "missing_login"
    MISSING_ACCOUNT = "missing_account"
    ENROLLMENT_WITHOUT_LMS_COURSE = "enrollment_without_lms_course"
    SECTION_MOVED = "section_moved"
    CROSS_LIST_MISMATCH = "cross_list_mismatch"
    SECTIONS_EXPOSED = "sections_exposed"
    SECTION_RECREATED = "section_recreated"
    WAITLIST_ACTIVE = "waitlist_active"
    CONCLUDED_SECTION = "concluded_section"
    CANCELLED_SECTION = "cancelled_section"
    MANUAL_ENROLLMENT = "manual_enrollment"
    COUNT_MISMATCH = "count_mismatch"
    UNKNOWN = "unknown"


class Handling(StrEnum):
    """What is done with a discrepancy."""

    CORRECT = "correct"
    PROPOSE = "propose"
    PROVISION = "provision"
    REQUEUE = "requeue"
    TICKET = "ticket"
    REPORT = "report"


class Severity(StrEnum):
    """How soon a person should look."""

    INFO = "info"
    WARNING = "warning"
    STOP = "stop"


class Finding(Record):
    """Something a run noticed about its sources: a bad row, a shrunken file, a count that is off (S51, S58).

    ``code`` is an error code where one fits; ``subject`` names the record without personal data.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    fix: str = ""


class Discrepancy(Record):
    """One disagreement between SIS and LMS with its handling, evidence and confidence (S70, S71, S247).

    ``subject`` is the natural key in words (``enrolment 202680-12345 per_…``); ``details`` holds codes and dates only.
    """

    type: DiscrepancyType
    subject: str
    rule: RuleId
    tier: Tier
    handling: Handling
    confidence: Decimal
    confidence_basis: str
    evidence: tuple[Evidence, ...] = Field(min_length=2)
    detected_at: datetime
    section: SectionKey | None = None
    other_section: SectionKey | None = None
    course: SisCourseId | None = None
    person: RecordHandle | None = None
    details: dict[str, str] = Field(default_factory=dict)
