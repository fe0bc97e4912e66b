"""A seeded term of learning: the same every time, made only when asked for, and seen only as time passes."""

from __future__ import annotations

import gc
import os
import time
import tracemalloc
from pathlib import Path
from statistics import correlation

import pytest

from simulator.campus import Campus
from simulator.canvas.rows import Course
from simulator.canvas.wire.show_enrollment import show_enrollment
from tests.simulator.campus_builds import default_key
from tests.simulator.learning_campus import open_reader

CLEAN = {"students": 40, "seed": 4, "learning": "clean"}


def told(campus: Campus) -> list[dict[str, object]]:
    """Every student enrolment as it is shown."""
    rows = [row for row in campus.canvas.enrollments.values() if row.type == "StudentEnrollment"]
    return [show_enrollment(campus.canvas, row, "https://x") for row in rows]


def courses(campus: Campus) -> list[Course]:
    return [each for each in campus.canvas.courses.values() if each.sis_course_id]


def test_the_same_seed_teaches_the_same_term() -> None:
    first, second = Campus.build(**CLEAN), Campus.build(**CLEAN)
    assert told(first) == told(second)
    assert told(first) != told(Campus.build(**CLEAN | {"seed": 5}))


def test_the_order_of_asking_does_not_matter() -> None:
    first, second = Campus.build(**CLEAN), Campus.build(**CLEAN)
    assert first.learning
    assert second.learning
    for course in reversed(courses(second)):
        second.learning.book(course)
    assert told(first) == told(second)


def test_nothing_is_made_before_the_first_request() -> None:
    with open_reader(students=60, seed=4) as reader:
        learning = reader.campus.learning
        assert learning
        assert learning.made == 0
        assert "items" not in vars(learning._planting), "not even what is to be planted is drawn"
        course = reader.courses()[0]
        assert learning.made == 0, "listing courses makes no book"
        reader.get(f"/courses/{course['id']}/assignments")
        assert learning.made == 1


def test_books_are_dropped_and_made_again_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(Campus.build(**CLEAN))
    monkeypatch.setattr("simulator.world.learning.campus_learning.KEPT_BOOKS", 2)
    campus = Campus.build(**CLEAN)
    assert told(campus) == whole
    assert campus.learning
    assert campus.learning.made > len(courses(campus)) / 2


def test_a_campus_that_teaches_starts_as_fast_and_weighs_as_much() -> None:
    def measured(learning: str) -> tuple[float, int]:
        gc.collect()
        tracemalloc.start()
        started = time.process_time()
        campus = Campus.build(students=80, seed=9, learning=learning)
        spent, (held, _) = time.process_time() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert campus.world
        return spent, held

    seconds, held = measured("off")
    with_learning = measured("planted")
    assert with_learning[0] < seconds * 1.5 + 0.2
    assert with_learning[1] < held * 1.02


def test_the_roster_key_is_the_same_whether_anybody_is_taught() -> None:
    plain = Campus.build(students=100, seed=3).answer_key()
    planted = Campus.build(students=100, seed=3, learning="planted").answer_key()
    assert set(planted) == {*plain, "learning"}
    assert {part: planted[part] for part in plain} == plain


@pytest.mark.slow
def test_the_default_roster_key_is_the_same_whether_anybody_is_taught() -> None:
    planted = Campus.build(learning="planted").answer_key()
    assert {part: planted[part] for part in default_key()} == default_key()
    assert len(default_key()["real"]) == 295


def test_a_campus_that_does_not_teach_shows_nothing() -> None:
    campus = Campus.build(students=40, seed=2)
    assert campus.learning is None
    assert {row["grades"]["current_score"] for row in told(campus)} == {None}
    assert "learning" not in campus.answer_key()
    with pytest.raises(ValueError, match="Nobody is taught"):
        campus.live_week()
    with pytest.raises(ValueError, match="no learning called 'much'"):
        Campus.build(students=40, seed=2, learning="much")


def totals(campus: Campus) -> dict[object, dict[str, float | None]]:
    """The totals of everybody in the running term, by enrolment."""
    term = f"{campus.world.term}-"
    return {row["id"]: row["grades"] for row in told(campus) if str(row["sis_section_id"]).startswith(term)}


def test_time_alone_makes_work_and_marks_appear() -> None:
    campus = Campus.build(**CLEAN)
    before = totals(campus)
    campus.clock.advance(24 * 28)
    after = totals(campus)
    marked = [each for each in after if before[each]["unposted_current_score"] is not None]
    assert marked
    assert all(after[each]["unposted_current_score"] is not None for each in marked)
    finals = [after[each]["unposted_final_score"] > before[each]["unposted_final_score"] for each in marked]
    assert sum(finals) > len(finals) / 2, "most have handed in more since"


def test_effort_shows_in_clicks_and_in_marks() -> None:
    campus = Campus.build(students=150, seed=7, learning="clean")
    rows = [row for row in told(campus) if row["enrollment_state"] == "active"]
    pairs = [
        (float(row["total_activity_time"]), float(row["grades"]["unposted_current_score"]))
        for row in rows
        if row["grades"]["unposted_current_score"] is not None and row["last_activity_at"]
    ]
    assert 0.1 < correlation(*map(list, zip(*pairs, strict=True))) < 0.7


def test_a_week_passes_and_a_student_writes_in_distress() -> None:
    with open_reader(students=60, seed=4) as reader:
        control = reader.campus.control
        url = reader.campus.handle["control"]["url"]
        headers = {"Authorization": f"Bearer {control.token}"}
        assert reader.all("/conversations") == []
        before = reader.campus.clock.now()
        answer = reader.http.post(f"{url}/live-week", headers=headers).json()
        assert (reader.campus.clock.now() - before).days == 7
        (conversation,) = reader.all("/conversations")
        assert conversation["id"] == answer["message"]["conversation"]
        assert conversation["last_message"] == answer["message"]["body"]
        sender = reader.user(answer["message"]["keys"]["bannerId"])
        assert conversation["audience"] == [sender]
        message = reader.get(f"/conversations/{conversation['id']}")["messages"][0]
        assert message["author_id"] == sender
        second = reader.http.post(f"{url}/live-week", headers=headers).json()
        assert second["message"]["keys"] != answer["message"]["keys"]
        assert [each for each in reader.campus.answer_key()["learning"] if each["family"] == "message"] == [
            answer["message"],
            second["message"],
        ]


def test_the_control_face_switches_statistics() -> None:
    with open_reader(students=60, seed=4) as reader:
        url = f"{reader.campus.handle['control']['url']}/analytics"
        headers = {"Authorization": f"Bearer {reader.campus.control.token}"}
        course = reader.courses()[0]["id"]
        assert reader.http.put(url, headers=headers, json={"enabled": "no"}).status_code == 400
        assert reader.http.put(url, headers=headers, json={"enabled": False}).json() == {"enabled": False}
        assert reader.http.get(f"/courses/{course}/analytics/activity").status_code == 404
        reader.http.put(url, headers=headers, json={"enabled": True})
        assert reader.http.get(f"/courses/{course}/analytics/activity").status_code == 200


def test_a_section_opened_later_is_taught_too() -> None:
    campus = Campus.build(students=60, seed=4, learning="clean")
    opened = [each for each in campus.live(40) if each["kind"] == "section_opened"]
    assert opened
    assert campus.learning
    section = campus.banner.sections[max(campus.banner.sections)]
    course = f"{section.course.code}-{section.sequence}-{section.key.term}"
    row = campus.canvas.create_course("Late", sis_course_id=f"new {course}")
    assert campus.learning.book(row) is None
    row = campus.canvas.create_course("Late", sis_course_id=course)
    book = campus.learning.book(row)
    assert book
    assert 5 <= len(book.assignments) <= 8


@pytest.mark.oulad
def test_the_world_of_real_records_is_taught_by_the_generator() -> None:
    folder = os.environ.get("PROVOST_TEST_OULAD")
    if not folder:
        pytest.skip("PROVOST_TEST_OULAD names no folder of the records")
    campus = Campus.build(world="oulad", data=Path(folder), students=200, learning="planted")
    shown = told(campus)
    assert any(row["grades"]["unposted_current_score"] is not None for row in shown)
    assert {item["kind"] for item in campus.answer_key()["learning"]} >= {"zero-fill", "disengaged", "never attended"}
