"""Edits and pages of what waits: a smaller plan needs answers of its own, and a page shows only what is one's own."""

import json

import pytest

from domain.errors import ApprovalStale, ApproverNotAllowed, InvalidRecord
from domain.principals import Role
from governance import waiting
from governance.editing import approval_id, is_editable, shrink_plan
from governance.verdicts import LIMIT_TOPIC
from store.plans import ApprovalState
from tests.governance.house import House
from tests.governance.plans import deactivate, enrol, plan_of, registrar

WHOLE = plan_of(enrol(1), deactivate(2), enrol(3))
FIRST = WHOLE.changes[0].change_id


def test_a_smaller_plan_keeps_the_order_and_has_another_hash() -> None:
    smaller = shrink_plan(WHOLE, {WHOLE.changes[2].change_id, FIRST, "unknown"})
    assert smaller.changes == (WHOLE.changes[0], WHOLE.changes[2])
    assert (smaller.run, smaller.topic, smaller.requested_by) == (WHOLE.run, WHOLE.topic, WHOLE.requested_by)
    assert smaller.plan_hash != WHOLE.plan_hash


@pytest.mark.parametrize("keep", [set(), {"unknown"}, {change.change_id for change in WHOLE.changes}])
def test_an_edit_keeps_some_and_leaves_some(keep: set[str]) -> None:
    with pytest.raises(InvalidRecord, match="leaves some changes out"):
        shrink_plan(WHOLE, keep)


def test_r58_a_waiver_and_a_single_change_are_whole() -> None:
    waiver = plan_of(*(change.model_copy(update={"topic": LIMIT_TOPIC}) for change in WHOLE.changes))
    for plan in (waiver, plan_of(enrol(1))):
        assert not is_editable(plan)
        with pytest.raises(InvalidRecord, match="Nothing can be left out"):
            shrink_plan(plan, {plan.changes[0].change_id})


def test_an_edit_ends_the_request_and_gives_no_authority_over_the_rest(house: House) -> None:
    request, smaller = house.approvals.request(WHOLE), shrink_plan(WHOLE, {FIRST})
    house.approvals.edit(request, WHOLE.plan_hash, registrar(), smaller, "One is enough.")
    assert house.approvals.show(request).state is ApprovalState.REJECTED
    assert house.approvals.instead_of(request) == smaller.plan_hash
    assert house.approvals.authority(request, WHOLE.plan_hash) is None
    anew = house.approvals.request(smaller)
    assert anew == approval_id(smaller) != request
    assert house.approvals.authority(anew, smaller.plan_hash) is None
    assert house.approvals.show(anew).superseded == ()
    (entry,) = [one for one in map(json.loads, house.ledger.export(run=WHOLE.run)) if one["kind"] == "approval.edited"]
    assert entry["body"] == {"approval": request, "plan": WHOLE.plan_hash, "instead": smaller.plan_hash}
    assert entry["actor"] == "ruth"


def test_only_an_approver_edits_and_only_while_it_waits(house: House) -> None:
    request, smaller = house.approvals.request(WHOLE), shrink_plan(WHOLE, {FIRST})
    with pytest.raises(ApproverNotAllowed):
        house.approvals.edit(request, WHOLE.plan_hash, registrar(role=Role.ADVISOR), smaller, "why")
    assert house.approvals.instead_of(request) is None
    house.approvals.answer(request, WHOLE.plan_hash, registrar(), "reject", "No.")
    with pytest.raises(ApprovalStale):
        house.approvals.edit(request, WHOLE.plan_hash, registrar(), smaller, "why")
    assert house.approvals.instead_of(request) is None


def test_s260_pages_hold_what_one_may_answer_once_each_and_close_nothing(house: House) -> None:
    asked = [house.approvals.request(plan_of(enrol(number), run=f"run-{number}")) for number in range(7)]
    own = house.approvals.request(plan_of(enrol(8), run="run-own", by="ruth"))
    seen, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = house.approvals.page(registrar(), after, 3)
        seen += [view.id for view in page.views]
        after, pages = page.after, pages + 1
    assert sorted(seen) == sorted(asked)
    assert own not in seen
    assert pages == 3
    assert house.approvals.page(registrar(role=Role.ADVISOR), None, 3).views == ()
    assert house.approvals.count_waiting() == {"registrar": 8}
    house.clock.pass_hours(24 * 30)
    assert house.approvals.page(registrar(), None, 3).views == ()
    assert house.approvals.show(asked[0]).state is ApprovalState.PENDING
    assert not house.approvals.may_read(asked[0], registrar(role=Role.ADVISOR))
    assert house.approvals.may_read(asked[0], registrar())


def test_what_lies_behind_many_requests_of_others_is_on_a_page_that_follows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        house.approvals.request(plan_of(enrol(number), run=f"run-{number}", by="ruth"))
    house.clock.pass_hours(1)
    wanted = house.approvals.request(plan_of(enrol(9), run="run-9"))
    monkeypatch.setattr(waiting, "_READ_AT_ONCE", 2)
    monkeypatch.setattr(waiting, "_MOST_READ", 2)
    first = house.approvals.page(registrar(), None, 5)
    assert first.views == ()
    assert first.after is not None
    assert [view.id for view in house.approvals.page(registrar(), first.after, 5).views] == [wanted]


def test_a_request_whose_records_another_run_took_over_is_on_no_page(house: House) -> None:
    request = house.approvals.request(plan_of(enrol(1), enrol(2)))
    house.approvals.request(plan_of(enrol(1), enrol(2), enrol(3), run="run-2"))
    assert request not in [view.id for view in house.approvals.page(registrar(), None, 5).views]
