"""What a class in Canvas offers to read and do, and how often each thing was opened."""

from collections.abc import Iterator

import pytest

from domain.learning import ResourceKind
from tests.tools.scripted_canvas import (
    COURSE,
    COURSE_PATH,
    SECTION,
    ScriptedCanvas,
    canvas_with_a_class,
    page_view,
)
from tools.lms.canvas.classroom import CanvasClassroom, page_views, uses

Pair = tuple[ScriptedCanvas, CanvasClassroom]


@pytest.fixture
def pair() -> Iterator[Pair]:
    with canvas_with_a_class() as opened:
        yield opened


def offered(canvas: ScriptedCanvas) -> None:
    """Offer one thing of every kind."""
    items = [
        {"id": 1, "type": "SubHeader", "title": "Read this"},
        {"id": 2, "type": "Page", "title": "Limits", "page_url": "limits", "position": 2},
        {"id": 3, "type": "Quiz", "title": "Check", "content_id": 61, "position": 3},
        {"id": 4, "type": "ExternalUrl", "title": "Video", "external_url": "https://video.example.edu/1"},
        {"id": 5, "type": "Holograph", "title": "New"},
    ]
    canvas.answers |= {
        f"{COURSE_PATH}/modules": [
            {"id": 11, "name": "Week 1", "position": 1, "items": items},
            {"id": 12, "name": "Week 2", "position": 2, "published": False},
        ],
        f"{COURSE_PATH}/modules/12/items": [{"id": 6, "type": "File", "title": "Notes", "content_id": 33}],
        f"{COURSE_PATH}/pages": [{"page_id": 17, "url": "limits", "title": "Limits"}],
        f"{COURSE_PATH}/quizzes": [{"id": 61, "title": "Check"}, {"id": 62, "title": "Final"}],
        f"{COURSE_PATH}/groups": [{"id": 40, "name": "Evening group"}],
    }


def test_resources_come_once_each_with_where_they_stand(pair: Pair) -> None:
    canvas, classroom = pair
    offered(canvas)
    fetch = classroom.read_resources(SECTION)
    assert fetch.complete
    assert [(row.id, row.kind, row.module) for row in fetch.rows] == [
        ("module-11", ResourceKind.MODULE, ""),
        ("module-12", ResourceKind.MODULE, ""),
        ("page-17", ResourceKind.PAGE, "Week 1"),
        ("quiz-61", ResourceKind.QUIZ, "Week 1"),
        ("link-4", ResourceKind.LINK, "Week 1"),
        ("unknown-5", ResourceKind.UNKNOWN, "Week 1"),
        ("file-33", ResourceKind.FILE, "Week 2"),
        ("quiz-62", ResourceKind.QUIZ, ""),
        ("group-40", ResourceKind.GROUP, ""),
    ]
    assert [row.id for row in fetch.rows if not row.published] == ["module-12", "file-33"]
    assert fetch.rows[-1].url.endswith("/groups/40")


def test_a_closed_tab_offers_nothing_and_a_closed_door_is_not_known(pair: Pair) -> None:
    canvas, classroom = pair
    offered(canvas)
    del canvas.answers[f"{COURSE_PATH}/quizzes"]
    assert classroom.read_resources(SECTION).complete
    canvas.answers[f"{COURSE_PATH}/modules"] = 403
    assert not classroom.read_resources(SECTION).complete


def test_uses_count_days_on_campus_and_openings_of_this_course_alone(pair: Pair) -> None:
    canvas, classroom = pair
    offered(canvas)
    place = f"https://canvas/courses/{COURSE}"
    canvas.answers["/api/v1/users/1/page_views"] = [
        page_view("a", "2026-09-02T03:00:00Z", f"{place}/pages/limits?module_item_id=2"),
        page_view("b", "2026-09-02T05:00:00Z", f"{place}/pages/limits"),
        page_view("c", "2026-09-02T06:00:00Z", f"{place}/pages/limits"),
        page_view("d", "2026-09-02T06:00:00Z", f"{place}/modules/items/2"),
        page_view("e", "2026-09-02T06:00:00Z", f"{place}/modules/items/4"),
        page_view("f", "2026-09-02T06:00:00Z", f"{place}/quizzes/61/take"),
        page_view("g", "2026-09-02T06:00:00Z", f"{place}/grades"),
        page_view("h", "2026-09-02T06:00:00Z", course=999, asset_type="quizzes::quiz"),
        page_view("i", "2026-09-02T06:00:00Z", asset_type="Assignment", links={"context": COURSE, "asset": 70}),
        page_view(
            "j", "2026-09-02T06:00:00Z", "https://canvas/groups/40/pages", context_type="Group", links={"context": 40}
        ),
        page_view("k", "2026-09-02T06:00:00Z", "https://canvas/groups/41", context_type="Group", links={"context": 41}),
    ]
    canvas.answers["/api/v1/users/2/page_views"] = []
    fetch = classroom.read_uses(SECTION)
    assert fetch.complete
    assert {row.resource: (row.days, row.views) for row in fetch.rows} == {
        "assignment-70": (1, 1),
        "group-40": (1, 1),
        "link-4": (1, 1),
        "page-17": (2, 3),
        "quiz-61": (1, 1),
    }
    assert [each.query["start_time"] for each in canvas.asked if "page_views" in each.path] == [
        "2026-08-24T12:00:00Z"
    ] * 2


def test_page_views_of_one_student_are_asked_for_alone(pair: Pair) -> None:
    canvas, classroom = pair
    url = f"https://canvas/courses/{COURSE}/quizzes/61"
    for user in (1, 2):
        canvas.answers[f"/api/v1/users/{user}/page_views"] = [page_view(str(user), "2026-09-02T06:00:00Z", url)]
    one = classroom.read_uses(SECTION).rows[0].person
    asked = len(canvas.asked)
    fetch = classroom.read_uses(SECTION, one)
    assert ([row.person for row in fetch.rows], fetch.complete) == ([one], True)
    assert sum("page_views" in each.path for each in canvas.asked[asked:]) == 1


def test_page_views_beyond_the_cap_are_declared(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas, classroom = pair
    canvas.page = 2
    url = f"https://canvas/courses/{COURSE}/quizzes/61"
    for user in (1, 2):
        canvas.answers[f"/api/v1/users/{user}/page_views"] = [
            page_view(str(number), "2026-09-02T06:00:00Z", url) for number in range(9)
        ]
    monkeypatch.setattr(page_views, "MOST_VIEWS", 4)
    fetch = classroom.read_uses(SECTION)
    assert ([row.views for row in fetch.rows], fetch.complete) == ([4, 4], False)
    assert fetch.findings[0].message == "Only the first 4 were read."
    monkeypatch.setattr(page_views, "MOST_VIEWS", 100)
    monkeypatch.setattr(uses, "MOST_STUDENTS", 1)
    fetch = classroom.read_uses(SECTION)
    assert ([row.views for row in fetch.rows], fetch.complete) == ([9], False)
    assert fetch.findings[0].message == "Page views were asked for 1 of 2 students."
