"""A plan says the same bytes however it is put together, and stays itself where nothing differs."""

import hashlib
from decimal import Decimal

from domain.plans import Plan
from store.canonical import canonical_json
from tests.governance.plans import case, enrol, plan_of


def test_the_text_and_the_hash_of_a_plan_are_those_of_its_canonical_json():
    plan = plan_of(enrol(1), case(2), enrol(3))
    assert plan.as_text() == canonical_json(plan.model_dump(mode="json"))
    changes = canonical_json([change.model_dump(mode="json") for change in plan.changes])
    assert plan.plan_hash == hashlib.sha256(changes.encode()).hexdigest()
    assert Plan.model_validate_json(plan.as_text()) == plan


def test_a_plan_of_no_changes_has_a_text_too():
    empty = plan_of()
    assert empty.as_text() == canonical_json(empty.model_dump(mode="json"))


def test_a_plan_is_the_same_where_nothing_differs():
    plan = plan_of(enrol(1), enrol(2))
    assert plan.with_changes(tuple(plan.changes)) is plan
    assert plan.with_changes(plan.changes, topic=plan.topic, approver_role=plan.approver_role) is plan


def test_a_plan_is_another_where_anything_differs():
    plan = plan_of(enrol(1), enrol(2))
    others = [
        plan.with_changes(plan.changes[:1]),
        plan.with_changes(plan.changes[::-1]),
        plan.with_changes(plan.changes, topic="limit"),
        plan.with_changes(plan.changes, approver_role="admin"),
    ]
    assert all(other is not plan for other in others)
    assert [other.plan_hash == plan.plan_hash for other in others] == [False, False, True, True]


def test_changes_that_are_equal_and_written_otherwise_make_another_hash():
    plan = plan_of(enrol(1))
    written = plan.changes[0].model_copy(update={"confidence": Decimal("1.0")})
    assert written == plan.changes[0]
    assert plan.with_changes((written,)).plan_hash != plan.plan_hash


def test_a_changed_copy_of_a_change_has_a_text_of_its_own():
    change = enrol(1)
    assert change.canonical == canonical_json(change.model_dump(mode="json"))
    moved = change.model_copy(update={"topic": "limit"})
    assert moved.canonical == canonical_json(moved.model_dump(mode="json")) != change.canonical
