"""Canvas's statistics and page views over the wire, and what a client that somebody else wrote makes of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from canvasapi import Canvas
from canvasapi.exceptions import Forbidden, ResourceDoesNotExist

from tests.simulator.learning_campus import Reader, open_reader

COURSE = "sis_course_id:ANTH101-001-202680"
LEVELS = {"0", "1", "2", "3"}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with open_reader(learning="clean") as reader:
        yield reader


@pytest.fixture
def client(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Canvas:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(reader.campus.ca_file))
    handle = reader.campus.handle["canvas"]
    assert isinstance(handle, dict)
    return Canvas(handle["url"], handle["read_token"])


def test_summaries_hours_days_and_page_views_are_of_one_piece(reader: Reader) -> None:
    summaries = reader.all(f"/courses/{COURSE}/analytics/student_summaries")
    course = reader.get(f"/courses/{COURSE}")["id"]
    enrolled = {row["user_id"] for row in reader.students(COURSE)}
    assert {row["id"] for row in summaries} == enrolled
    days = reader.get(f"/courses/{COURSE}/analytics/activity")
    assert sum(row["page_views"] for row in summaries) == sum(row["views"] for row in days)
    assert sum(row["participations"] for row in summaries) == sum(row["participations"] for row in days)
    for row in summaries[:6]:
        activity = reader.get(f"/courses/{COURSE}/analytics/users/{row['id']}/activity")
        assert sum(activity["page_views"].values()) == row["page_views"]
        assert len(activity["participations"]) == row["participations"]
        views = [each for each in reader.all(f"/users/{row['id']}/page_views") if each["links"]["context"] == course]
        hours = Counter(each["created_at"][:13] for each in views)
        assert hours == Counter({hour[:13]: count for hour, count in activity["page_views"].items()})


def test_levels_are_strings_and_relative_to_the_class(reader: Reader) -> None:
    rows = reader.all(f"/courses/{COURSE}/analytics/student_summaries", sort_column="page_views_descending")
    assert {row["page_views_level"] for row in rows} | {row["participations_level"] for row in rows} <= LEVELS
    assert rows[0]["page_views_level"] == "3"
    counts = [row["page_views"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert {row["max_page_views"] for row in rows} == {counts[0]}
    named = reader.all(f"/courses/{COURSE}/analytics/student_summaries")
    assert named[::-1] == reader.all(f"/courses/{COURSE}/analytics/student_summaries", sort_column="name_descending")
    one = reader.all(f"/courses/{COURSE}/analytics/student_summaries", student_id=named[3]["id"])
    assert one == [named[3]]


def test_tardiness_agrees_with_the_submissions(reader: Reader) -> None:
    work = reader.all(f"/courses/{COURSE}/students/submissions", student_ids=["all"], include=["assignment"])
    for row in reader.all(f"/courses/{COURSE}/analytics/student_summaries"):
        mine = [
            each
            for each in work
            if each["user_id"] == row["id"]
            and each["assignment"]["grading_type"] != "not_graded"
            and not each["excused"]
        ]
        told = row["tardiness_breakdown"]
        assert told["late"] == sum(each["late"] for each in mine)
        assert told["missing"] == sum(each["missing"] for each in mine)
        assert told["total"] == len(mine) == sum(told[name] for name in ("on_time", "late", "missing", "floating"))


def test_assignments_are_told_in_fractions(reader: Reader) -> None:
    for row in reader.get(f"/courses/{COURSE}/analytics/assignments"):
        shares = row["tardiness_breakdown"]
        assert 0 <= shares["on_time"] + shares["late"] + shares["missing"] <= 1
        if row["median"] is not None:
            assert row["min_score"] <= row["first_quartile"] <= row["median"] <= row["max_score"]
    student = reader.students(COURSE)[0]["user_id"]
    own = reader.get(f"/courses/{COURSE}/analytics/users/{student}/assignments")
    assert {row["status"] for row in own} <= {"on_time", "late", "missing", "floating"}
    assert reader.get(f"/courses/{COURSE}/analytics/users/{student}/communication") == {}


def test_page_views_come_newest_first_without_a_last_page(reader: Reader) -> None:
    student = reader.students(COURSE)[0]["user_id"]
    first = reader.http.get(f"/users/{student}/page_views")
    assert len(first.json()) == 10
    assert "last" not in first.links
    rows = reader.all(f"/users/{student}/page_views")
    times = [row["created_at"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert len({row["id"] for row in rows}) == len(rows)
    middle = times[len(times) // 2]
    older = reader.all(f"/users/{student}/page_views", end_time=middle)
    newer = reader.all(f"/users/{student}/page_views", start_time=middle)
    assert {row["id"] for row in older} | {row["id"] for row in newer} == {row["id"] for row in rows}
    assert {row["controller"] for row in rows} >= {"courses", "wiki_pages"}


def test_statistics_can_be_switched_off(reader: Reader) -> None:
    student = reader.students(COURSE)[0]["user_id"]
    reader.campus.canvas.analytics = False
    try:
        for part in ("student_summaries", "activity", "assignments", f"users/{student}/activity"):
            assert reader.http.get(f"/courses/{COURSE}/analytics/{part}").status_code == 404
        assert reader.students(COURSE)[0]["last_activity_at"], "what the enrolment shows stays"
    finally:
        reader.campus.canvas.analytics = True


def test_statistics_count_only_those_who_are_still_there(reader: Reader) -> None:
    gone = next(
        row
        for course in reader.courses()
        for row in reader.all(f"/courses/{course['id']}/enrollments", type=["StudentEnrollment"], state=["inactive"])
    )
    path = f"/courses/{gone['course_id']}/analytics"
    assert gone["user_id"] not in {row["id"] for row in reader.all(f"{path}/student_summaries")}
    assert reader.http.get(f"{path}/users/{gone['user_id']}/activity").status_code == 404


def test_a_client_that_somebody_else_wrote_is_satisfied(client: Canvas) -> None:
    course = client.get_course("ANTH101-001-202680", use_sis_id=True)
    assignments = list(course.get_assignments())
    assert 5 <= len(assignments) <= 8
    assert [each.name for each in course.get_assignment_groups()] == ["Assignments", "Quizzes", "Participation"]
    work = list(course.get_multiple_submissions(student_ids=["all"], per_page=100))
    assert {each.assignment_id for each in work} == {each.id for each in assignments}
    assert next(iter(assignments[0].get_submissions())).assignment_id == assignments[0].id
    assert all(each.event_type == "grade_change" for each in course.get_grade_change_events(per_page=100))
    assert next(iter(assignments[0].get_grade_change_events())).links["assignment"] == assignments[0].id
    assert [each.id for each in client.get_account(1).get_grading_standards()] == [1]
    assert list(course.get_grading_standards()) == []
    summaries = course.get_course_level_student_summary_data()
    first = next(iter(summaries))
    activity = course.get_user_in_a_course_level_participation_data(first.id)
    assert sum(activity["page_views"].values()) == first.page_views
    assert course.get_course_level_participation_data()
    assert next(iter(client.get_user(first.id).get_page_views())).links["user"] == first.id
    modules = list(course.get_modules(include=["items"]))
    assert [item.title for item in modules[0].get_module_items()] == [item["title"] for item in modules[0].items]
    assert {quiz.quiz_type for quiz in course.get_quizzes()} <= {"assignment", "practice_quiz"}
    topic = next(iter(course.get_discussion_topics()))
    assert len(list(topic.get_topic_entries(per_page=100))) == topic.discussion_subentry_count
    assert isinstance(list(course.get_groups()), list)
    with pytest.raises(Forbidden):
        list(course.get_multiple_submissions())
    with pytest.raises(ResourceDoesNotExist):
        course.get_grading_standards() and course.get_quiz(1)
