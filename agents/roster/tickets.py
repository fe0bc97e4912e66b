"""Tickets for what a person must look at: worded without any name, marked so that none is opened twice (S250, S253)."""

from collections.abc import Mapping

from agents.roster.particulars import OPTED_OUT
from agents.roster.wording import topic_of
from domain.changes import CreateTicket, Tier, digest
from domain.findings import Discrepancy, DiscrepancyType
from domain.images import Image

MARKER_LENGTH = 20
CONFIDENTIAL = "This person opted out of the directory: name them to nobody outside their own classes (R17, R18)."

ASKS: Mapping[DiscrepancyType, str] = {
    DiscrepancyType.UNEXPECTED_ENROLLMENT: "The feed enrolled this student and the SIS has no registration. "
    "Find out whether a registration is missing or the enrolment must end.",
    DiscrepancyType.MANUAL_ENROLLMENT: "Somebody added this student by hand and no current registration explains it. "
    "Ask the instructor; the feed never removes such a row.",
    DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS: "The student left, but the SIS gives no date, so the side of census "
    "is not known. Add the date in the SIS.",
    DiscrepancyType.WAITLIST_ACTIVE: "A waitlisted student was added by hand. Register or remove them.",
    DiscrepancyType.DUPLICATE_ACCOUNT: "One person appears to have two accounts. A merge can hardly be undone: it "
    "needs two approvers and a snapshot of enrolments and logins first.",
    DiscrepancyType.CONCLUDED_SECTION: "The course was ended in the LMS while the SIS still teaches it. Reopen it or "
    "correct the SIS; until then nothing is written to it.",
    DiscrepancyType.SECTIONS_EXPOSED: "Sections share this course and do not meet together, and their students see "
    "each other. Keep students to their own section in the LMS, or take the sections apart.",
    DiscrepancyType.COUNT_MISMATCH: "So many students would be removed from this roster that it may be a fault of a "
    "source. Confirm before the removals are approved.",
    DiscrepancyType.ROLE_MISMATCH: "Somebody gave this person a role by hand that the SIS does not give. Ask the "
    "instructor and end it in the LMS, or correct the SIS.",
    DiscrepancyType.STATUS_MISMATCH: "The enrolment stands in a state that the SIS does not give, and the feed may "
    "not change it. Look at it in the LMS.",
    DiscrepancyType.UNKNOWN: "No rule settles this enrolment. Decide what should be done.",
}


def marker_of(discrepancy: Discrepancy) -> str:
    """Return the correlation marker: the same disagreement found again has the same one (S57)."""
    return f"provost-{digest([discrepancy.type.value, discrepancy.subject])[:MARKER_LENGTH]}"


def plan_ticket(discrepancy: Discrepancy, note: str = "") -> CreateTicket:
    """Return the ticket for a discrepancy; ``note`` is added at its end, such as a model's classification."""
    marker = marker_of(discrepancy)
    return CreateTicket(
        rule=discrepancy.rule,
        tier=Tier.AUTO,
        topic=topic_of(discrepancy.type),
        before=Image.absent(),
        after=Image(fields={"marker": marker}),
        confidence=discrepancy.confidence,
        confidence_basis=discrepancy.confidence_basis,
        evidence=discrepancy.evidence,
        marker=marker,
        title=word_title(discrepancy),
        body=word_ticket(discrepancy, note),
        person=discrepancy.person,
        section=discrepancy.section,
    )


def word_title(discrepancy: Discrepancy) -> str:
    """Word the title; for somebody who opted out of the directory it does not even say which class (R17)."""
    topic = topic_of(discrepancy.type).capitalize()
    if is_opted_out(discrepancy):
        return topic
    return f"{topic}: {discrepancy.section or discrepancy.course or 'account'}"


def is_opted_out(discrepancy: Discrepancy) -> bool:
    """Tell whether it is about somebody who may not be named outside their own class (R17, R18)."""
    return OPTED_OUT.items() <= discrepancy.details.items()


def word_ticket(discrepancy: Discrepancy, note: str = "") -> str:
    """Word the body: what is asked, what each source showed and when, and the rule."""
    ask = ASKS.get(discrepancy.type, ASKS[DiscrepancyType.UNKNOWN])
    seen = [
        f"{item.source}, {item.record}: {item.shows} ({item.read_at:%Y-%m-%d %H:%M %Z})"
        for item in discrepancy.evidence
    ]
    if is_opted_out(discrepancy):
        seen.append(CONFIDENTIAL)
    lines = [ask, "", f"Record: {discrepancy.subject}", *seen, f"Rule: {discrepancy.rule}", note]
    return "\n".join(lines).rstrip()
