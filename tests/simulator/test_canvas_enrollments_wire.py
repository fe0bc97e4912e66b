"""Enrolments over the wire: filters, defaults, and the writes that surprise a roster sync."""

from __future__ import annotations

import httpx
import pytest

from tests.simulator.conftest import CanvasCampus

BY_SECTION = "/sections/sis_section_id:202680-10001/enrollments"
BY_COURSE = "/courses/sis_course_id:MATH101-001-202680/enrollments"


@pytest.fixture
def states(canvas: CanvasCampus) -> None:
    """Five students left the active state, each into another one."""
    section = canvas.sections["202680-10001"]
    for number, state in enumerate(("invited", "inactive", "completed", "deleted", "rejected"), start=1):
        row = canvas.state.enrollment_of(section, canvas.users[f"A{number:08d}"])
        canvas.state.set_enrollment_state(row, state)


def shown(api: httpx.Client, path: str) -> set[str]:
    joint = "&" if "?" in path else "?"
    return {row["enrollment_state"] for row in api.get(f"{path}{joint}per_page=100").json()}


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (BY_SECTION, {"active", "invited"}),
        (BY_COURSE, {"active", "invited", "inactive"}),
        (f"{BY_SECTION}?state[]=inactive&state[]=completed", {"inactive", "completed"}),
        (f"{BY_COURSE}?state[]=deleted&state[]=rejected", {"deleted", "rejected"}),
        ("/users/sis_user_id:A00000003/enrollments", set()),
        ("/users/sis_user_id:A00000003/enrollments?state[]=current_and_concluded", {"completed"}),
    ],
)
def test_default_states_differ_by_list(api: httpx.Client, path: str, expected: set[str]) -> None:
    assert shown(api, path) == expected


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("type[]=TeacherEnrollment", 1),
        ("type[]=StudentEnrollment", 25),
        ("role[]=Auditor", 0),
        ("user_id=sis_user_id:A00000004", 1),
        ("sis_user_id[]=A00000004&sis_user_id[]=A00000005", 2),
        ("sis_section_id[]=202680-10003", 0),
        ("enrollment_term_id=sis_term_id:202680", 26),
        ("enrollment_term_id=default", 0),
    ],
)
def test_filters(api: httpx.Client, query: str, count: int) -> None:
    assert len(api.get(f"{BY_COURSE}?per_page=100&{query}").json()) == count


def test_the_fields_of_an_enrolment(api: httpx.Client, canvas: CanvasCampus) -> None:
    row = api.get(f"{BY_SECTION}?user_id=sis_user_id:A00000001").json()[0]
    assert (row["sis_section_id"], row["sis_course_id"], row["sis_user_id"], row["sis_account_id"]) == (
        "202680-10001",
        "MATH101-001-202680",
        "A00000001",
        "dept:MATH",
    )
    assert row["user"]["login_id"] == "s01@example.edu"
    assert row["grades"]["current_score"] is None
    assert (row["type"], row["role"], row["enrollment_state"]) == ("StudentEnrollment", "StudentEnrollment", "active")
    assert "created_by" not in row
    teacher = api.get(f"{BY_SECTION}?type[]=TeacherEnrollment").json()[0]
    assert "grades" not in teacher


def test_without_a_state_the_student_is_only_invited(api: httpx.Client) -> None:
    words = {"enrollment[user_id]": "sis_user_id:A00000001", "enrollment[type]": "StudentEnrollment"}
    path = "/sections/sis_section_id:202680-10003/enrollments"
    invited = api.post(path, data=words)
    assert (invited.status_code, invited.json()["enrollment_state"]) == (200, "invited")
    active = api.post(path, data={**words, "enrollment[enrollment_state]": "active"}).json()
    assert (active["id"], active["enrollment_state"]) == (invited.json()["id"], "active")


def test_a_blind_repeat_resurrects_a_dropped_student(api: httpx.Client) -> None:
    row = api.get(f"{BY_SECTION}?user_id=sis_user_id:A00000001").json()[0]
    gone = api.request("DELETE", f"/courses/1/enrollments/{row['id']}", data={"task": "delete"})
    assert gone.json()["enrollment_state"] == "deleted"
    assert api.request("DELETE", f"/courses/1/enrollments/{row['id']}").status_code == 404
    words = {"enrollment[user_id]": str(row["user_id"]), "enrollment[type]": "StudentEnrollment"}
    again = api.post(BY_SECTION, data={**words, "enrollment[enrollment_state]": "active"}).json()
    assert (again["id"], again["enrollment_state"]) == (row["id"], "active")


@pytest.mark.parametrize(
    ("task", "expected"),
    [(None, "completed"), ("conclude", "completed"), ("deactivate", "inactive"), ("inactivate", "inactive")],
)
def test_leaving_by_task_in_query_or_body(api: httpx.Client, task: str | None, expected: str) -> None:
    row = api.get(f"{BY_SECTION}?user_id=sis_user_id:A00000001").json()[0]
    query = f"?task={task}" if task else ""
    left = api.delete(f"/courses/sis_course_id:MATH101-001-202680/enrollments/{row['id']}{query}")
    assert left.json()["enrollment_state"] == expected
    read = api.get(f"/accounts/1/enrollments/{row['id']}").json()
    assert read["enrollment_state"] == expected


def test_reactivating_needs_an_inactive_enrolment(api: httpx.Client) -> None:
    row = api.get(f"{BY_SECTION}?user_id=sis_user_id:A00000001").json()[0]
    path = f"/courses/1/enrollments/{row['id']}"
    refused = api.put(f"{path}/reactivate")
    assert (refused.status_code, refused.json()) == (400, {"error": "enrollment not inactive"})
    api.delete(f"{path}?task=inactivate")
    assert api.put(f"{path}/reactivate").json()["enrollment_state"] == "active"
    assert api.put(f"/courses/2/enrollments/{row['id']}/reactivate").status_code == 404


def test_invitations_are_answered(api: httpx.Client) -> None:
    words = {"enrollment[user_id]": "sis_user_id:A00000001", "enrollment[type]": "StudentEnrollment"}
    row = api.post("/sections/sis_section_id:202680-10003/enrollments", data=words).json()
    path = f"/courses/1/enrollments/{row['id']}"
    assert api.post(f"{path}/accept").json() == {"success": True}
    assert api.post(f"{path}/reject").status_code == 400
    assert api.get(f"/accounts/1/enrollments/{row['id']}").json()["enrollment_state"] == "active"


def test_a_custom_role_is_given_by_id_or_name(api: httpx.Client) -> None:
    role = next(row for row in api.get("/accounts/1/roles?per_page=50").json() if row["role"] == "Auditor")
    path = "/sections/sis_section_id:202680-10003/enrollments"
    by_id = api.post(path, json={"enrollment": {"user_id": "sis_user_id:A00000001", "role_id": role["id"]}}).json()
    by_name = api.post(path, json={"enrollment": {"user_id": "sis_user_id:A00000002", "role": "Auditor"}}).json()
    for row in (by_id, by_name):
        assert (row["role"], row["role_id"], row["type"]) == ("Auditor", role["id"], "StudentEnrollment")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"type": "StudentEnrollment"}, 400),
        ({"user_id": "sis_user_id:nobody", "type": "StudentEnrollment"}, 404),
        ({"user_id": "sis_user_id:A00000001", "type": "Wizard"}, 400),
        ({"user_id": "sis_user_id:A00000001", "role_id": 99}, 400),
        ({"user_id": "sis_user_id:A00000001", "type": "TeacherEnrollment", "role": "Auditor"}, 400),
        ({"user_id": "sis_user_id:A00000001", "type": "StudentEnrollment", "course_section_id": "2"}, 404),
    ],
)
def test_enrolments_that_are_refused(api: httpx.Client, words: dict[str, str], status: int) -> None:
    assert api.post("/courses/1/enrollments", json={"enrollment": words}).status_code == status


def test_a_concluded_course_refuses_unless_the_section_is_open(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.state.course_event(1, "conclude")
    words = {"enrollment[user_id]": "sis_user_id:A00000001", "enrollment[enrollment_state]": "active"}
    path = "/sections/sis_section_id:202680-10003/enrollments"
    assert api.post(path, data=words).status_code == 400
    api.put(
        "/sections/sis_section_id:202680-10003",
        data={
            "course_section[end_at]": "2026-12-11T05:00:00Z",
            "course_section[restrict_enrollments_to_section_dates]": "true",
        },
    )
    assert api.post(path, data=words).json()["enrollment_state"] == "active"


def test_enrolling_in_a_course_without_a_section_makes_its_default_one(api: httpx.Client, canvas: CanvasCampus) -> None:
    course = canvas.state.create_course("Bare", offer=True).id
    words = {"enrollment[user_id]": "sis_user_id:A00000001", "enrollment[enrollment_state]": "active"}
    first = api.post(f"/courses/{course}/enrollments", data=words).json()
    second = api.post(f"/courses/{course}/enrollments", data={**words, "enrollment[type]": "TaEnrollment"}).json()
    assert first["course_section_id"] == second["course_section_id"]
    assert [row["name"] for row in api.get(f"/courses/{course}/sections").json()] == ["Bare"]


def test_a_cross_listed_section_keeps_its_sis_id_under_another_course(api: httpx.Client) -> None:
    api.post("/sections/sis_section_id:202680-10001/crosslist/sis_course_id:MATH101-002-202680")
    row = api.get(f"{BY_SECTION}?user_id=sis_user_id:A00000001").json()[0]
    assert (row["sis_section_id"], row["sis_course_id"]) == ("202680-10001", "MATH101-002-202680")
    assert len(api.get(f"{BY_COURSE}?per_page=100").json()) == 0


def test_the_people_of_a_course_with_their_enrolments(api: httpx.Client) -> None:
    path = "/courses/1/users?enrollment_type[]=teacher&include[]=enrollments"
    [teacher] = api.get(path).json()
    assert teacher["enrollments"][0]["type"] == "TeacherEnrollment"
    assert [row["id"] for row in api.get("/users/sis_user_id:A00000000/courses").json()] == [1]


def test_last_attendance_is_kept(api: httpx.Client) -> None:
    api.put("/courses/1/users/sis_user_id:A00000001/last_attended", data={"date": "2026-09-10T04:00:00Z"})
    row = api.get(f"{BY_SECTION}?user_id=sis_user_id:A00000001").json()[0]
    assert row["last_attended_at"] == "2026-09-10T04:00:00Z"


def test_api_writes_are_attributed_to_the_token(api: httpx.Client, canvas: CanvasCampus) -> None:
    mark = canvas.state.writes[-1].sequence
    words = {"enrollment[user_id]": "sis_user_id:A00000001", "enrollment[enrollment_state]": "active"}
    api.post("/sections/sis_section_id:202680-10003/enrollments", data=words)
    [write] = canvas.state.log.since(mark)
    assert write.actor == "api:write"
    assert write.operation == "POST /api/v1/sections/sis_section_id:202680-10003/enrollments"
    assert (write.key["section"], write.key["user"]) == ("202680-10003", "A00000001")
