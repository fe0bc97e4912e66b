"""One student's seat in one class, and what either system shows of the student there (R99, R100, R122)."""

from datetime import date
from enum import StrEnum

from domain.engagement import EngagementEvent
from domain.grades import GradeMeaning
from domain.ids import RecordHandle, SectionKey
from domain.learning import Attendance
from domain.records import Record


class Seat(Record):
    """Who sits in which class, and the days that matter; ``census_on`` is None where no calendar gives it (R33)."""

    section: SectionKey
    person: RecordHandle
    course: str
    department: str
    start_on: date
    end_on: date
    census_on: date | None


class Gap(StrEnum):
    """What could not be read about a seat; each empties the columns that need it."""

    LAST_ACCESS = "last access was not read"
    ENGAGEMENT = "engagement was not read whole"
    ATTENDANCE = "attendance was not read"
    GRADE = "grade was not read"
    OTHER_LMS = "class is taught outside this LMS"


class Sight(Record):
    """What was read of one seat.

    ``events`` are academic and other events in the LMS; ``whole`` says that nothing is missing among them, so that
    absence proves something. ``marks`` are the lines of the SIS; ``kept`` says that the class keeps attendance at all.
    ``used`` says that most of the class was academically engaged in the LMS by census, so that silence there means
    something (R117). ``letter`` is the final grade on the SIS's roster.
    """

    seat: Seat
    accessed_on: date | None = None
    events: tuple[EngagementEvent, ...] = ()
    whole: bool = False
    marks: tuple[Attendance, ...] = ()
    kept: bool = False
    used: bool = False
    letter: str = ""
    meaning: GradeMeaning = GradeMeaning.UNKNOWN
    gaps: frozenset[Gap] = frozenset()
