"""What holds for the decision on every one of its combinations, whatever rule takes it."""

import pytest

from domain.changes import Tier
from domain.findings import DiscrepancyType as D
from domain.findings import Handling
from domain.lms import LmsState
from domain.rules.catalogue import catalogue
from domain.rules.facts import LIVE_STATES, Expectation, PersonStanding, Provenance, RoleRelation, SectionStanding
from domain.rules.table import TableRow, table_rows

ROWS = tuple(table_rows())
LOUD = tuple(row for row in ROWS if not row.verdict.silent)
OFF = frozenset({LmsState.DELETED, LmsState.INACTIVE, LmsState.COMPLETED})
NOT_OURS = (
    SectionStanding.TERM_CLOSED,
    SectionStanding.TERM_AHEAD,
    SectionStanding.OTHER_LMS,
    SectionStanding.UNPUBLISHED,
    SectionStanding.UNKNOWN_TO_SIS,
)


def test_r53_no_row_made_by_hand_is_ever_ended_or_changed_without_asking() -> None:
    for row in LOUD:
        if row.facts.provenance is Provenance.MANUAL and row.facts.state in LIVE_STATES and row.verdict.wanted in OFF:
            assert row.verdict.tier is not Tier.AUTO, row


@pytest.mark.parametrize("standing", NOT_OURS)
def test_r32_to_r43_sections_that_are_not_ours_are_always_silent(standing: SectionStanding) -> None:
    assert all(row.verdict.silent for row in ROWS if row.facts.section is standing)


def test_r44_nothing_is_written_into_a_concluded_course() -> None:
    concluded = [row for row in LOUD if row.facts.section is SectionStanding.CONCLUDED]
    assert concluded
    assert {(row.verdict.handling, row.verdict.wanted) for row in concluded} == {(Handling.TICKET, None)}


def test_r36_nobody_is_ever_enrolled_into_a_cancelled_section() -> None:
    assert not any(row.verdict.wants_access for row in LOUD if row.facts.section is SectionStanding.CANCELLED)


def test_r3_r8_people_without_one_settled_id_are_left_alone() -> None:
    left = (PersonStanding.SIS_ID_CHANGED, PersonStanding.NOT_PROVISIONED)
    assert all(row.verdict.silent for row in ROWS if row.facts.person in left)


def test_r50_a_departure_without_date_never_ends_a_row() -> None:
    undated = [row for row in LOUD if row.facts.expectation is Expectation.UNDATED]
    assert undated
    assert all(row.verdict.wanted is None or row.verdict.tier is Tier.PROPOSE for row in undated)


def test_r59_teaching_rights_of_a_student_are_only_ever_offered() -> None:
    crossed = [
        row for row in LOUD if row.facts.relation is RoleRelation.CROSSED and row.verdict.type is D.ROLE_MISMATCH
    ]
    assert {(row.verdict.rule, row.verdict.tier) for row in crossed} == {("R59", Tier.PROPOSE)}


def test_tier_h_never_comes_out_of_the_table() -> None:
    assert {row.verdict.tier for row in LOUD} == {Tier.AUTO, Tier.PROPOSE}


def test_s71_every_verdict_names_a_rule_that_is_known() -> None:
    known = catalogue()
    assert all(rule in known for rule in {row.verdict.rule for row in ROWS} if rule.startswith("R"))


@pytest.mark.parametrize("state", [state for state in LmsState if state not in LIVE_STATES])
def test_who_has_no_access_and_should_have_none_is_never_given_any(state: LmsState) -> None:
    gone = (Expectation.ABSENT, Expectation.GONE, Expectation.WAITLISTED, Expectation.UNDATED, Expectation.IN_LAB)
    rows = [row for row in LOUD if row.facts.state is state and row.facts.expectation in gone]
    assert not any(row.verdict.wants_access for row in rows)


def test_automatic_corrections_only_move_towards_what_the_sis_says() -> None:
    for row in LOUD:
        if row.verdict.handling is Handling.CORRECT:
            assert row.verdict.wanted is _wanted(row), row


def _wanted(row: TableRow) -> LmsState:
    if row.facts.expectation.role is not None:
        return LmsState.ACTIVE
    return LmsState.INACTIVE if row.facts.expectation is Expectation.WITHDRAWN else LmsState.DELETED
