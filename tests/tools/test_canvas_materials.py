"""Reading what courses publish from Canvas: whole or said not to be, and never with our token elsewhere (R70, S222)."""

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from domain.ids import LmsCourseId, SisCourseId
from domain.lms import CourseState, LmsCourse
from domain.materials import AccessClass, MaterialKind, MediaType
from simulator.faults import FaultKind
from simulator.server import Face
from simulator.tls import CertificateAuthority
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tests.tools.people import FrozenClock
from tools.lms.canvas.file_store import FileStore
from tools.lms.canvas.materials import CanvasMaterials
from tools.lms.canvas.scopes import Mode, required_scopes
from tools.wire import TlsPolicy

__all__ = ["campus", "stage"]

FIRST = SisCourseId("MATH101-001-202680")


@pytest.fixture
def course(campus: CanvasCampus) -> LmsCourse:
    row = campus.state.course_by_sis(FIRST)
    assert row is not None
    return LmsCourse(
        id=LmsCourseId(row.id), sis_course_id=FIRST, name="", code="", state=CourseState.AVAILABLE, term_sis_id="202680"
    )


def reader(campus: CanvasCampus, store: FileStore | None = None) -> CanvasMaterials:
    return CanvasMaterials(campus.client(campus.read_token), store=store, clock=FrozenClock(), page_size=3)


def test_s161_published_pages_and_text_files_come_whole_with_their_places(
    campus: CanvasCampus, course: LmsCourse
) -> None:
    for number in range(7):
        campus.state.create_page(course.id, f"Week {number}", f"<h2>Reading</h2><p>Pages of week {number}</p>")
    campus.state.create_page(course.id, "Draft", "<p>secret</p>", published=False)
    campus.state.create_file(course.id, "rules.txt", "text/plain", "Labor­regeln".encode())
    campus.state.create_file(course.id, "quiz.txt", "text/plain", b"answers", locked=True)
    campus.state.create_file(course.id, "photo.png", "image/png", b"\x89PNG")
    fetch = reader(campus).read_materials([course])
    assert (fetch.complete, fetch.findings) == (True, ())
    assert [row.title for row in fetch.rows] == [*(f"Week {number}" for number in range(7)), "rules.txt"]
    page, file = fetch.rows[0], fetch.rows[-1]
    assert (page.access, page.kind, page.course) == (AccessClass.COURSE, MaterialKind.COURSE_MATERIAL, FIRST)
    assert (page.media, page.url) == (MediaType.HTML, f"{campus.url}/courses/{course.id}/pages/week-0")
    assert (file.media, file.body) == (MediaType.TEXT, "Labor­regeln")
    assert "verifier" not in fetch.model_dump_json()
    assert not any(row.trusted or row.person_free for row in fetch.rows)


def test_a_renamed_page_keeps_its_key(campus: CanvasCampus, course: LmsCourse) -> None:
    made = campus.state.create_page(course.id, "Syllabus", "<p>x</p>")
    before = reader(campus).read_materials([course]).rows[0].key
    campus.state.edit_page(made.id, title="Course outline")
    assert reader(campus).read_materials([course]).rows[0].key == before


@pytest.mark.parametrize(("tab", "complete", "titles"), [("pages", True, ["a.txt"]), ("files", False, ["Welcome"])])
def test_a_switched_off_tab_of_pages_is_empty_and_closed_files_are_not(
    campus: CanvasCampus, course: LmsCourse, tab: str, complete: bool, titles: list[str]
) -> None:
    campus.state.create_page(course.id, "Welcome", "<p>x</p>")
    campus.state.create_file(course.id, "a.txt", "text/plain", b"a")
    campus.state.closed_tabs.add((course.id, tab))
    fetch = reader(campus).read_materials([course])
    assert (fetch.complete, [row.title for row in fetch.rows]) == (complete, titles)
    assert len(fetch.findings) == (0 if complete else 1)


def test_r70_a_list_that_breaks_off_is_not_complete(campus: CanvasCampus, course: LmsCourse) -> None:
    for number in range(7):
        campus.state.create_page(course.id, f"Week {number}", "<p>x</p>")
    campus.fault(FaultKind.HTTP_5XX, "/pages", after=1, count=99)
    fetch = reader(campus).read_materials([course])
    assert not fetch.complete
    assert 0 < len(fetch.rows) < 7


@pytest.mark.parametrize("content", [b"caf\xe9", b"x" * 2_000_001])
def test_a_file_that_is_no_text_or_too_large_is_said_and_nothing_is_concluded(
    campus: CanvasCampus, course: LmsCourse, content: bytes
) -> None:
    campus.state.create_file(course.id, "a.txt", "text/plain", content)
    fetch = reader(campus).read_materials([course])
    assert (fetch.rows, fetch.complete, [each.code for each in fetch.findings]) == ((), False, ["PV204"])


@pytest.mark.parametrize("change", [{"state": CourseState.UNPUBLISHED}, {"sis_course_id": None}])
def test_a_course_that_is_not_published_or_not_the_feeds_is_not_read(
    campus: CanvasCampus, course: LmsCourse, change: dict[str, object]
) -> None:
    campus.state.create_page(course.id, "Welcome", "<p>x</p>")
    fetch = reader(campus).read_materials([course.model_copy(update=change)])
    assert (fetch.rows, fetch.complete) == ((), True)


def test_s222_the_reading_scopes_cover_it_and_hold_no_write() -> None:
    scopes = required_scopes(Mode.READ)
    assert {"url:GET|/api/v1/courses/:course_id/pages", "url:GET|/api/v1/courses/:course_id/files"} <= scopes
    assert all(scope.startswith("url:GET|") for scope in scopes)


class OtherHost:
    """A host that keeps files, and what it was sent."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(dict(Request(scope).headers))
        await PlainTextResponse("kept elsewhere")(scope, receive, send)


@pytest.fixture
def elsewhere(campus: CanvasCampus, tmp_path) -> Iterator[tuple[OtherHost, str, TlsPolicy]]:
    authority, host = CertificateAuthority(), OtherHost()
    with Face(host, authority, "files") as face:
        yield host, face.url, TlsPolicy(ca_file=authority.write(tmp_path))


def test_a_file_on_a_host_the_operator_named_is_read_without_our_token(
    campus: CanvasCampus, course: LmsCourse, elsewhere: tuple[OtherHost, str, TlsPolicy]
) -> None:
    host, url, tls = elsewhere
    campus.state.create_file(course.id, "a.txt", "text/plain", b"here")
    campus.state.file_store = url
    fetch = reader(campus, FileStore([url.removeprefix("https://")], tls=tls)).read_materials([course])
    assert ([row.body for row in fetch.rows], fetch.complete) == (["kept elsewhere"], True)
    assert ["authorization" in headers for headers in host.seen] == [False]


@pytest.mark.parametrize("hosts", [(), ("example.edu",)])
def test_another_host_is_not_asked(
    campus: CanvasCampus, course: LmsCourse, elsewhere: tuple[OtherHost, str, TlsPolicy], hosts: tuple[str, ...]
) -> None:
    host, url, tls = elsewhere
    campus.state.create_file(course.id, "a.txt", "text/plain", b"here")
    campus.state.file_store = url
    fetch = reader(campus, FileStore(hosts, tls=tls)).read_materials([course])
    assert (fetch.rows, fetch.complete, host.seen) == ((), False, [])
    assert "canvas.file_hosts" in fetch.findings[0].fix
