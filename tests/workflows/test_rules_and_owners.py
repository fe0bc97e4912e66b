"""No rule plans what ownership refuses: a row that a person made is ended by people only (R53, S41)."""

from itertools import product

from domain.findings import Handling
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
        and (verdict.wanted is not LmsState.ACTIVE or facts.relation is RoleRelation.BOTH)
    ]
    assert ending == []
