"""A student gone from one section and due in another of the course has moved; it is not a drop and an add (R52)."""

from collections.abc import Sequence
from typing import NamedTuple

from agents.roster.campus import Campus
from agents.roster.cases import Case
from domain.findings import DiscrepancyType
from domain.lms import LmsState
from domain.rules.facts import Provenance


class Move(NamedTuple):
    """The section the student belongs in, and the one they are still in."""

    target: Case
    origin: Case


def pair_moves(campus: Campus, cases: Sequence[Case]) -> tuple[list[Move], list[Case]]:
    """Pair arrivals with departures of one student in one course; return the moves and the cases left over.

    A departure after census keeps its own record, so it is not half of a move (R49); nor is one from another role, such
    as that of an auditor who comes back for credit, because a move carries the row it finds.
    """
    arrivals = {(_course(campus, case), case.key.person): case for case in cases if _is_arrival(case)}
    moves: list[Move] = []
    for case in cases:
        target = arrivals.get((_course(campus, case), case.key.person))
        if target is not None and _is_departure(case) and target.role is case.found_role:
            moves.append(Move(target, case))
            del arrivals[_course(campus, case), case.key.person]
    paired = {id(case) for move in moves for case in move}
    return moves, [case for case in cases if id(case) not in paired]


def _is_arrival(case: Case) -> bool:
    return case.verdict.type is DiscrepancyType.MISSING_IN_LMS and not case.facts.expectation.teaching


def _is_departure(case: Case) -> bool:
    if case.facts.provenance is Provenance.MANUAL or case.facts.state is not LmsState.ACTIVE:
        return False
    if case.verdict.type is DiscrepancyType.UNEXPECTED_ENROLLMENT:
        return True
    left = case.verdict.type is DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS
    return left and case.verdict.wanted is LmsState.DELETED and not case.facts.expectation.teaching


def _course(campus: Campus, case: Case) -> tuple[str, str, str]:
    """Return the catalogue course and term of a case's section, or the section itself where the SIS lists none."""
    section = campus.sections.get(case.key.section)
    if section is None:
        return case.key.section, "", ""
    return section.subject, section.course_number, section.key.term
