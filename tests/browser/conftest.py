"""One campus, one served console and one browser for all browser tests; they skip where there is no Chromium."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.campus import House, open_house
from tests.browser.rooms import ScriptedRoom
from tests.browser.serving import Served, open_console

DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
MOST_MILLISECONDS = 20_000
"""How long a page may take until it shows what is expected, beside whatever else the machine does."""
Visit = Callable[..., Page]


@pytest.fixture(scope="package", autouse=True)
def _quiet() -> Iterator[None]:
    """Only errors are logged, so that a failing test shows what failed."""
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**kept)


@pytest.fixture(scope="package")
def chromium() -> str:
    """Where the system's browser is."""
    found = os.environ.get("PROVOST_TEST_BROWSER") or shutil.which("chromium")
    if not found:
        pytest.skip("there is no Chromium; PROVOST_TEST_BROWSER names one")
    return found


@pytest.fixture(scope="package")
def house(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("console")) as opened:
        yield opened


@pytest.fixture(scope="package")
def served(house: House) -> Iterator[Served]:
    with open_console(house.provost) as opened:
        yield opened


@pytest.fixture
def scripted(house: House) -> Iterator[ScriptedRoom]:
    """A chat that says the same each time, in place of the real room for as long as one test runs."""
    real = house.provost.chat
    room = ScriptedRoom("Three of your students need somebody this week.\n\nTheir alerts are due tomorrow.")
    house.provost.__dict__["chat"] = room
    yield room
    house.provost.__dict__["chat"] = real


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=MOST_MILLISECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    """Opens a page as somebody; whatever the console of the browser complains about fails the test."""
    complaints: list[str] = []
    opened = []

    def open_page(who: str, path: str = "/", *, phone: bool = False, dark: bool = False, blurred: bool = False) -> Page:
        context = browser.new_context(
            base_url=served.address,
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        opened.append(context)
        if who:
            context.add_cookies([served.cookie_of(who, blurred=blurred)])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _complains(said.type, said.text) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not complaints


def _complains(kind: str, text: str) -> bool:
    """Whether the browser complains of more than an answer that is meant to be a refusal."""
    return kind in {"error", "warning"} and not text.startswith("Failed to load resource")


@pytest.fixture(scope="package")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: docs/screenshots where PROVOST_SCREENSHOTS is set, else a folder of the test."""
    if os.environ.get("PROVOST_SCREENSHOTS"):
        return Path(__file__).resolve().parents[2] / "docs" / "screenshots"
    return tmp_path_factory.mktemp("screenshots")
