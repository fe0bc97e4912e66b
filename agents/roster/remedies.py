"""The changes that settle one case: planned from the rule's verdict, never applied here."""

from collections.abc import Callable, Mapping

from agents.roster.cases import Case, is_teaching
from agents.roster.wording import CERTAIN, Certainty, topic_of
from domain.changes import Change, ChangeRole, Deactivate, Enrol, MoveSection, Restore
from domain.evidence import Evidence
from domain.findings import DiscrepancyType, Handling
from domain.images import Image
from domain.lms import LmsRole, LmsState
from domain.rules.facts import LIVE_STATES

Proof = tuple[Evidence, ...]


def plan_remedy(case: Case, proof: Proof, certainty: Certainty = CERTAIN) -> tuple[Change, ...]:
    """Return the changes for one case; none where a person must choose or something must arrive first."""
    if case.verdict.wanted is None or case.verdict.handling in {Handling.TICKET, Handling.REQUEUE, Handling.REPORT}:
        return ()
    planner = _PLANNERS.get(case.verdict.type or DiscrepancyType.UNKNOWN, _plan_state)
    return (planner(case, proof, certainty),)


def plan_move(case: Case, origin: Case, proof: Proof, certainty: Certainty = CERTAIN) -> MoveSection:
    """Return the move of a student from ``origin`` to the section of ``case`` (R52)."""
    role = case.role
    target = case.image(role)
    left = origin.image(role).fields.get("state", LmsState.ABSENT.value)
    return MoveSection(
        **_common(case, proof, certainty, role),
        from_section=origin.section,
        before=Image(exists=target.exists, fields={**target.fields, "from_state": left}),
        after=_taken_over(role),
    )


def _plan_state(case: Case, proof: Proof, certainty: Certainty) -> Change:
    if case.verdict.wanted is LmsState.ACTIVE:
        return _plan_access(case, proof, certainty)
    return _plan_end(case, case.found_role, proof, certainty)


def _plan_access(case: Case, proof: Proof, certainty: Certainty) -> Change:
    """Enrol where there is no row; bring back a row that ended, so that its work returns (R51)."""
    common = _common(case, proof, certainty, case.role)
    before, after = case.image(case.role), _standing(LmsState.ACTIVE, case.role)
    ended = before.exists and before.fields["state"] not in LIVE_STATES
    return Restore(**common, before=before, after=after) if ended else Enrol(**common, before=before, after=after)


def _plan_end(case: Case, role: LmsRole, proof: Proof, certainty: Certainty) -> Change:
    """End the row in one role; what must be gone is wanted absent, which a deleted row satisfies too."""
    wanted = case.verdict.wanted or LmsState.INACTIVE
    if wanted is LmsState.ACTIVE:
        wanted = LmsState.DELETED
    after = Image.absent() if wanted is LmsState.DELETED else _standing(wanted, role)
    return Deactivate(**_common(case, proof, certainty, role), to=wanted, before=case.image(role), after=after)


def _plan_role(case: Case, proof: Proof, certainty: Certainty) -> Change:
    """Replace the wrong role; where the right one is there already, only the wrong row ends (R55, R59)."""
    right, wrong = _right_role(case), _wrong_role(case)
    if case.image(right).fields.get("state") == LmsState.ACTIVE:
        return _plan_end(case, wrong, proof, certainty)
    target = case.image(right)
    left = case.image(wrong).fields.get("state", LmsState.ABSENT.value)
    return ChangeRole(
        **_common(case, proof, certainty, right),
        from_role=wrong,
        before=Image(exists=target.exists, fields={**target.fields, "from_state": left}),
        after=_taken_over(right),
    )


def _right_role(case: Case) -> LmsRole:
    return case.facts.expectation.role or LmsRole.STUDENT


def _wrong_role(case: Case) -> LmsRole:
    """Return the live role that is not the right one; a teaching one where a student holds teaching rights."""
    crossed = case.facts.relation.crossed
    live = [row for row in case.rows if row.state in LIVE_STATES and row.role is not _right_role(case)]
    teaching = [row for row in live if is_teaching(row) is (crossed or case.facts.expectation.teaching)]
    return (teaching or live)[0].role


_PLANNERS: Mapping[DiscrepancyType, Callable[[Case, Proof, Certainty], Change]] = {
    DiscrepancyType.ROLE_MISMATCH: _plan_role,
}


def _standing(state: LmsState, role: LmsRole) -> Image:
    return Image(fields={"state": state.value, "role": role.value})


def _common(case: Case, proof: Proof, certainty: Certainty, role: LmsRole) -> dict[str, object]:
    return {
        "section": case.section,
        "person": case.person,
        "role": role,
        "rule": case.verdict.rule,
        "tier": case.verdict.tier,
        "topic": topic_of(case.verdict.type),
        "evidence": proof,
        "confidence": certainty.confidence,
        "confidence_basis": certainty.basis,
    }


def _taken_over(role: LmsRole) -> Image:
    """The new row is active and the one it takes the place of is gone; both must be read back."""
    return Image(fields={**_standing(LmsState.ACTIVE, role).fields, "from_state": LmsState.DELETED.value})
