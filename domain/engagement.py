"""What a student did in a class, and which of it is academic engagement (R99, E14)."""

from enum import StrEnum

from pydantic import AwareDatetime

from domain.records import Record


class EngagementKind(StrEnum):
    """What happened, by the words of 34 CFR 600.2; a login or a page view is no engagement."""

    SUBMISSION = "submission"
    ASSESSMENT = "assessment"
    DISCUSSION = "discussion"
    TUTORIAL = "tutorial"
    CLASS_ATTENDED = "class_attended"
    INSTRUCTOR_CONTACT = "instructor_contact"
    LOGIN = "login"
    PAGE_VIEW = "page_view"
    ADVISING = "advising"
    HOUSING = "housing"
    UNKNOWN = "unknown"


class EngagementEvent(Record):
    """One event; ``record`` names it in its system without personal data."""

    kind: EngagementKind
    at: AwareDatetime
    record: str


class EngagementRead(Record):
    """One reading of a student's events in a class.

    ``complete`` tells whether every event from the first day until ``read_at`` is in it; only then does absence prove
    anything.
    """

    events: tuple[EngagementEvent, ...]
    complete: bool
    system: str
    read_at: AwareDatetime
