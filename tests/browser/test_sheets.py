"""A grade sheet in the browser, by keyboard alone: answer what is held, enter, attest; accessible at every step."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from domain.grades import GradeColumn
from tests.browser.accessible import CONTRAST, RULES, violations
from tests.browser.campus import House
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
ELI = "instructor-eli"
MOST_TABS = 80


def reach(page: Page, wanted: Locator) -> None:
    """Move with Tab until the control has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")


def test_r92_s88_an_instructor_answers_enters_and_attests_by_keyboard(visit: Visit, house: House) -> None:
    page = visit(ELI, "/sections")
    page.get_by_role("link", name="Grade sheet of EDUC").click()
    page.wait_for_url("**/grades/interim")
    expect(page.get_by_text("This sheet may not go.")).to_be_visible()
    assert page.get_by_role("button", name="Attest").count() == 0
    assert not violations(page, RULES)
    for left in (1, 0):
        reach(page, page.get_by_label("What you saw").first)
        page.keyboard.type("I looked at the work.")
        reach(page, page.get_by_role("button", name="Confirm").first)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Kept, with your reason.")).to_be_visible()
        expect(page.get_by_role("button", name="Confirm")).to_have_count(left)
    enter_engagement(page)
    assert not violations(page, RULES)
    reach(page, page.get_by_role("button", name=re.compile("Attest 12 grades")))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The sheet is attested and may go.")).to_be_visible()
    expect(page.get_by_text(f"provost grades send {house.section} --interim")).to_be_visible()
    assert house.provost.grading.attestations.find(house.section, GradeColumn.INTERIM, "") is not None
    page.emulate_media(color_scheme="dark")
    assert not violations(page, RULES) + violations(page, CONTRAST)


def enter_engagement(page: Page) -> None:
    """Say of the first student who needs it when they last took part."""
    first = page.get_by_role("link", name=re.compile("Enter it here for")).first
    reach(page, first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What only you can say")).to_be_visible()
    assert not violations(page, RULES)
    reach(page, page.get_by_label("Last day the student took part"))
    page.keyboard.type("10092026")
    reach(page, page.get_by_role("button", name="Enter it"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Took part until 9 Oct 2026.")).to_be_visible()


def test_r92_the_registrar_looks_and_is_not_offered_to_attest(visit: Visit, house: House) -> None:
    page = visit("registrar-ana", f"/sections/{house.section}/grades/final")
    expect(page.get_by_text("Only an instructor of record")).to_be_visible()
    assert page.get_by_role("button", name="Attest").count() == 0
