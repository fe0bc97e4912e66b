"""A copy of a record has its own id and hash: an approval of one plan can never fit an edited copy of it."""

from datetime import UTC, datetime

from domain.changes import Enrol, Tier
from domain.ids import Crn, PrincipalId, RecordHandle, RuleId, RunId, SectionKey, TermCode
from domain.images import Image
from domain.plans import Plan

ABSENT, ACTIVE = Image.absent(), Image(fields={"state": "active"})


def enrol(before: Image) -> Enrol:
    return Enrol(
        rule=RuleId("S131"),
        tier=Tier.AUTO,
        topic="t",
        before=before,
        after=ACTIVE,
        section=SectionKey(TermCode("202680"), Crn("10001")),
        person=RecordHandle("per_a"),
    )


def test_a_copied_change_has_the_id_of_what_it_says_now() -> None:
    first = enrol(ABSENT)
    assert first.change_id != first.model_copy(update={"before": ACTIVE}).change_id
    assert first.model_copy(update={"before": ACTIVE}).change_id == enrol(ACTIVE).change_id


def test_a_copied_plan_has_the_hash_of_what_it_holds_now() -> None:
    made = {
        "run": RunId("r"),
        "topic": "t",
        "requested_by": PrincipalId("p"),
        "made_at": datetime(2026, 9, 21, tzinfo=UTC),
    }
    plan = Plan(changes=(enrol(ABSENT),), **made)
    assert plan.plan_hash != plan.model_copy(update={"changes": (enrol(ACTIVE),)}).plan_hash
    assert (
        plan.model_copy(update={"changes": (enrol(ACTIVE),)}).plan_hash
        == Plan(changes=(enrol(ACTIVE),), **made).plan_hash
    )
