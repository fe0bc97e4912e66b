"""What a course offers over the wire, what is not there, and how the new paths fail: scopes, faults, throttling."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from simulator.canvas.wire.throttle import Throttle
from simulator.faults import FaultKind, FaultRule
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


def test_every_item_of_every_module_resolves(reader: Reader) -> None:
    modules = reader.all(f"/courses/{COURSE}/modules", include=["items"])
    kinds: Counter[str] = Counter()
    for module in modules:
        assert module["items_count"] == len(module["items"])
        assert reader.all(f"/courses/{COURSE}/modules/{module['id']}/items") == module["items"]
        for item in module["items"]:
            kinds[item["type"]] += 1
            if item["type"] != "ExternalUrl":
                shown = reader.get(item["url"].partition("/api/v1")[2])
                assert item["title"] == shown.get("title", shown.get("name"))
    assert {"Page", "ExternalUrl", "Assignment", "Quiz"} <= set(kinds)
    assert "items" not in reader.get(f"/courses/{COURSE}/modules")[0]


def test_modules_tell_what_a_student_has_completed(reader: Reader, work: Rows) -> None:
    student = next(row["user_id"] for row in work if row["submitted_at"])
    handed_in = {row["assignment_id"] for row in work if row["user_id"] == student and row["submitted_at"]}
    modules = reader.all(f"/courses/{COURSE}/modules", include=["items"], student_id=student)
    for item in (each for module in modules for each in module["items"]):
        if item["type"] == "Assignment":
            assert item["completion_requirement"]["completed"] is (item["content_id"] in handed_in)
    assert {module["state"] for module in modules} <= {"unlocked", "started", "completed"}
    outsider = reader.http.get(f"/courses/{COURSE}/modules?student_id={reader.campus.canvas.service_user}")
    assert outsider.status_code == 404


def test_quizzes_groups_and_discussions(reader: Reader) -> None:
    quizzes = groups = said = 0
    for course in reader.courses()[:12]:
        path = f"/courses/{course['id']}"
        assignments = {row.get("quiz_id") for row in reader.all(f"{path}/assignments")}
        for quiz in reader.all(f"{path}/quizzes"):
            quizzes += 1
            assert (quiz["id"] in assignments) is (quiz["quiz_type"] == "assignment")
        for group in reader.all(f"{path}/groups"):
            groups += 1
            assert len(reader.all(f"/groups/{group['id']}/users")) == group["members_count"]
            assert reader.get(f"/groups/{group['id']}")["course_id"] == course["id"]
        for topic in reader.all(f"{path}/discussion_topics"):
            entries = reader.all(f"{path}/discussion_topics/{topic['id']}/entries")
            view = reader.get(f"{path}/discussion_topics/{topic['id']}/view")["view"]
            assert len(entries) == len(view) == topic["discussion_subentry_count"]
            assert [each["id"] for each in entries] == [each["id"] for each in reversed(view)]
            said += len(entries)
    assert quizzes
    assert groups
    assert said


@pytest.mark.parametrize(
    "path",
    [
        f"/courses/{COURSE}/assignments/1",
        f"/courses/{COURSE}/assignments/none",
        f"/courses/{COURSE}/quizzes/1",
        f"/courses/{COURSE}/modules/1",
        f"/courses/{COURSE}/discussion_topics/1/entries",
        "/courses/999999/students/submissions",
        "/audit/grade_change/courses/999999",
        "/audit/grade_change/assignments/7",
        "/groups/7",
    ],
)
def test_what_is_not_there(reader: Reader, path: str) -> None:
    answer = reader.http.get(path)
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_a_course_in_which_nothing_is_taught_has_empty_lists(reader: Reader) -> None:
    sandbox = next(
        row
        for row in reader.campus.canvas.courses.values()
        if row.sis_course_id is None and row.name.startswith("Sand")
    )
    for part in ("assignments", "assignment_groups", "modules", "quizzes", "discussion_topics", "groups"):
        assert reader.get(f"/courses/{sandbox.id}/{part}") == []
    assert reader.get(f"/courses/{sandbox.id}/students/submissions?student_ids[]=all") == []


def test_scopes_name_the_new_paths(reader: Reader) -> None:
    scope = ("url:GET|/api/v1/courses/:course_id/students/submissions",)
    token = reader.campus.canvas_face.tokens.issue("narrow", scope).value
    narrow = Reader(reader.campus, token)
    path = f"/courses/{COURSE}/students/submissions?student_ids[]=all"
    assert narrow.http.get(path).status_code == 200
    assert narrow.http.get(f"/courses/{COURSE}/assignments").json() == {
        "errors": [{"message": "Insufficient scopes on access token."}]
    }
    narrow.http.close()


@pytest.mark.parametrize(
    "path",
    [
        f"/courses/{COURSE}/students/submissions?student_ids[]=all",
        f"/audit/grade_change/courses/{COURSE}",
        f"/courses/{COURSE}/analytics/student_summaries",
        f"/courses/{COURSE}/modules?include[]=items",
    ],
)
def test_faults_strike_here_too(reader: Reader, path: str) -> None:
    faults = reader.campus.faults
    words = {"face": "canvas", "path": "/courses/", "count": 1}
    try:
        faults.replace([FaultRule.from_words({"kind": FaultKind.THROTTLE, **words})])
        throttled = reader.http.get(path)
        assert (throttled.status_code, throttled.headers["x-rate-limit-remaining"]) == (403, "0.0")
        faults.replace([FaultRule.from_words({"kind": FaultKind.HTTP_5XX, **words})])
        assert reader.http.get(path).status_code == 503
        faults.replace([FaultRule.from_words({"kind": FaultKind.TRUNCATED_PAGE, **words})])
        with pytest.raises(json.JSONDecodeError):
            reader.http.get(path).json()
        faults.replace([FaultRule.from_words({"kind": FaultKind.EXPIRE_TOKEN, **words})])
        expired = reader.http.get(path)
        assert (expired.status_code, "www-authenticate" in expired.headers) == (401, True)
    finally:
        faults.clear()
    assert reader.http.get(path).status_code == 200


def test_the_bucket_counts_here_too(reader: Reader) -> None:
    face = reader.campus.canvas_face
    token = face.tokens.issue("full", ("url:GET|*",)).value
    face.throttle.fill(token)
    full = Reader(reader.campus, token)
    assert full.http.get(f"/courses/{COURSE}/assignments").text == "403 Forbidden (Rate Limit Exceeded)\n"
    full.http.close()
    assert isinstance(face.throttle, Throttle)
