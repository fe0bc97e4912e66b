"""What the LMS says: users, courses, sections and enrolments, as frozen records with their provenance.

``sis_import_id`` is the provenance that decides whether a row may be touched at all: only rows that the SIS feed made
may be removed (R53).
"""

from datetime import datetime
from enum import StrEnum

from domain.ids import (
    LmsCourseId,
    LmsEnrollmentId,
    LmsSectionId,
    LmsUserId,
    SectionKey,
    SisCourseId,
    SisPersonId,
)
from domain.records import Record


class LmsState(StrEnum):
    """Where an enrolment stands in the LMS; ABSENT means that no row exists."""

    ACTIVE = "active"
    INVITED = "invited"
    CREATION_PENDING = "creation_pending"
    INACTIVE = "inactive"
    COMPLETED = "completed"
    DELETED = "deleted"
    REJECTED = "rejected"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class LmsRole(StrEnum):
    """What a person may do in a course, by the LMS role name; custom roles other than ours arrive as OTHER."""

    STUDENT = "StudentEnrollment"
    TEACHER = "TeacherEnrollment"
    TA = "TaEnrollment"
    DESIGNER = "DesignerEnrollment"
    OBSERVER = "ObserverEnrollment"
    AUDITOR = "Auditor"
    WAITLIST = "Waitlist Student"
    OTHER = "other"
    UNKNOWN = "unknown"


class CourseState(StrEnum):
    """Whether a course is open to its members."""

    UNPUBLISHED = "unpublished"
    AVAILABLE = "available"
    COMPLETED = "completed"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class LmsUser(Record):
    """An account in the LMS; ``sis_id`` is empty for accounts made by hand, and held by deleted ones too (R4)."""

    id: LmsUserId
    name: str
    sortable_name: str = ""
    sis_id: SisPersonId | None = None
    login: str | None = None
    email: str | None = None
    sis_import_id: int | None = None
    deleted: bool = False


class LmsLogin(Record):
    """One way to sign in to an account; a merged account has several, each with an SIS id of its own (R12)."""

    user: LmsUserId
    login: str
    sis_id: SisPersonId | None = None


class LmsCourse(Record):
    """A course shell in the LMS."""

    id: LmsCourseId
    sis_course_id: SisCourseId | None
    name: str
    code: str = ""
    state: CourseState
    term_sis_id: str | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None


class LmsSection(Record):
    """A section in the LMS; ``home_course`` is set only while the section is cross-listed into another course (R40)."""

    id: LmsSectionId
    key: SectionKey | None
    name: str
    course: LmsCourseId
    home_course: LmsCourseId | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    sis_import_id: int | None = None


class LmsEnrollment(Record):
    """One person's row in one LMS section."""

    id: LmsEnrollmentId
    section: LmsSectionId
    section_key: SectionKey | None
    course: LmsCourseId
    user: LmsUserId
    person: SisPersonId | None
    role: LmsRole
    state: LmsState
    sis_import_id: int | None = None
    limited_to_section: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_activity_at: datetime | None = None

    @property
    def made_by_sis(self) -> bool:
        """Whether the SIS feed made this row, so that the feed may also end it (R53)."""
        return self.sis_import_id is not None
