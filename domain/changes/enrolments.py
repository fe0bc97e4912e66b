"""Changes of who is in a section, and as what."""

from typing import ClassVar, Literal

from domain.changes.base import BaseChange, Risk
from domain.ids import RecordHandle, SectionKey
from domain.lms import LmsRole, LmsState


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
