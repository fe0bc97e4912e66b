"""Pages and files of a course as Canvas serves them."""

from __future__ import annotations

import httpx

from tests.simulator.conftest import CanvasCampus

UNAUTHORIZED = "user not authorized to perform that action"


def fill(canvas: CanvasCampus) -> int:
    course = canvas.courses["MATH101-001-202680"]
    for number in range(12):
        canvas.state.create_page(course, f"Week {number:02d}", f"<p>Reading {number}</p>")
    canvas.state.create_page(course, "Draft", "<p>Not yet</p>", published=False)
    return course


def test_pages_are_listed_ten_at_a_time_without_bodies_unless_asked(canvas: CanvasCampus, api: httpx.Client) -> None:
    course = fill(canvas)
    first = api.get(f"/courses/{course}/pages")
    assert len(first.json()) == 10
    assert "body" not in first.json()[0]
    assert "id" not in first.json()[0]
    second = api.get(str(first.links["next"]["url"]))
    assert len(second.json()) == 3
    whole = api.get(f"/courses/{course}/pages", params={"include[]": "body", "published": "true", "per_page": "100"})
    assert [page["body"] for page in whole.json()][:2] == ["<p>Reading 0</p>", "<p>Reading 1</p>"]
    assert {page["published"] for page in whole.json()} == {True}


def test_a_page_is_found_by_slug_or_number_and_keeps_its_number_when_renamed(
    canvas: CanvasCampus, api: httpx.Client
) -> None:
    course = fill(canvas)
    page = api.get(f"/courses/{course}/pages/week-03").json()
    assert page["body"] == "<p>Reading 3</p>"
    canvas.state.edit_page(page["page_id"], title="Third week")
    assert api.get(f"/courses/{course}/pages/week-03").status_code == 404
    assert api.get(f"/courses/{course}/pages/page_id:{page['page_id']}").json()["url"] == "third-week"
    canvas.state.delete_page(page["page_id"])
    assert api.get(f"/courses/{course}/pages/third-week").status_code == 404
    assert canvas.state.create_page(course, "Week 04", "twin").url == "week-04-2"


def test_switched_off_tabs_answer_404_for_pages_and_403_for_files(canvas: CanvasCampus, api: httpx.Client) -> None:
    course = fill(canvas)
    canvas.state.closed_tabs |= {(course, "pages"), (course, "files")}
    off = api.get(f"/courses/{course}/pages")
    assert (off.status_code, off.json()) == (404, {"message": "That page has been disabled for this course"})
    closed = api.get(f"/courses/{course}/files")
    assert (closed.status_code, closed.json()["errors"][0]["message"]) == (403, UNAUTHORIZED)


def test_a_file_is_filtered_by_type_and_downloaded_with_its_verifier(canvas: CanvasCampus, api: httpx.Client) -> None:
    course = canvas.courses["MATH101-001-202680"]
    canvas.state.create_file(course, "notes.txt", "text/plain", b"limits")
    canvas.state.create_file(course, "photo.png", "image/png", b"\x89PNG")
    (shown,) = api.get(f"/courses/{course}/files", params={"content_types[]": "text/plain"}).json()
    assert (shown["display_name"], shown["content-type"], shown["size"]) == ("notes.txt", "text/plain", 6)
    answer = api.get(shown["url"])
    assert (answer.content, answer.headers["content-type"]) == (b"limits", "text/plain")
    refused = api.get(shown["url"].replace("verifier=", "verifier=x"))
    assert refused.status_code == 401
    assert len(api.get(f"/courses/{course}/files", params={"content_types[]": "image"}).json()) == 1


def test_files_may_be_kept_on_another_host(canvas: CanvasCampus, api: httpx.Client) -> None:
    course = canvas.courses["MATH101-001-202680"]
    canvas.state.create_file(course, "notes.txt", "text/plain", b"limits")
    canvas.state.file_store = "https://files.example"
    (shown,) = api.get(f"/courses/{course}/files").json()
    answer = api.get(shown["url"])
    assert (answer.status_code, answer.headers["location"]) == (302, "https://files.example/files/1?token=signed")


def test_a_twin_has_pages_of_its_own(canvas: CanvasCampus) -> None:
    course = fill(canvas)
    twin = canvas.state.copy()
    twin.edit_page(1, body="changed")
    assert canvas.state.pages[1].body == "<p>Reading 0</p>"
    assert len(twin.pages_of(course)) == 13
