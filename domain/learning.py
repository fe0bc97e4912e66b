"""What the LMS knows of the work in a class: assignments, what was handed in, discussion, activity, things to read.

People are named by record handle: connectors turn ids into handles at their own edge. Marks are points in Decimal,
``percent`` is worked out. A mark that is None was not given, which is not zero (R89).
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.ids import AssignmentId, RecordHandle, ResourceId, SectionKey
from domain.records import GradeMode, Record, RegistrationStatus, Section


class WorkKind(StrEnum):
    """What sort of work an assignment is; NOT_GRADED never enters a grade."""

    ASSIGNMENT = "assignment"
    QUIZ = "quiz"
    DISCUSSION = "discussion"
    ATTENDANCE = "attendance"
    NOT_GRADED = "not_graded"
    UNKNOWN = "unknown"


class Assignment(Record):
    """One piece of work that a class is asked for.

    ``grading`` is the LMS's own word for how it is marked; ``counts`` is false where it is left out of the final grade;
    ``weight`` is the share of its group in percent, None where groups have no weight.
    """

    id: AssignmentId
    section: SectionKey
    name: str
    kind: WorkKind = WorkKind.UNKNOWN
    grading: str = ""
    points: Decimal | None = None
    due_at: datetime | None = None
    published: bool = True
    counts: bool = True
    posted_by_hand: bool = False
    group: str = ""
    weight: Decimal | None = None


class Submission(Record):
    """What one student did about one assignment, and what came of it.

    ``submitted_at`` is None where nothing was handed in; ``posted_at`` is when the student could first see the mark;
    ``graded_by`` is None for an automatic or unknown grader.
    """

    assignment: AssignmentId
    section: SectionKey
    person: RecordHandle
    submitted_at: datetime | None = None
    graded_at: datetime | None = None
    posted_at: datetime | None = None
    score: Decimal | None = None
    late: bool = False
    missing: bool = False
    excused: bool = False
    attempt: int = 0
    graded_by: RecordHandle | None = None


class Contribution(Record):
    """One entry of a student in a class discussion; ``topic`` and ``entry`` are the LMS's numbers, never its text."""

    section: SectionKey
    person: RecordHandle
    at: datetime
    topic: str
    entry: str


class ActivityDay(Record):
    """What one student clicked in one class on one campus day; participations are views that did something."""

    section: SectionKey
    person: RecordHandle
    day: date
    views: int
    participations: int = 0


class LastAccess(Record):
    """When a student was last seen in a class by the LMS; a look is no academic engagement (R99)."""

    section: SectionKey
    person: RecordHandle
    at: datetime | None


class ResourceKind(StrEnum):
    """What sort of thing a class offers."""

    MODULE = "module"
    PAGE = "page"
    FILE = "file"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"
    DISCUSSION = "discussion"
    GROUP = "group"
    LINK = "link"
    UNKNOWN = "unknown"


class Resource(Record):
    """One thing that a class offers to its students; ``url`` opens it in the LMS, ``module`` is where it stands."""

    id: ResourceId
    section: SectionKey
    kind: ResourceKind
    title: str
    url: str = ""
    module: str = ""
    position: int = 0
    published: bool = True


class ResourceUse(Record):
    """On how many days and how often one student opened one resource of a class."""

    section: SectionKey
    person: RecordHandle
    resource: ResourceId
    days: int
    views: int


class AttendanceMark(StrEnum):
    """What was noted of one student at one meeting; an unknown mark is no absence."""

    PRESENT = "present"
    PARTLY = "partly"
    EXCUSED = "excused"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Attendance(Record):
    """One line of a class's attendance in the SIS."""

    section: SectionKey
    person: RecordHandle
    day: date
    mark: AttendanceMark


class Programme(Record):
    """What a student studies; ``active`` is False for a programme that is over."""

    person: RecordHandle
    code: str
    title: str = ""
    level: str = ""
    active: bool = True


class PastCourse(Record):
    """One course of a student's transcript: letter as recorded, hours tried and earned."""

    person: RecordHandle
    term: str
    course: str
    letter: str
    attempted: Decimal | None = None
    earned: Decimal | None = None


class Standing(Record):
    """A student's academic standing in a term, in the SIS's own words; ``good`` is None where a code is unknown."""

    person: RecordHandle
    term: str
    code: str
    good: bool | None = None


class HeldSeat(Record):
    """One class that a student is or was registered in, and how the registration stands."""

    section: Section
    status: RegistrationStatus
    grade_mode: GradeMode = GradeMode.STANDARD
