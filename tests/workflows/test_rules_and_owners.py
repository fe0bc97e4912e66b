"""No rule plans what ownership refuses: a row that a person made is ended by people only (R53, S41)."""

from itertools import product

from domain.findings import DiscrepancyType, Handling
from domain.lms import LmsState
from domain.rules.decision import decide
from domain.rules.facts import Expectation, Facts, PersonStanding, Provenance, RoleRelation, SectionStanding

PLANNED = {Handling.CORRECT, Handling.PROPOSE}


def test_r53_s41_no_verdict_ends_a_row_that_a_person_made() -> None:
    manual = (
        Facts(expectation, state, relation, Provenance.MANUAL, section, person)
        for expectation, state, relation, section, person in product(
            Expectation, LmsState, RoleRelation, SectionStanding, PersonStanding
        )
        if state is not LmsState.ABSENT
    )
    ending = [
        facts
        for facts in manual
        if (verdict := decide(facts)).handling in PLANNED
        and not verdict.silent
        and verdict.type is not DiscrepancyType.SIS_ID_HELD  # offers an account and touches no row
        and (verdict.wanted is not LmsState.ACTIVE or facts.relation is RoleRelation.BOTH)
    ]
    assert ending == []


def test_r53_r59_no_verdict_puts_a_students_row_in_place_of_a_teaching_row_made_by_hand() -> None:
    crossed = (
        decide(Facts(expectation, state, relation, Provenance.MANUAL, section, person))
        for expectation, state, relation, section, person in product(
            Expectation, LmsState, RoleRelation, SectionStanding, PersonStanding
        )
        if relation.crossed and expectation is not Expectation.NOT_TEACHING
    )
    wrong = [
        verdict for verdict in crossed if verdict.type is DiscrepancyType.ROLE_MISMATCH and verdict.handling in PLANNED
    ]
    assert wrong == []
