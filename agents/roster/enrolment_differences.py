"""From cases to differences: each disagreement once, at its outermost, with the changes that settle it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from agents.roster.campus import Campus
from agents.roster.cases import Case
from agents.roster.detected import Difference
from agents.roster.moves import Move
from agents.roster.proof import certainty_of, details_of, prove, subject_of
from agents.roster.remedies import plan_move, plan_remedy
from agents.roster.wording import CERTAIN
from domain.changes import Tier
from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ids import RuleId

BY_PERSON = frozenset(
    {
        DiscrepancyType.MISSING_LOGIN,
        DiscrepancyType.MISSING_ACCOUNT,
        DiscrepancyType.SIS_ID_HELD,
        DiscrepancyType.DUPLICATE_ACCOUNT,
    }
)
"""Types that concern the person, however many sections they show up in."""
BY_SECTION = frozenset({DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE, DiscrepancyType.CONCLUDED_SECTION})
"""Types that concern the section, however many people they show up for."""


def one_by_one(campus: Campus, cases: Iterable[Case]) -> list[Difference]:
    """Return a difference per case; a student who was given the wrong role is one, not two (R59)."""
    found: dict[str, Difference] = {}
    for case in cases:
        subject = subject_of(case.section, case)
        if case.verdict.type is DiscrepancyType.ROLE_MISMATCH and _has_wrong_role(found.get(subject)):
            continue
        found[subject if subject not in found else f"{subject} {case.role.value}"] = difference_of(campus, case)
    return list(found.values())


def _has_wrong_role(known: Difference | None) -> bool:
    return known is not None and known.discrepancy.type is DiscrepancyType.ROLE_MISMATCH


def difference_of(campus: Campus, case: Case) -> Difference:
    """Return one case as a discrepancy with its remedy."""
    proof, certainty = prove(campus, case), certainty_of(case)
    discrepancy = Discrepancy(
        type=case.verdict.type or DiscrepancyType.UNKNOWN,
        subject=subject_of(case.section, case),
        rule=case.verdict.rule,
        tier=case.verdict.tier,
        handling=case.verdict.handling,
        confidence=certainty.confidence,
        confidence_basis=certainty.basis,
        evidence=proof,
        detected_at=campus.now,
        section=case.section,
        person=case.person,
        details=details_of(campus, case),
    )
    return Difference(discrepancy=discrepancy, remedy=plan_remedy(case, proof, certainty))


def move_difference(campus: Campus, move: Move) -> Difference:
    """Return a student's change of section as one difference that names both (R52)."""
    proof = (*prove(campus, move.target), *prove(campus, move.origin))
    change = plan_move(move.target, move.origin, proof).model_copy(
        update={"rule": RuleId("R52"), "tier": Tier.AUTO, "topic": "students who changed sections"}
    )
    discrepancy = Discrepancy(
        type=DiscrepancyType.SECTION_MOVED,
        subject=subject_of(move.target.section, move.target),
        rule=RuleId("R52"),
        tier=Tier.AUTO,
        handling=Handling.CORRECT,
        confidence=CERTAIN.confidence,
        confidence_basis=CERTAIN.basis,
        evidence=proof,
        detected_at=campus.now,
        section=move.target.section,
        other_section=move.origin.section,
        person=move.target.person,
        details=details_of(campus, move.target),
    )
    return Difference(discrepancy=discrepancy, remedy=(change,))


def group_by_person(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Group cases that concern a person by staged person key."""
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.key.person].append(case)
    return dict(grouped)


def group_by_section(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Group cases that concern a section by staged section key."""
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.key.section].append(case)
    return dict(grouped)


def split_cases(cases: Sequence[Case]) -> tuple[list[Case], list[Case], list[Case]]:
    """Part cases into those about enrolments, about people, and about sections."""
    people = [case for case in cases if case.verdict.type in BY_PERSON]
    sections = [case for case in cases if case.verdict.type in BY_SECTION]
    rows = [case for case in cases if case.verdict.type not in BY_PERSON | BY_SECTION]
    return rows, people, sections
