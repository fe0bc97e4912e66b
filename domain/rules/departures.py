"""Rows of students who left or wait: what is taken away, what is kept, what a person must date.

Rules R48 to R50, R54 and R63.
"""

from domain.findings import DiscrepancyType
from domain.lms import LmsState
from domain.rules.facts import LIVE_STATES, Expectation, Facts, Provenance
from domain.rules.verdict import Verdict, agree, ask, correct, offer

_ENDED = frozenset({LmsState.INACTIVE, LmsState.COMPLETED})


def judge_departed(facts: Facts) -> Verdict:
    """Decide about a student who left, or who is on the waitlist and must not be on the roster."""
    if facts.state is LmsState.UNKNOWN:
        return ask(DiscrepancyType.UNKNOWN, "S198")
    if facts.state in LIVE_STATES:
        return _judge_still_on_roster(facts)
    return _JUDGES.get(facts.expectation, _judge_off_roster)(facts)


def _judge_still_on_roster(facts: Facts) -> Verdict:
    """Access that should have ended; a row made by hand is never ended by the feed (R53)."""
    if facts.expectation is Expectation.UNDATED:
        return ask(DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R50")
    waiting = facts.expectation is Expectation.WAITLISTED
    if facts.provenance is Provenance.MANUAL:
        return ask(DiscrepancyType.WAITLIST_ACTIVE if waiting else DiscrepancyType.MANUAL_ENROLLMENT, "R53")
    if facts.expectation is Expectation.NO_SHOW:
        return offer(DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R63", LmsState.DELETED)
    if waiting:
        return correct(DiscrepancyType.WAITLIST_ACTIVE, "R54", LmsState.DELETED)
    if facts.expectation is Expectation.GONE:
        return correct(DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R48", LmsState.DELETED)
    return correct(DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R49", LmsState.INACTIVE)


def _judge_off_roster(facts: Facts) -> Verdict:
    """No access and none expected."""
    return agree(_RULES.get(facts.expectation, "R54"))


def _judge_gone(facts: Facts) -> Verdict:
    """A drop on or before census leaves no trace on the instructor's roster (R48)."""
    if facts.state not in _ENDED:
        return agree("R48")
    return _restate(facts, "R48", LmsState.DELETED)


def _judge_withdrawn(facts: Facts) -> Verdict:
    """A withdrawal after census stays visible to the instructor, and the work is kept (R49)."""
    if facts.state in _ENDED or facts.state is LmsState.REJECTED:
        return agree("R49")
    if facts.state is LmsState.ABSENT:
        return offer(DiscrepancyType.STATUS_MISMATCH, "R49", LmsState.INACTIVE)
    return _restate(facts, "R49", LmsState.INACTIVE)


def _restate(facts: Facts, rule: str, wanted: LmsState) -> Verdict:
    """Put an ended row into the right ended state; one that a person made is theirs to change (R53)."""
    if facts.provenance is Provenance.MANUAL:
        return ask(DiscrepancyType.STATUS_MISMATCH, rule)
    return correct(DiscrepancyType.STATUS_MISMATCH, rule, wanted)


_RULES = {Expectation.UNDATED: "R50", Expectation.NO_SHOW: "R63"}
_JUDGES = {Expectation.GONE: _judge_gone, Expectation.WITHDRAWN: _judge_withdrawn}
