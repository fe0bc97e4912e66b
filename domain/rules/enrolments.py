"""Rows of people who should be on the roster: missing, in another state, or in another role (R51, R53, R55, S131)."""

from domain.findings import DiscrepancyType
from domain.lms import LmsState
from domain.rules.facts import LIVE_STATES, Facts, Provenance, RoleRelation
from domain.rules.verdict import Verdict, agree, ask, correct, offer

_ACTIVE = LmsState.ACTIVE


def judge_expected(facts: Facts) -> Verdict:
    """Decide about a person whom the SIS puts on the roster."""
    if facts.relation.crossed:
        return _judge_crossed(facts)
    if facts.relation is RoleRelation.BOTH or _wrong_role(facts):
        return _judge_role(facts)
    return _judge_state(facts)


def _wrong_role(facts: Facts) -> bool:
    return facts.relation is RoleRelation.OTHER and facts.state in LIVE_STATES


def _judge_role(facts: Facts) -> Verdict:
    """A live row in another role: the feed's own is changed, one made by a person is offered (R55, R53, R45).

    Where the right row is there too, the other would have to end, and one that a person made is theirs to end.
    """
    rule = "R45" if facts.expectation.teaching else "R55"
    if facts.provenance is Provenance.MANUAL and facts.relation is RoleRelation.BOTH:
        return ask(DiscrepancyType.ROLE_MISMATCH, rule)
    if facts.provenance is Provenance.MANUAL or facts.expectation.teaching:
        return offer(DiscrepancyType.ROLE_MISMATCH, rule, _ACTIVE)
    return correct(DiscrepancyType.ROLE_MISMATCH, rule, _ACTIVE)


def _judge_crossed(facts: Facts) -> Verdict:
    """A registered student with teaching rights in the same section; the teaching row is judged by itself (R59).

    Where the feed gave the wrong role in place of the right one, the change of role is offered. A teaching row that a
    person made is not the feed's to end, so the student's own row is settled beside it (R53).
    """
    if facts.state is _ACTIVE:
        return agree("R59")
    if facts.provenance is Provenance.MANUAL:
        return _judge_state(facts)
    return offer(DiscrepancyType.ROLE_MISMATCH, "R59", _ACTIVE)


def _judge_state(facts: Facts) -> Verdict:
    """Absent or ended rows come back so that work comes back (R51), unless a person ended them (R53)."""
    kind = _KINDS.get(facts.state)
    if facts.state is _ACTIVE:
        return agree("S131")
    if kind is None:
        return ask(DiscrepancyType.UNKNOWN, "S198")
    if facts.state in _ENDED and facts.provenance is Provenance.MANUAL:
        return offer(DiscrepancyType.STATUS_MISMATCH, "R53", _ACTIVE)
    if facts.state is LmsState.REJECTED:
        return offer(kind, "R51", _ACTIVE)
    return correct(kind, "R51" if facts.state in _ENDED else "S131", _ACTIVE)


_ENDED = frozenset({LmsState.DELETED, LmsState.INACTIVE, LmsState.COMPLETED})
_KINDS = {
    LmsState.ABSENT: DiscrepancyType.MISSING_IN_LMS,
    LmsState.DELETED: DiscrepancyType.MISSING_IN_LMS,
    LmsState.INVITED: DiscrepancyType.STATUS_MISMATCH,
    LmsState.CREATION_PENDING: DiscrepancyType.STATUS_MISMATCH,
    LmsState.INACTIVE: DiscrepancyType.STATUS_MISMATCH,
    LmsState.COMPLETED: DiscrepancyType.STATUS_MISMATCH,
    LmsState.REJECTED: DiscrepancyType.STATUS_MISMATCH,
}
