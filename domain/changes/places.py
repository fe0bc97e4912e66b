"""Changes of courses and sections in the LMS."""

from datetime import datetime
from typing import ClassVar, Literal

from domain.changes.base import BaseChange, Reversibility, Risk
from domain.ids import SectionKey, SisCourseId


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
