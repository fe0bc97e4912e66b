"""Every page in the browser: accessible, with room on a phone, names hidden where asked, refusals written."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.ids import RecordHandle
from domain.principals import Principal
from domain.records import RegistrationStatus
from tests.browser.accessible import CONTRAST, RULES, violations
from tests.browser.campus import House
from tests.browser.conftest import Visit
from tests.browser.rooms import FAILS
from tests.browser.serving import Served

pytestmark = pytest.mark.browser
MOST_BYTES = 150_000
DAILY = ("sign-in", "home", "approval", "caseload")


def pages_of(house: House) -> dict[str, tuple[str, str]]:
    """Every page by name: who looks at it, and where it is."""
    student, run = house.students[0], house.provost.runs.latest("reconcile", 1)[0].id
    request = house.provost.approvals.page(registrar(house), None, 1).views[0].id
    return {
        "sign-in": ("", "/sign-in"),
        "home": ("advisor-dana", "/"),
        "home-registrar": ("registrar-ana", "/"),
        "chat": ("advisor-dana", "/chat"),
        "approvals": ("registrar-ana", "/approvals"),
        "approval": ("registrar-ana", f"/approvals/{request}"),
        "nothing-waits": ("instructor-eli", "/approvals"),
        "caseload": ("advisor-dana", "/caseload"),
        "student": ("advisor-dana", f"/students/{student}"),
        "find": ("registrar-ana", "/students"),
        "classes": ("instructor-eli", "/sections"),
        "class": ("instructor-eli", f"/sections/{house.section}"),
        "grade-sheet": ("instructor-eli", f"/sections/{house.section}/grades/interim"),
        "grade-entry": ("instructor-eli", f"/sections/{house.section}/grades/interim/students/{taught(house)}"),
        "sync-board": ("registrar-ana", "/sync"),
        "run": ("registrar-ana", f"/runs/{run}"),
        "audit": ("registrar-ana", f"/students/{student}/audit"),
        "refused": ("advisor-dana", "/sync"),
    }


def taught(house: House) -> RecordHandle:
    """A student of the class whose sheet is looked at."""
    rows = house.provost.sis.read_section_registrations(house.section).rows
    registered = [row.person for row in rows if row.status is RegistrationStatus.REGISTERED]
    return house.provost.identities.handles(registered)[registered[0]]


def registrar(house: House) -> Principal:
    return next(one for one in house.provost.principals.list_all() if one.id == "registrar-ana")


@pytest.mark.parametrize("names", [DAILY, pytest.param((), marks=pytest.mark.slow)], ids=["daily", "all"])
def test_no_page_breaks_an_accessibility_rule_in_light_or_dark(
    visit: Visit, house: House, names: tuple[str, ...]
) -> None:
    found: list[str] = []
    pages = pages_of(house)
    for who, path in (pages[name] for name in names or pages):
        page = visit(who, path)
        found += violations(page, RULES)
        page.emulate_media(color_scheme="dark")
        found += violations(page, CONTRAST)
        page.close()
    assert not found, "\n".join(found)


def test_no_page_scrolls_sideways_on_a_phone(visit: Visit, served: Served, house: House) -> None:
    page = visit("registrar-ana", "/", phone=True)
    wide = []
    for who, path in pages_of(house).values():
        page.context.clear_cookies()
        page.context.add_cookies([served.cookie_of(who)] if who else [])
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    assert not wide


def test_somebody_signs_in_and_out(visit: Visit) -> None:
    page = visit("", "/approvals")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_role("button", name="registrar-ana").click()
    page.wait_for_url("**/approvals")
    expect(page.get_by_role("heading", level=1)).to_have_text("Approvals")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


@pytest.mark.usefixtures("scripted")
def test_s5_an_answer_streams_in_with_its_steps_and_sources(visit: Visit) -> None:
    page = visit("advisor-dana", "/chat")
    page.get_by_role("button", name="Who is at risk in my caseload, and why?").click()
    turn = page.locator("article.turn").last
    expect(turn.get_by_text("Worded by the offline model")).to_be_visible()
    expect(turn.locator(".said")).to_contain_text("Three of your students need somebody this week.")
    expect(turn.locator(".did li")).to_have_count(4)
    expect(turn.locator("summary")).to_contain_text("4")
    expect(turn.get_by_role("link", name="Your caseload")).to_have_attribute("href", "/caseload")
    expect(turn.locator(".said")).to_have_attribute("aria-busy", "false")
    page.wait_for_url("**/chat/conversation-*")
    page.get_by_label("Your question").fill("And the others?")
    page.keyboard.press("Enter")
    expect(page.locator("article.turn")).to_have_count(2)
    expect(page.get_by_text("Worded by the offline model")).to_have_count(2)
    page.reload()
    expect(page.locator("article.turn")).to_have_count(2)
    assert not violations(page, RULES)


@pytest.mark.usefixtures("scripted")
def test_a_turn_that_breaks_off_says_what_to_do(visit: Visit) -> None:
    page = visit("advisor-dana", "/chat")
    page.get_by_label("Your question").fill(FAILS)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Ask again in a minute.")


def test_r133_what_came_of_an_alert_is_kept_with_its_reason(visit: Visit, house: House) -> None:
    student = house.students[-1]
    page = visit("advisor-dana", f"/students/{student}")
    page.get_by_label("What came of it, in a few words").fill("We talked on the phone.")
    page.get_by_role("button", name="Contacted").click()
    expect(page.get_by_text("Kept, with your reason.")).to_be_visible()
    (alert,) = house.provost.alerts.of_person(student)
    assert [(event.word, event.said) for event in alert.events][-1] == ("contacted", "We talked on the phone.")


def test_f97_no_name_and_no_id_reaches_a_blurred_room(visit: Visit, house: House) -> None:
    known = house.provost.boundary.known.identities(house.students)
    secret = [name.last for one in known.values() for name in one.names if name.last]
    secret += house.provost.identities.people(list(house.students)).values()
    for path in ("/", "/caseload", f"/students/{house.students[0]}", "/approvals"):
        who = "registrar-ana" if path == "/approvals" else "advisor-dana"
        told = visit(who, path, blurred=True).content()
        assert not [word for word in secret if re.search(rf"\b{re.escape(word)}\b", told)], path


@pytest.mark.parametrize(
    ("who", "path", "said"),
    [
        ("student-fay", "/sync", "The sync board is for the registrar"),
        ("registrar-ana", "/caseload", "does not say which person you are"),
        ("instructor-eli", "/runs/run_x", "A registrar is needed"),
        ("student-fay", "/sections/202680-10001", "is for those who teach it"),
    ],
)
def test_a_refusal_says_why(visit: Visit, who: str, path: str, said: str) -> None:
    page = visit(who, path)
    expect(page.get_by_role("alert")).to_contain_text(said)


SHOTS = ("home", "approvals", "approval", "caseload", "student", "class", "grade-sheet", "sync-board")


@pytest.mark.slow
@pytest.mark.usefixtures("scripted")
def test_screenshots_are_small_enough_for_a_page_of_documentation(visit: Visit, house: House, shots: Path) -> None:
    shots.mkdir(parents=True, exist_ok=True)
    pages = pages_of(house)
    for name in SHOTS:
        shoot(visit(*pages[name]), shots / f"{name}.png")
    page = visit("advisor-dana", "/chat", dark=True)
    page.get_by_role("button", name="Who is at risk in my caseload, and why?").click()
    expect(page.get_by_text("Worded by the offline model")).to_be_visible()
    shoot(page, shots / "chat-dark.png")
    shoot(visit(*pages["approval"], phone=True), shots / "approval-phone.png")
    for file in shots.glob("*.png"):
        assert file.stat().st_size < MOST_BYTES, file.name


def shoot(page: Page, file: Path) -> None:
    page.screenshot(path=file, animations="disabled", caret="hide")
