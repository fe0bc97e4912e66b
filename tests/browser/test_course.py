"""The learning path in the frame of a course page on another site, in a browser that keeps no cookies there (S96)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect

from simulator.canvas.rows import User
from tests.browser.conftest import DESKTOP, _complains
from tests.browser.test_pages import CONTRAST, RULES, shoot
from tests.service.web.course import CLIENT, CourseSite, open_course

pytestmark = pytest.mark.browser
NARROW = {"width": 360, "height": 900}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseSite]:
    with open_course(tmp_path_factory.mktemp("course")) as opened:
        yield opened


@pytest.fixture(scope="module")
def guarded(browser: Browser, chromium: str) -> Iterator[Browser]:
    """A browser that blocks what other sites would keep."""
    args = ["--no-sandbox", "--test-third-party-cookie-phaseout"]
    launched = browser.browser_type.launch(executable_path=chromium, args=args)
    yield launched
    launched.close()


@pytest.fixture
def visit_course(guarded: Browser, course: CourseSite) -> Iterator[Open]:
    """Opens the course page of the other site as somebody; what was sent to us is left in ``page.asked``."""
    opened, complaints = [], []

    def open_page(user: User | None = None, viewport: dict[str, int] = DESKTOP) -> Page:
        context = guarded.new_context(ignore_https_errors=True, viewport=viewport, reduced_motion="reduce")
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _complains(said.type, said.text) else None)
        elsewhere = course.campus_url.replace("127.0.0.1", "localhost")
        who = (user or course.student).id
        page.goto(f"{elsewhere}/courses/{course.course.id}/external_tools/{CLIENT}?user={who}")
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not complaints


def framed(page: Page) -> Frame:
    page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()
    return page.frames[1]


def violations(frame: Frame, options: dict) -> list[str]:
    found = Axe().run(frame, options=options).response["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


def test_s96_a_whole_launch_in_a_frame_without_cookies(visit_course: Open, course: CourseSite, tmp_path: Path) -> None:
    page = visit_course()
    frame = framed(page)
    assert frame.url == f"{course.site.url}/lti/launch"
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your learning path")
    assert frame.get_by_role("listitem").count() > 1
    assert page.context.cookies() == [], "nothing is kept in the browser"
    assert not violations(frame, RULES)
    page.emulate_media(color_scheme="dark")
    assert not violations(frame, CONTRAST)
    shoot(page, tmp_path / "course-dark.png")


def test_it_fits_a_narrow_frame_and_its_links_lead_into_the_course(
    visit_course: Open, course: CourseSite, shots: Path
) -> None:
    page = visit_course(viewport=NARROW)
    frame = framed(page)
    assert not frame.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    shots.mkdir(parents=True, exist_ok=True)
    shoot(page, shots / "course.png")
    with page.expect_request(lambda request: request.is_navigation_request()) as asked:
        frame.get_by_role("link").first.click()
    page.wait_for_url(f"{course.campus_url}/courses/{course.course.id}/**")
    assert "referer" not in asked.value.headers


def test_a_teacher_sees_a_sentence_in_the_frame(visit_course: Open, course: CourseSite) -> None:
    teacher = course.enrolled(course.course, "TeacherEnrollment")[0]
    frame = framed(visit_course(teacher))
    expect(frame.get_by_role("heading", level=1)).to_have_text("This page shows each student their own learning path.")
    assert not frame.get_by_role("link").count()
    assert not violations(frame, RULES)


def test_no_other_site_can_frame_it(guarded: Browser, course: CourseSite) -> None:
    page = guarded.new_page()
    page.route("http://elsewhere.test/", lambda route: route.fulfill(content_type="text/html", body=_framing(course)))
    page.goto("http://elsewhere.test/")
    page.wait_for_load_state()
    assert page.frames[1].url.startswith("chrome-error://")
    page.close()


def _framing(course: CourseSite) -> str:
    return f'<!doctype html><iframe src="{course.site.url}/lti/login"></iframe>'
