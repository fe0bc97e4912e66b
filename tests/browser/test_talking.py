"""The whole product in the browser: somebody signs in, asks about a student, and is answered by the real room."""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from graphs.chat_room import ChatRoom
from tests.browser.accessible import CONTRAST, RULES, violations
from tests.browser.campus import House
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
DANA, GIL = "advisor-dana", "advisor-gil"


class Asked(NamedTuple):
    """A student of Dana's and not of Gil's, by full and by family name, and a question about them."""

    name: str
    last: str
    words: str


@pytest.fixture
def asked(house: House) -> Asked:
    student = house.person(house.students[0])
    name = f"{student.first} {student.last}"
    assert isinstance(house.provost.chat, ChatRoom)
    return Asked(name, student.last, f"What are the grades of {name}?")


def sign_in(visit: Visit, who: str) -> Page:
    """Sign somebody in by the form, on the way to the chat."""
    page = visit("", "/chat")
    page.get_by_role("button", name=who).click()
    page.wait_for_url("**/chat")
    return page


def ask(page: Page, words: str) -> tuple[Locator, str]:
    """Type a question, wait for the end of its turn, and return the turn and the type of what it came by."""
    page.get_by_label("Your question").fill(words)
    with page.expect_response("**/chat/stream/*") as streamed:
        page.get_by_role("button", name="Ask", exact=True).click()
    turn = page.locator("article.turn").last
    expect(turn.get_by_text("Worded by the offline model")).to_be_visible()
    expect(turn.locator(".said")).to_have_attribute("aria-busy", "false")
    return turn, streamed.value.headers["content-type"]


def test_an_advisor_is_answered_about_their_student_by_name_with_steps_and_sources(visit: Visit, asked: Asked) -> None:
    page = sign_in(visit, DANA)
    turn, kind = ask(page, asked.words)
    said = turn.locator(".said")
    assert kind.startswith("text/event-stream")
    assert said.locator("span").count() > 5, "the words come in pieces"
    expect(said).to_contain_text("Offline answer, no model was asked.")
    expect(said).to_contain_text(asked.name)
    expect(said).to_contain_text(re.compile("official: .+; in progress: "))
    steps = turn.locator(".did li")
    expect(steps.filter(has_text="scrub")).to_contain_text("1 name replaced by codes")
    expect(steps.filter(has_text="find grades")).to_be_visible()
    assert asked.last not in turn.locator(".did").inner_text(), "the steps name nobody"
    assert int(turn.locator("[data-count]").inner_text()) == steps.count()
    assert not violations(page, RULES)
    page.emulate_media(color_scheme="dark")
    assert not violations(page, CONTRAST)


def test_s206_each_source_of_an_answer_says_when_it_was_read_and_its_link_works(visit: Visit, asked: Asked) -> None:
    page = sign_in(visit, DANA)
    turn, _ = ask(page, asked.words)
    sources = turn.get_by_role("list", name="Sources").get_by_role("listitem")
    assert {text.partition(":")[0] for text in sources.all_inner_texts()} == {"Banner", "Canvas"}
    assert sources.locator("time").count() == sources.count()
    places = {link.get_attribute("href") for link in sources.get_by_role("link").all()}
    assert places
    for place in places:
        assert page.request.get(f"{place}").status == 200, place
    sources.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(asked.last)


def test_a_conversation_that_is_opened_again_says_the_same(visit: Visit, asked: Asked) -> None:
    page = sign_in(visit, DANA)
    turn, _ = ask(page, asked.words)
    said, steps = turn.locator(".said").inner_text(), turn.locator(".did li").count()
    page.wait_for_url("**/chat/cnv_*")
    page.reload()
    again = page.locator("article.turn").last
    expect(again.locator(".asked")).to_have_text(asked.words)
    assert again.locator(".said").inner_text().strip() == said.strip()
    expect(again.locator(".did li")).to_have_count(steps)
    expect(page.get_by_role("complementary").locator("[aria-current=page]")).to_have_text(asked.words)


def test_r21_who_may_not_see_the_student_is_refused_and_told_no_name(visit: Visit, house: House, asked: Asked) -> None:
    page = sign_in(visit, GIL)
    turn, _ = ask(page, asked.words)
    expect(turn.locator(".said")).to_contain_text("You may not look up this person.")
    expect(turn.get_by_role("list", name="Sources").get_by_role("listitem")).to_have_count(0)
    answer = turn.inner_text().replace(asked.words, "")
    assert asked.last not in answer
    page.wait_for_url("**/chat/cnv_*")
    page.reload()
    expect(page.locator("article.turn .asked")).to_contain_text("[withheld]")
    assert asked.last not in page.content(), "nor is their own question kept with the name in it"
    looks = [line for line in house.provost.ledger.export(person=house.students[0]) if '"denied"' in line]
    assert any(GIL in line for line in looks), "the refusal is on record"
