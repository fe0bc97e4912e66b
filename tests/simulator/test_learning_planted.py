"""What was planted in the courses is really to be seen over the wire, and nothing is where nothing was planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import mean
from typing import Any

import pytest

from simulator.campus import Campus
from simulator.canvas.students import students_of
from tests.simulator.learning_campus import LATE_TERM, Reader, open_reader

SINGLE = ("transposed digits", "key typo", "dropped digit", "zero-fill", "wrong scale", "slip")
KINDS = {
    *SINGLE,
    *("shifted column", "changed grade mode", "late change", "disengaged", "low activity, high mark"),
    *("never attended", "helpful resource", "low engagement despite resources"),
}
Item = dict[str, Any]


@pytest.fixture(scope="module", params=["week four", "week fifteen"])
def planted(request: pytest.FixtureRequest) -> Iterator[tuple[Reader, dict[str, list[Item]]]]:
    """A campus at two moments of the term, and what was planted in it by kind."""
    options = {} if request.param == "week four" else {"as_of": LATE_TERM}
    with open_reader(**options) as reader:
        items = reader.campus.answer_key()["learning"]
        assert isinstance(items, list)
        kinds: defaultdict[str, list[Item]] = defaultdict(list)
        for item in items:
            kinds[item["kind"]].append(item)
        yield reader, kinds


def place(item: Item) -> str:
    return f"/courses/sis_course_id:{item['keys']['sisCourseId']}"


def column(reader: Reader, item: Item) -> dict[int, dict[str, Any]]:
    """The submissions of the assignment that an item names, by user."""
    (assignment,) = [
        row for row in reader.all(f"{place(item)}/assignments") if row["name"] == item["keys"]["assignment"]
    ]
    rows = reader.all(f"{place(item)}/students/submissions", student_ids=["all"], assignment_ids=[assignment["id"]])
    return {row["user_id"]: row for row in rows}


def summary(reader: Reader, item: Item) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One student's statistics and everybody's."""
    rows = reader.all(f"{place(item)}/analytics/student_summaries")
    user = reader.user(item["keys"]["bannerId"])
    return next(row for row in rows if row["id"] == user), rows


Planted = tuple[Reader, dict[str, list[Item]]]


def test_every_kind_is_planted(planted: Planted) -> None:
    assert set(planted[1]) == KINDS


@pytest.mark.parametrize("kind", SINGLE)
def test_s86_a_mark_was_entered_wrongly(planted: Planted, kind: str) -> None:
    reader, kinds = planted
    for item in kinds[kind]:
        row = column(reader, item)[reader.user(item["keys"]["bannerId"])]
        assert row["score"] == item["seen"] != item["expected"]
        assert row["submitted_at"]
        assert row["workflow_state"] == "graded"


def test_s86_a_column_is_shifted_by_one_row(planted: Planted) -> None:
    reader, kinds = planted
    for item in kinds["shifted column"]:
        rows = column(reader, item)
        assert len(item["students"]) >= 5
        for student in item["students"]:
            assert rows[reader.user(student["bannerId"])]["score"] == student["seen"]
        assert sorted(each["seen"] for each in item["students"]) != [each["seen"] for each in item["students"]]


def test_a_column_was_marked_in_another_way_and_no_other_column_was(planted: Planted) -> None:
    reader, kinds = planted
    changed = {(item["keys"]["sisCourseId"], item["keys"]["assignment"]) for item in kinds["changed grade mode"]}
    found = set()
    for course in reader.courses():
        work = reader.all(f"/courses/{course['id']}/students/submissions", student_ids=["all"])
        names = {row["id"]: row for row in reader.all(f"/courses/{course['id']}/assignments")}
        columns: defaultdict[str, list[float]] = defaultdict(list)
        for row in work:
            assignment = names[row["assignment_id"]]
            if row["score"] is not None and row["submitted_at"] and assignment["points_possible"] == 100:
                columns[assignment["name"]].append(row["score"])
        for name, scores in columns.items():
            if len(scores) >= 8 and sum(score in (0, 1, 100) for score in scores) > len(scores) / 2:
                found.add((course["sis_course_id"], name))
    assert found == changed


def test_a_mark_was_changed_long_after_posting(planted: Planted) -> None:
    reader, kinds = planted
    for item in kinds["late change"]:
        row = column(reader, item)[reader.user(item["keys"]["bannerId"])]
        events = [
            each
            for each in reader.all(f"/audit/grade_change/courses/{place(item).removeprefix('/courses/')}")
            if each["links"]["student"] == row["user_id"] and each["links"]["assignment"] == row["assignment_id"]
        ]
        assert float(events[0]["grade_before"]) == item["expected"]
        assert float(events[0]["grade_after"]) == item["seen"] == row["score"]
        late = datetime.fromisoformat(events[0]["created_at"]) - datetime.fromisoformat(row["posted_at"])
        assert late > timedelta(days=2)


def test_s158_a_student_stops_working_and_clicking(planted: Planted) -> None:
    reader, kinds = planted
    for item in kinds["disengaged"]:
        user, stopped = reader.user(item["keys"]["bannerId"]), datetime.fromisoformat(item["at"])
        activity = reader.get(f"{place(item)}/analytics/users/{user}/activity")
        hours = [datetime.fromisoformat(hour) for hour in activity["page_views"]]
        assert hours
        assert max(hours) <= stopped
        now = reader.campus.clock.now()
        assert now - max(hours) > timedelta(days=7)
        for row in reader.all(f"{place(item)}/students/submissions", student_ids=[user]):
            assert row["submitted_at"] is None or datetime.fromisoformat(row["submitted_at"]) < stopped


def test_s87_a_student_is_hardly_there_and_has_the_best_marks(planted: Planted) -> None:
    reader, kinds = planted
    for item in kinds["low activity, high mark"]:
        own, rows = summary(reader, item)
        everybody = sorted(row["page_views"] for row in rows)
        assert own["page_views"] <= everybody[len(everybody) // 3]
        row = next(
            each for each in reader.students(place(item).removeprefix("/courses/")) if each["user_id"] == own["id"]
        )
        assert row["grades"]["unposted_current_score"] >= 85


def test_s214_a_student_never_came(planted: Planted) -> None:
    reader, kinds = planted
    for item in kinds["never attended"]:
        user = reader.user(item["keys"]["bannerId"])
        (row,) = reader.all(f"{place(item)}/enrollments", user_id=user, type=["StudentEnrollment"])
        assert (row["enrollment_state"], row["last_activity_at"], row["total_activity_time"]) == ("active", None, 0)
        work = reader.all(f"{place(item)}/students/submissions", student_ids=[user])
        assert not any(each["submitted_at"] for each in work)
        views = reader.all(f"/users/{user}/page_views")
        assert row["course_id"] not in {each["links"]["context"] for each in views}


def used_or_not(reader: Reader, item: Item, title: str) -> tuple[list[float], list[float]]:
    """The current scores of those who used a resource, and of the others."""
    used: list[float] = []
    others: list[float] = []
    for row in reader.students(place(item).removeprefix("/courses/")):
        modules = reader.all(f"{place(item)}/modules", include=["items"], student_id=row["user_id"])
        (entry,) = [each for module in modules for each in module["items"] if each["title"] == title]
        score = row["grades"]["unposted_current_score"]
        if score is not None:
            (used if entry["completion_requirement"]["completed"] else others).append(score)
    return used, others


def test_s108_one_resource_goes_with_higher_marks_and_is_used_by_about_half(planted: Planted) -> None:
    reader, kinds = planted
    (item,) = kinds["helpful resource"]
    used, others = used_or_not(reader, item, item["helpful"])
    assert min(len(used), len(others)) >= 4
    assert mean(used) - mean(others) > 4


def test_s108_the_other_resource_is_used_by_coin(planted: Planted) -> None:
    reader, kinds = planted
    (item,) = kinds["helpful resource"]
    used, others = used_or_not(reader, item, item["neutral"])
    assert min(len(used), len(others)) >= 3


def test_s109_one_course_is_rich_and_hardly_used(planted: Planted) -> None:
    reader, kinds = planted
    rates = {}
    for course in reader.courses():
        rows = reader.all(f"/courses/{course['id']}/analytics/student_summaries")
        if len(rows) >= 10 and any(row["page_views"] for row in rows):
            rates[course["sis_course_id"]] = mean(row["page_views"] for row in rows)
    (item,) = kinds["low engagement despite resources"]
    course = item["keys"]["sisCourseId"]
    half = [each for name, each in rates.items() if name != course]
    assert rates[course] < min(half) * 0.7
    assert len(reader.all(f"{place(item)}/modules")) >= 10


def test_nothing_is_planted_in_a_clean_term() -> None:
    with open_reader(learning="clean") as reader:
        assert reader.campus.answer_key()["learning"] == []
        silent = 0
        for course in reader.courses()[:20]:
            for row in reader.students(course["id"]):
                silent += row["last_activity_at"] is None
        assert silent < 40


@pytest.mark.parametrize(("students", "seed"), [(150, 3), (30, 4), (5, 11)])
def test_what_is_planted_shows_on_other_campuses_too(students: int, seed: int) -> None:
    campus = Campus.build(students=students, seed=seed, learning="planted")
    items, now = campus.answer_key()["learning"], campus.clock.now()
    assert isinstance(items, list)
    assert {item["kind"] for item in items} >= set(SINGLE)
    for item in items:
        course = campus.canvas.course_by_sis(item["keys"]["sisCourseId"])
        assert course
        book = campus.canvas.coursework.book(course)
        assert book
        found = {campus.canvas.person_key(each.user): each for each in students_of(campus.canvas, book, course)}
        people = item.get("students", [{**item, **item["keys"]}] if "bannerId" in item["keys"] else [])
        for person in people:
            student = found[person["bannerId"]]
            if item["family"] == "grade entry":
                rows = {row.assignment.name: row for row in student.standings(book, now)}
                assert rows[item["keys"]["assignment"]].score == person["seen"]
            elif item["kind"] == "never attended":
                assert student.glance(now) == (None, 0)
            elif item["kind"] == "disengaged":
                last, _ = student.glance(now)
                assert last
                assert now - last > timedelta(days=7)


def test_planting_does_not_move_with_what_a_run_changes() -> None:
    before = Campus.build(students=200, seed=3, learning="planted")
    after = Campus.build(students=200, seed=3, learning="planted")
    after.live(20)
    after.clock.advance(100)
    with after.canvas.acting("api:writer", "repair"):
        for row in list(after.canvas.enrollments.values())[::7]:
            after.canvas.set_enrollment_state(row, "deleted")
    assert before.answer_key()["learning"] == after.answer_key()["learning"]
