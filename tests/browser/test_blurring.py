"""A room that looks on: with identities hidden, no page lets anybody of the campus be read (F97)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from simulator.banner.tables import Person
from tests.browser.campus import House
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
DANA, ELI = "advisor-dana", "instructor-eli"


def forms_of(person: Person) -> Iterator[str]:
    """What tells who somebody is, in every form that a page might show."""
    yield from (person.shown_name, person.sortable_name, f"{person.first} {person.last}", person.last)
    yield from (person.banner_id, person.email, person.login or person.email, person.phone)
    yield from (sis_id for sis_id, _ in person.prior_ids)


def read_on(page: Page, house: House) -> list[str]:
    """Whatever of anybody on campus can be read on a page, shown or not."""
    known = {form for one in house.trial.campus.banner.persons.values() for form in forms_of(one) if form}
    either = "|".join(re.escape(form) for form in sorted(known, key=len, reverse=True))
    return re.findall(rf"(?<!\w)(?:{either})(?!\w)", page.content())


def test_f97_nobody_can_be_read_on_caseload_student_and_section(visit: Visit, house: House) -> None:
    places = {"caseload": (DANA, "/caseload"), "section": (ELI, f"/sections/{house.section}")}
    places |= {f"student-{n}": (DANA, f"/students/{one}") for n, one in enumerate(house.students[:3])}
    for name, (who, path) in places.items():
        assert read_on(visit(who, path), house), "without it the people are named"
        page = visit(who, path, blurred=True)
        expect(page.get_by_text("Demonstration mode: names and ids are hidden on every page.")).to_be_visible()
        expect(page.get_by_text(re.compile(r"^Person [a-z2-7]{6}$")).first).to_be_visible()
        assert read_on(page, house) == [], name


def test_f97_what_people_typed_about_a_student_is_hidden_too(visit: Visit, house: House) -> None:
    handle = house.students[2]
    name = house.person(handle).shown_name
    page = visit(DANA, f"/students/{handle}")
    page.get_by_label("What came of it, in a few words").fill(f"I called {name} at home.")
    page.get_by_role("button", name="Contacted").click()
    expect(page.get_by_text("Kept, with your reason.")).to_be_visible()
    expect(page.get_by_text(f"I called {name} at home.")).to_be_visible()
    page = visit(DANA, f"/students/{handle}", blurred=True)
    page.get_by_text(re.compile("History")).click()
    expect(page.get_by_text(re.compile(f"contacted by {DANA}"))).to_be_visible()
    assert read_on(page, house) == []


def test_f97_a_student_is_reached_from_the_caseload_though_nobody_is_named(visit: Visit, house: House) -> None:
    page = visit(DANA, "/caseload", blurred=True)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/students/per_*")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Person [a-z2-7]{6}$"))
    assert read_on(page, house) == []


def test_f97_neither_question_nor_answer_names_anybody_to_the_room(visit: Visit, house: House) -> None:
    page = visit(DANA, "/chat", blurred=True)
    student = house.person(house.students[0])
    page.get_by_label("Your question").fill(f"What are the grades of {student.shown_name}?")
    page.get_by_role("button", name="Ask", exact=True).click()
    turn = page.locator("article.turn")
    expect(turn.get_by_text("Worded by the offline model")).to_be_visible()
    expect(turn.locator(".said")).to_contain_text(re.compile(r"\[STUDENT_\w+\]"))
    page.wait_for_url("**/chat/cnv_*")
    assert read_on(page, house) == []
    page.reload()
    expect(page.locator("article.turn .asked")).to_contain_text("What are the grades of")
    assert read_on(page, house) == []
