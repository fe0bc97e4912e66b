"""The ladder on the sync board: who may moves an action a phase back and up again, on record; nobody else does."""

import json

import pytest
from playwright.sync_api import APIResponse, Locator, Page, expect

from store.ledger.reading import read_entries
from tests.browser.accessible import RULES, violations
from tests.browser.campus import House
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
ACTION = "grades:post_grade"
ANA, HAL = "registrar-ana", "technician-hal"
WHY = "Two letters were carried that the instructor had not seen."


def rung(page: Page) -> Locator:
    """The row of the action on the board."""
    return page.locator("#ladder tbody tr").filter(has_text=ACTION)


def moves(house: House) -> list[tuple[str, str, int]]:
    """What the ledger says of moves of the action, oldest first: lowered or raised, by whom, to which phase."""
    entries = read_entries(house.provost.database, after=0, limit=100, kinds=("phase.lowered", "phase.raised"))
    told = [(entry, json.loads(entry.body)) for entry in entries]
    return [(entry.kind, entry.actor, body["to"]) for entry, body in told if body["action"] == ACTION]


def phase(house: House) -> int:
    return int(house.provost.policy.phase_of(ACTION, house.provost.ladder.lowered()))


def forge(page: Page, *, csrf: str, origin: str = "") -> APIResponse:
    """Send the form of the board from outside it, with the cookie of whoever looks at the page."""
    here = page.evaluate("location.origin")
    form = {"action": ACTION, "reason": WHY, "csrf": csrf}
    return page.request.post(f"{here}/sync/step-back", form=form, headers={"Origin": origin or here})


def token_on(page: Page) -> str:
    return page.locator('meta[name="csrf"]').get_attribute("content") or ""


def test_s238_a_registrar_steps_an_action_back_and_lets_it_rise_again(visit: Visit, house: House) -> None:
    page, before = visit(ANA, "/sync"), len(moves(house))
    assert phase(house) == 3
    rung(page).get_by_text("Move", exact=True).click()
    rung(page).get_by_label("Why go back to 2").fill(WHY)
    rung(page).get_by_role("button", name="Step back to phase 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Carry a grade: phase 2")
    expect(page.get_by_role("status").filter(has_text="From now on it goes no further than phase 2.")).to_be_visible()
    assert not violations(page, RULES)
    assert phase(house) == 2
    page.get_by_role("link", name="Sync board").last.click()
    expect(rung(page)).to_contain_text("lowered from 3")
    expect(rung(page)).to_contain_text(f"{ANA}: {WHY}")
    rung(page).get_by_text("Move", exact=True).click()
    rung(page).get_by_label("Value shown").fill("1")
    rung(page).get_by_label("Shown in").fill("the review of 26 October")
    rung(page).get_by_role("button", name="Raise to phase 3").click()
    expect(page.get_by_role("status").filter(has_text="Carry a grade rose one phase.")).to_be_visible()
    assert phase(house) == 3
    assert moves(house)[before:] == [("phase.lowered", ANA, 2), ("phase.raised", ANA, 3)]
    assert house.provost.ledger.verify().ok


def test_s238_who_may_not_move_it_sees_no_button_and_a_forged_form_is_refused(visit: Visit, house: House) -> None:
    page, before = visit(HAL, "/sync"), moves(house)
    expect(rung(page)).to_contain_text("not yours to move")
    expect(page.locator("#ladder").get_by_role("button")).to_have_count(0)
    assert page.locator('form[action^="/sync/step-back"], form[action^="/sync/promote"]').count() == 0
    refused = forge(page, csrf=token_on(page))
    assert refused.status == 403
    assert "A registrar is needed to step back a phase." in refused.text()
    assert (phase(house), moves(house)) == (3, before)


@pytest.mark.parametrize("origin", ["", "https://elsewhere.example"], ids=["no token", "another site"])
def test_a_form_of_a_registrar_that_is_not_from_our_page_moves_nothing(visit: Visit, house: House, origin: str) -> None:
    page, before = visit(ANA, "/sync"), moves(house)
    refused = forge(page, csrf=token_on(page) if origin else "", origin=origin)
    assert refused.status == 403
    assert (phase(house), moves(house)) == (3, before)


def test_without_a_reason_nothing_moves(visit: Visit, house: House) -> None:
    page = visit(ANA, "/sync")
    rung(page).get_by_text("Move", exact=True).click()
    rung(page).get_by_role("button", name="Step back to phase 2").click()
    assert page.evaluate("document.activeElement.matches(':invalid')"), "the browser asks for the reason"
    assert phase(house) == 3
