"""Words that several student systems share for registrations and grading, and what they mean."""

from collections.abc import Mapping

from domain.records import GradeMode, RegistrationStatus

REASONS: Mapping[str, RegistrationStatus] = {
    "registered": RegistrationStatus.REGISTERED,
    "dropped": RegistrationStatus.DROPPED,
    "withdrawn": RegistrationStatus.WITHDRAWN,
    "canceled": RegistrationStatus.CANCELED,
    "pending": RegistrationStatus.WAITLISTED,
    "noShow": RegistrationStatus.NO_SHOW,
}
"""Why a registration has its status."""

GRADE_MODES: Mapping[str, GradeMode] = {
    "standard": GradeMode.STANDARD,
    "passFail": GradeMode.PASS_FAIL,
    "audit": GradeMode.AUDIT,
}
"""How a student is graded (R55)."""
