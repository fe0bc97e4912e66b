"""A learning path: existing resources of one class in order, each with the need it answers and what that rests on."""

from enum import StrEnum

from domain.ids import RecordHandle, ResourceId, RuleId, SectionKey
from domain.learning import ResourceKind
from domain.records import Record


class View(StrEnum):
    """For whom a path is worded; a student reads what to do and no label (R126)."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


class Driver(StrEnum):
    """What set a path off, beside the student's own question (S172)."""

    OPENED = "opened"
    NOTE = "note"
    RISK = "risk"


class Need(StrEnum):
    """Why something is recommended, most pressing first."""

    MISSED_WORK = "missed_work"
    LOW_MARK = "low_mark"
    REPEATED_COURSE = "repeated_course"
    WEAK_SUBJECT = "weak_subject"
    QUIET = "quiet"
    COMING_WORK = "coming_work"
    MAJOR = "major"
    COMPANY = "company"


class Recommendation(Record):
    """One existing resource, by the id and address that open it in the LMS (S93 to S95).

    ``evidence`` names the record the need rests on: a piece of work, a past course with its term, a programme.
    """

    resource: ResourceId
    url: str
    title: str
    kind: ResourceKind
    module: str
    need: Need
    rule: RuleId
    reason: str
    evidence: str


class LearningPath(Record):
    """What is recommended to one student in one class; ``not_known`` says which needs could not be looked at."""

    section: SectionKey
    person: RecordHandle
    view: View
    recommendations: tuple[Recommendation, ...] = ()
    not_known: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
