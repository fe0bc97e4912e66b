"""Coursework over the wire: assignments, submissions, totals, changes of marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.simulator.learning_campus import LATE_TERM, Reader, Rows, open_reader

COURSE = "sis_course_id:ANTH101-001-202680"
MISSING = {"errors": [{"message": "The specified resource does not exist."}]}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with open_reader(as_of=LATE_TERM, learning="clean") as reader:
        yield reader


@pytest.fixture(scope="module")
def work(reader: Reader) -> Rows:
    return reader.all(f"/courses/{COURSE}/students/submissions", student_ids=["all"])


def test_a_course_asks_for_five_to_eight_assignments_of_several_kinds(reader: Reader) -> None:
    for course in reader.courses()[:25]:
        rows = reader.all(f"/courses/{course['id']}/assignments")
        assert 5 <= len(rows) <= 8
        assert sum(row["grading_type"] == "not_graded" for row in rows) == 1
        assert sum(row["omit_from_final_grade"] for row in rows) == 1
        assert any(row["is_quiz_assignment"] for row in rows)
        assert [row["due_at"] for row in rows] == sorted(row["due_at"] for row in rows)
        start, end = course["start_at"], course["end_at"]
        assert all(start < row["due_at"] < end for row in rows) or course["id"] in edited(reader)


def edited(reader: Reader) -> set[int]:
    """Courses whose dates somebody changed by hand, which moves no due date."""
    return {row.id for row in reader.campus.canvas.courses.values() if {"start_at", "end_at"} & row.stuck}


def test_every_student_has_a_submission_for_every_assignment(reader: Reader, work: Rows) -> None:
    assignments = reader.all(f"/courses/{COURSE}/assignments")
    everybody = reader.all(
        f"/courses/{COURSE}/enrollments", type=["StudentEnrollment"], state=["active", "inactive", "completed"]
    )
    people = {row["user_id"] for row in everybody}
    assert len(work) == len({row["id"] for row in work}) == len(people) * len(assignments)
    assert Counter(row["workflow_state"] for row in work)["graded"] > 0
    assert {"graded", "unsubmitted"} <= {row["workflow_state"] for row in work}


def test_small_pages_lead_to_the_same_rows(reader: Reader, work: Rows) -> None:
    rows = reader.all(f"/courses/{COURSE}/students/submissions", student_ids=["all"], per_page=17)
    assert [row["id"] for row in rows] == [row["id"] for row in work]
    first = reader.http.get(f"/courses/{COURSE}/assignments?per_page=2")
    assert {"current", "next", "first", "last"} <= set(first.links)


def test_flags_follow_from_dates(work: Rows) -> None:
    for row in work:
        late = row["submitted_at"] is not None and row["submitted_at"] > row["cached_due_date"]
        assert row["late"] is late
        assert (row["seconds_late"] > 0) >= late
        assert not (row["missing"] and row["submitted_at"])
        if row["excused"]:
            assert (row["score"], row["missing"]) == (None, False)
        if row["posted_at"]:
            assert row["graded_at"] <= row["posted_at"] or row["workflow_state"] == "graded"
    assert any(row["late"] for row in work)
    assert any(row["missing"] for row in work)


@pytest.mark.parametrize("state", ["graded", "submitted", "unsubmitted", "pending_review"])
def test_work_is_filtered_by_state(reader: Reader, work: Rows, state: str) -> None:
    rows = reader.all(f"/courses/{COURSE}/students/submissions", student_ids=["all"], workflow_state=state)
    assert [row["id"] for row in rows] == [row["id"] for row in work if row["workflow_state"] == state]


@pytest.mark.parametrize(("parameter", "field"), [("submitted_since", "submitted_at"), ("graded_since", "graded_at")])
def test_work_is_filtered_by_time(reader: Reader, work: Rows, parameter: str, field: str) -> None:
    since = "2026-10-20T00:00:00Z"
    rows = reader.all(f"/courses/{COURSE}/students/submissions", student_ids=["all"], **{parameter: since})
    assert rows
    assert {row["id"] for row in rows} == {row["id"] for row in work if row[field] and row[field] > since}


def test_work_is_filtered_by_assignment_and_student(reader: Reader, work: Rows) -> None:
    one = work[0]
    path = f"/courses/{COURSE}/students/submissions"
    rows = reader.all(path, student_ids=[one["user_id"]], assignment_ids=[one["assignment_id"]])
    assert [row["id"] for row in rows] == [one["id"]]
    single = reader.get(f"/courses/{COURSE}/assignments/{one['assignment_id']}/submissions/{one['user_id']}")
    assert single == one
    with_more = reader.all(path, student_ids=[one["user_id"]], include=["assignment", "user"])
    assert {row["assignment"]["id"] for row in with_more} == {row["assignment_id"] for row in with_more}
    assert with_more[0]["user"]["id"] == one["user_id"]


def test_work_is_ordered_by_when_it_was_marked(reader: Reader) -> None:
    path = f"/courses/{COURSE}/students/submissions"
    rows = reader.all(path, student_ids=["all"], order="graded_at", order_direction="descending")
    times = [row["graded_at"] for row in rows if row["graded_at"]]
    assert times == sorted(times, reverse=True)


def test_whoever_is_not_a_student_of_the_course_is_refused(reader: Reader) -> None:
    path = f"/courses/{COURSE}/students/submissions"
    for query in ({"student_ids[]": str(reader.campus.canvas.service_user)}, {}):
        refused = reader.http.get(path, params=query)
        assert (refused.status_code, refused.json()["status"]) == (403, "unauthorized")


def test_those_who_left_are_listed_with_all_but_not_with_an_assignment(reader: Reader, work: Rows) -> None:
    withdrawn = [
        row
        for course in reader.courses()
        for row in reader.all(f"/courses/{course['id']}/enrollments", type=["StudentEnrollment"], state=["inactive"])
    ]
    row = next(each for each in withdrawn if each["updated_at"] > "2026-09-25")
    path = f"/courses/{row['course_id']}"
    theirs = reader.all(f"{path}/students/submissions", student_ids=[row["user_id"]])
    assert theirs
    assert all(each["submitted_at"] is None or each["submitted_at"] <= row["updated_at"] for each in theirs)
    listed = reader.all(f"{path}/assignments/{theirs[0]['assignment_id']}/submissions")
    assert row["user_id"] not in {each["user_id"] for each in listed}


def test_a_section_shows_its_own_students(reader: Reader) -> None:
    courses = reader.courses()
    course, sections = next(
        (course, rows) for course in courses if len(rows := reader.all(f"/courses/{course['id']}/sections")) > 2
    )
    whole = reader.all(f"/courses/{course['id']}/students/submissions", student_ids=["all"])
    parts = [reader.all(f"/sections/{each['id']}/students/submissions", student_ids=["all"]) for each in sections]
    assert {row["id"] for row in whole} == {row["id"] for part in parts for row in part}
    assert all(len(part) < len(whole) for part in parts)
    assignment = whole[0]["assignment_id"]
    one = reader.all(f"/sections/{sections[-1]['id']}/assignments/{assignment}/submissions")
    assert {row["id"] for row in one} <= {row["id"] for row in parts[-1]}


def test_grouped_work_comes_with_totals(reader: Reader, work: Rows) -> None:
    path = f"/courses/{COURSE}/students/submissions"
    rows = reader.all(path, student_ids=["all"], grouped=1, include=["total_scores"], per_page=7)
    assert [each["id"] for row in rows for each in row["submissions"]] == [
        each["id"] for row in rows for each in work if each["user_id"] == row["user_id"]
    ]
    enrolments = {row["user_id"]: row["grades"] for row in reader.students(COURSE)}
    for row in rows:
        if row["user_id"] in enrolments:
            grades = enrolments[row["user_id"]]
            assert row["computed_current_score"] == grades["current_score"]
            assert row["computed_final_score"] == grades["final_score"]


def percent(rows: Rows, assignments: dict[int, dict], weights: dict[int, float]) -> float | None:
    """The total by hand: points of points, by group where groups are weighed."""
    parts = []
    for group, weight in weights.items():
        mine = [row for row in rows if assignments[row["assignment_id"]]["assignment_group_id"] == group]
        possible = sum(assignments[row["assignment_id"]]["points_possible"] for row in mine)
        if possible:
            parts.append((weight, sum(row["score"] or 0 for row in mine), possible))
    if not parts:
        return None
    if not sum(weights.values()):
        return round(sum(got for _, got, _ in parts) / sum(possible for *_, possible in parts) * 100, 2)
    whole = sum(weight for weight, *_ in parts)
    return round(sum(weight * got / possible for weight, got, possible in parts) / whole * 100, 2)


@pytest.mark.parametrize("weighted", [True, False])
def test_totals_are_what_the_marks_add_up_to(reader: Reader, weighted: bool) -> None:
    courses = [each for each in reader.courses() if each["apply_assignment_group_weights"] is weighted][:14]
    seen: Counter[str] = Counter()
    for course in courses:
        path = f"/courses/{course['id']}"
        assignments = {row["id"]: row for row in reader.all(f"{path}/assignments")}
        weights = {row["id"]: row["group_weight"] for row in reader.all(f"{path}/assignment_groups")}
        work = reader.all(f"{path}/students/submissions", student_ids=["all"])
        for row in reader.students(course["id"]):
            counted = [
                each
                for each in work
                if each["user_id"] == row["user_id"]
                and not each["excused"]
                and not assignments[each["assignment_id"]]["omit_from_final_grade"]
                and assignments[each["assignment_id"]]["grading_type"] != "not_graded"
            ]
            marked = [each for each in counted if each["score"] is not None]
            posted = [each for each in marked if each["posted_at"]]
            hidden = [each | {"score": each["score"] if each in posted else 0} for each in counted]
            grades = row["grades"]
            assert grades["unposted_current_score"] == percent(marked, assignments, weights)
            assert grades["current_score"] == percent(posted, assignments, weights)
            assert grades["unposted_final_score"] == percent(counted, assignments, weights)
            assert grades["final_score"] == percent(hidden, assignments, weights)
            seen["hidden"] += grades["unposted_current_score"] != grades["current_score"]
            seen["unmarked"] += grades["unposted_final_score"] != grades["unposted_current_score"]
    assert seen["hidden"]
    assert seen["unmarked"]


def test_letters_come_from_the_scheme_and_are_null_without_one(reader: Reader) -> None:
    kinds: Counter[str] = Counter()
    account = {row["id"]: row for row in reader.all("/accounts/1/grading_standards")}
    for course in reader.courses():
        own = {row["id"]: row for row in reader.all(f"/courses/{course['id']}/grading_standards")}
        number = reader.get(f"/courses/{course['id']}")["grading_standard_id"]
        standard = (account | own).get(number)
        kinds["none" if standard is None else standard["context_type"]] += 1
        for row in reader.students(course["id"])[:5]:
            for name in ("current", "final", "unposted_current", "unposted_final", "override"):
                score, letter = row["grades"][f"{name}_score"], row["grades"][f"{name}_grade"]
                if standard is None or score is None:
                    assert letter is None
                else:
                    scheme = standard["grading_scheme"]
                    assert letter == next(each["name"] for each in scheme if score >= each["value"] * 100)
    assert set(kinds) == {"none", "Account", "Course"}


def test_the_accounts_scheme_is_not_found_in_a_course(reader: Reader) -> None:
    assert reader.get("/accounts/1/grading_standards/1")["context_type"] == "Account"
    answer = reader.http.get(f"/courses/{COURSE}/grading_standards/1")
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_some_totals_are_set_by_hand_near_the_end() -> None:
    with open_reader(as_of=datetime.fromisoformat("2026-12-12T12:00:00-05:00"), learning="clean") as reader:
        every = own = 0
        for course in reader.courses():
            rows = [row["grades"]["override_score"] for row in reader.students(course["id"])]
            every, own = every + len(rows), own + sum(row is not None for row in rows)
            if own:
                break
        assert 0 < own < every


def test_activity_is_shown_with_the_enrolment(reader: Reader) -> None:
    rows = reader.students(COURSE)
    assert any(row["last_activity_at"] for row in rows)
    for row in rows:
        assert bool(row["last_activity_at"]) == (row["total_activity_time"] > 0)
    (row,) = reader.all(f"/courses/{COURSE}/enrollments", user_id=rows[0]["user_id"], include=["current_points"])
    assert row["grades"]["unposted_current_points"] is not None


def test_changes_of_marks_are_listed_newest_first_with_what_they_link_to(reader: Reader, work: Rows) -> None:
    answer = reader.http.get(f"/audit/grade_change/courses/{COURSE}?per_page=5")
    body = answer.json()
    assert set(body) == {"events", "linked", "links"}
    assert "next" in answer.links
    assert len(body["events"]) == 5
    assert {each["links"]["student"] for each in body["events"]} <= {each["id"] for each in body["linked"]["users"]}
    events = reader.all(f"/audit/grade_change/courses/{COURSE}")
    times = [each["created_at"] for each in events]
    assert times == sorted(times, reverse=True)
    latest: dict[tuple[int, int], dict] = {}
    for event in events:
        latest.setdefault((event["links"]["assignment"], event["links"]["student"]), event)
    for row in work:
        if row["graded_at"]:
            event = latest[row["assignment_id"], row["user_id"]]
            assert (event["grade_after"], event["created_at"]) == (row["grade"], row["graded_at"])
            assert (event["links"]["grader"], event["excused_after"]) == (row["grader_id"], row["excused"])


def test_changes_of_marks_are_filtered_by_time_and_assignment(reader: Reader) -> None:
    events = reader.all(f"/audit/grade_change/courses/{COURSE}")
    since = events[len(events) // 2]["created_at"]
    later = reader.all(f"/audit/grade_change/courses/{COURSE}", start_time=since)
    assert [each["id"] for each in later] == [each["id"] for each in events if each["created_at"] >= since]
    one = events[0]["links"]["assignment"]
    mine = reader.all(f"/audit/grade_change/assignments/{one}")
    assert [each["id"] for each in mine] == [each["id"] for each in events if each["links"]["assignment"] == one]
