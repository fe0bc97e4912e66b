"""Words for people: topics of held plans, titles of tickets, and the certainty of a rule's answer."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from domain.findings import DiscrepancyType


class Certainty(NamedTuple):
    """How sure an answer is, between 0 and 1, and where that comes from (S71)."""

    confidence: Decimal
    basis: str


CERTAIN = Certainty(Decimal(1), "rule on complete reads of both systems")
PARTIAL = Certainty(Decimal("0.8"), "rule; one source was read incompletely")
BY_LOGIN = Certainty(Decimal("0.9"), "rule; the login equals a login, e-mail or earlier id of the person")
BY_HAND = Certainty(Decimal("0.6"), "rule; the row was made or ended by hand, so a person's intent is unknown")
LEFT_OVER = Certainty(Decimal(0), "no rule applies")

TOPICS: Mapping[DiscrepancyType, str] = {
    DiscrepancyType.MISSING_IN_LMS: "registered students missing from the LMS",
    DiscrepancyType.UNEXPECTED_ENROLLMENT: "students on a roster without registration",
    DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS: "access after leaving",
    DiscrepancyType.STATUS_MISMATCH: "enrolments in the wrong state",
    DiscrepancyType.ROLE_MISMATCH: "enrolments in the wrong role",
    DiscrepancyType.NAME_FORMAT: "names in the wrong form",
    DiscrepancyType.NAME_OUTDATED: "names that did not follow a change",
    DiscrepancyType.DATE_VARIANCE: "course dates off the calendar",
    DiscrepancyType.DUPLICATE_ACCOUNT: "people with two accounts",
    DiscrepancyType.SIS_ID_CHANGED: "accounts under an earlier id",
    DiscrepancyType.SIS_ID_HELD: "ids held by deleted accounts",
    DiscrepancyType.SECTIONS_EXPOSED: "classes that see each other",
    DiscrepancyType.SECTION_RECREATED: "sections made anew by a department",
    DiscrepancyType.MISSING_LOGIN: "people without a login",
    DiscrepancyType.MISSING_ACCOUNT: "people without an account",
    DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE: "sections missing from the LMS",
    DiscrepancyType.SECTION_MOVED: "students who changed sections",
    DiscrepancyType.CROSS_LIST_MISMATCH: "sections under the wrong course",
    DiscrepancyType.WAITLIST_ACTIVE: "waitlisted students on the roster",
    DiscrepancyType.CONCLUDED_SECTION: "courses ended early",
    DiscrepancyType.CANCELLED_SECTION: "rosters of cancelled sections",
    DiscrepancyType.MANUAL_ENROLLMENT: "students added by hand",
    DiscrepancyType.COUNT_MISMATCH: "rosters that differ too much",
    DiscrepancyType.UNKNOWN: "enrolments no rule settles",
}


def topic_of(kind: DiscrepancyType | None) -> str:
    """Return the words under which changes of a kind wait for approval."""
    return TOPICS[kind or DiscrepancyType.UNKNOWN]
