"""Approving in the browser: what is written, what is not, what a second click does, and single keys."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from governance.inbox import ApprovalView
from store.plans import ApprovalState
from tests.browser.campus import House
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
ANA = "registrar-ana"


@dataclass
class Requests:
    """What waits for the registrar and was not used by a test yet."""

    house: House

    def take(self, kinds: set[str], fewest: int = 1) -> ApprovalView:
        """Return a request with only such changes."""
        pending = self.house.provost.approvals.find(ApprovalState.PENDING)
        return next(
            view
            for view in pending
            if {change.kind for change in view.plan.changes} <= kinds and len(view.plan.changes) >= fewest
        )


@pytest.fixture(scope="module")
def requests(house: House) -> Requests:
    return Requests(house)


def state_of(house: House, view: ApprovalView) -> ApprovalState:
    return house.provost.approvals.show(view.id).state


ROSTER = {"enrol", "restore", "deactivate", "move_section", "change_role"}


def test_an_edit_makes_a_new_plan_that_is_decided_anew_and_then_changes_canvas(
    visit: Visit, house: House, requests: Requests
) -> None:
    whole = requests.take(ROSTER, fewest=2)
    page = visit(ANA, f"/approvals/{whole.id}")
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    left_out = whole.plan.changes[0].change_id
    page.locator(f'input[name="keep"][value="{left_out}"]').uncheck()
    page.get_by_text("Leave changes out").click()
    page.get_by_label("Why", exact=True).fill("This student called us.")
    before = house.writes()
    page.get_by_role("button", name="Make the smaller plan").click()
    page.wait_for_url(lambda url: not url.endswith((whole.id, "edit")))
    assert state_of(house, whole) is ApprovalState.REJECTED
    assert house.writes() == before
    smaller = house.provost.approvals.show(page.url.rsplit("/", 1)[1])
    assert [change.change_id for change in smaller.plan.changes] == [
        change.change_id for change in whole.plan.changes if change.change_id != left_out
    ]
    assert smaller.plan.plan_hash != whole.plan.plan_hash
    page.get_by_role("button", name=re.compile("Approve")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approved and read back")
    assert house.writes() > before
    assert state_of(house, smaller) is ApprovalState.USED


def test_a_rejection_needs_a_reason_and_writes_nothing(visit: Visit, house: House, requests: Requests) -> None:
    view = requests.take(ROSTER | {"cross_list", "update_dates", "create_person"})
    before = house.writes()
    page = visit(ANA, f"/approvals/{view.id}")
    page.get_by_role("button", name=re.compile("Reject")).click()
    assert state_of(house, view) is ApprovalState.PENDING
    page.get_by_label("Why not").fill("The dean asked us to wait.")
    page.get_by_role("button", name=re.compile("Reject")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rejected")
    assert state_of(house, view) is ApprovalState.REJECTED
    assert house.writes() == before


def test_a_second_click_elsewhere_is_stale_and_has_no_second_effect(
    visit: Visit, house: House, requests: Requests
) -> None:
    view = requests.take({"create_ticket"})
    first, second = visit(ANA, f"/approvals/{view.id}"), visit("registrar-ben", f"/approvals/{view.id}")
    first.get_by_role("button", name=re.compile("Approve")).click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Approved and read back")
    open_now = len(list(house.provost.casedesk.list_open()))
    second.get_by_role("button", name=re.compile("Approve")).click()
    expect(second.get_by_role("heading", level=1)).to_have_text("This answer did not count")
    expect(second.get_by_text("Nothing was done a second time.")).to_be_visible()
    expect(second.get_by_text("registrar-ana")).to_be_visible()
    assert len(list(house.provost.casedesk.list_open())) == open_now


def test_equal_requests_of_low_risk_are_approved_together(visit: Visit, house: House, requests: Requests) -> None:
    page = visit(ANA, "/approvals")
    for box in page.get_by_role("checkbox", name=re.compile("Open a ticket")).all()[:2]:
        box.check()
    page.get_by_role("button", name="Look at the chosen ones together").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approve 2 requests together")
    page.get_by_role("button", name="Approve all 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 of 2 approved")


def test_single_keys_lead_to_an_approval_that_is_confirmed(visit: Visit, house: House, requests: Requests) -> None:
    page = visit(ANA, "/approvals")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    here = focused(page)
    assert here.startswith("/approvals/apr_")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{here}")
    view = house.provost.approvals.show(here.rsplit("/", 1)[1])
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.hasAttribute('data-approve')")
    expect(page.locator("[data-speak]")).to_have_text("Press Enter to approve, Escape to leave it.")
    page.keyboard.press("Escape")
    assert state_of(house, view) is ApprovalState.PENDING
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Approved|One more person"))
    assert state_of(house, view) is not ApprovalState.REJECTED
    page.keyboard.press("u")
    page.wait_for_url("**/approvals")


def test_keys_can_be_turned_off(visit: Visit) -> None:
    page = visit(ANA, "/approvals")
    page.get_by_role("button", name="Turn single keys off").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    assert not focused(page).startswith("/approvals/apr_")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href') || ''"))
