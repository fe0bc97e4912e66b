"""Rows that no registration explains: the feed's own are questioned, those of people are left alone (R53, S253)."""

from domain.findings import DiscrepancyType
from domain.lms import LmsRole
from domain.rules.facts import LIVE_STATES, Expectation, Facts, Provenance
from domain.rules.verdict import Verdict, agree, ask

STUDENT_ROLES = frozenset({LmsRole.STUDENT, LmsRole.AUDITOR, LmsRole.WAITLIST})
"""The roles a registration can give."""
TEACHING_ROLES = frozenset({LmsRole.TEACHER, LmsRole.TA})
"""The roles an instructor assignment can give."""


def may_be_ended(provenance: Provenance) -> bool:
    """Tell whether the feed may end the row: only where the feed made it (R53)."""
    return provenance is Provenance.SIS


def is_compared(role: LmsRole) -> bool:
    """Tell whether rows of this role are compared at all; designers, observers and custom roles stay (R53, R65)."""
    return role in STUDENT_ROLES or role in TEACHING_ROLES


def judge_unregistered(facts: Facts) -> Verdict:
    """Decide about a student row that no registration explains: never registered, or seated in a lab (S250, R41)."""
    if facts.state not in LIVE_STATES:
        return agree("R41" if facts.expectation is Expectation.IN_LAB else "R53")
    if may_be_ended(facts.provenance):
        return ask(DiscrepancyType.UNEXPECTED_ENROLLMENT, "S253")
    return ask(DiscrepancyType.MANUAL_ENROLLMENT, "R53")
