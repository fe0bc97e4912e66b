"""The words of early alert: what an alert is about, how pressing it is, who it goes to, and what came of it.

Contacting a parent or guardian is no word here, so that nothing automatic can ever ask for it (S167).
"""

from enum import StrEnum


class IssueType(StrEnum):
    """What an alert is about, by what weighs most in the score; the row of the routing table turns on it (S213)."""

    ENGAGEMENT = "engagement"
    PARTICIPATION = "participation"
    MISSED_WORK = "missed_work"
    LOW_MARKS = "low_marks"
    HISTORY = "history"
    DISTRESS = "distress"


class AlertLevel(StrEnum):
    """How pressing an alert is."""

    WATCH = "watch"
    HIGH = "high"
    URGENT = "urgent"


class Party(StrEnum):
    """Who answers an alert (S212)."""

    ADVISOR = "advisor"
    TUTOR = "tutor"
    FACULTY = "faculty"


class Channel(StrEnum):
    """Where an alert goes: the advising desk, the desk and the instructor's LMS inbox, or a ticket queue (S213)."""

    CASE_DESK = "case_desk"
    LMS_INBOX = "lms_inbox"
    TICKET = "ticket"


class Intervention(StrEnum):
    """The predefined workflows; no other step is ever proposed (S81)."""

    ADVISOR_OUTREACH = "advisor_outreach"
    STUDENT_NUDGE = "student_nudge"
    MISSED_WORK_FOLLOW_UP = "missed_work_follow_up"
    TUTORING_REFERRAL = "tutoring_referral"
    FACULTY_CHECK_IN = "faculty_check_in"
    WELLBEING_HANDOVER = "wellbeing_handover"


WRITES_TO_STUDENT = frozenset({Intervention.STUDENT_NUDGE, Intervention.MISSED_WORK_FOLLOW_UP})
"""The interventions that draft a message to the student; a person sends it or does not (S140)."""


class AlertState(StrEnum):
    """Where an alert stands; HELD_BACK is one that was due and left to chance, to learn what alerts change."""

    PROPOSED = "proposed"
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"
    HELD_BACK = "held_back"


class FeedbackOutcome(StrEnum):
    """What a person says came of an alert."""

    CONTACTED = "contacted"
    USEFUL = "useful"
    FALSE_ALARM = "false_alarm"
    ALREADY_KNOWN = "already_known"
    RESOLVED = "resolved"
    LEFT = "left"
