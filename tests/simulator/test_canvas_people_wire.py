"""Users, logins, courses and sections over the wire: what is written is what is read back."""

from __future__ import annotations

import httpx
import pytest

from tests.simulator.conftest import CanvasCampus


def test_users_are_listed_by_sortable_name_with_sis_fields(api: httpx.Client) -> None:
    rows = api.get("/accounts/1/users?per_page=100&include[]=email").json()
    assert [row["sortable_name"] for row in rows] == sorted(row["sortable_name"] for row in rows)
    student = next(row for row in rows if row["sis_user_id"] == "A00000001")
    assert student["login_id"] == "s01@example.edu"
    assert "email" in student


@pytest.mark.parametrize(
    ("term", "found"),
    [("hopper", 1), ("A00000001", 1), ("s01@example.edu", 1), ("Student", 25), ("nobody here", 0), ("2", None)],
)
def test_searching_users(api: httpx.Client, term: str, found: int | None) -> None:
    answer = api.get("/accounts/1/users", params={"search_term": term, "per_page": 100})
    assert (answer.status_code == 400) if found is None else (len(answer.json()) == found)


def test_a_numeric_search_prefers_the_canvas_id(api: httpx.Client, canvas: CanvasCampus) -> None:
    user = canvas.users["A00000010"]
    assert [row["id"] for row in api.get(f"/accounts/1/users?search_term={user}").json()] == [user]


def test_a_created_user_is_read_back(api: httpx.Client) -> None:
    made = api.post(
        "/accounts/1/users",
        data={
            "user[name]": "María Ñandú",
            "user[sortable_name]": "Ñandú, María",
            "pseudonym[unique_id]": "mnandu",
            "pseudonym[sis_user_id]": "A00000077",
            "communication_channel[address]": "m@example.edu",
        },
    ).json()
    read = api.get("/users/sis_user_id:A00000077").json()
    assert (read["id"], read["name"], read["sortable_name"]) == (made["id"], "María Ñandú", "Ñandú, María")
    assert (read["login_id"], read["email"]) == ("mnandu", "m@example.edu")


def test_a_taken_login_is_told_under_pseudonym(api: httpx.Client) -> None:
    answer = api.post("/accounts/1/users", data={"user[name]": "X", "pseudonym[unique_id]": "GHOPPER"})
    assert answer.status_code == 400
    assert answer.json()["errors"]["pseudonym"]["unique_id"][0]["type"] == "taken"


def test_deleting_restoring_and_reactivating_a_user(api: httpx.Client) -> None:
    assert api.delete("/accounts/1/users/sis_user_id:A00000001").status_code == 200
    assert api.get("/users/sis_user_id:A00000001").status_code == 404
    assert api.put("/accounts/1/users/sis_user_id:A00000001/restore").status_code == 200
    assert api.get("/users/sis_user_id:A00000001").status_code == 200
    api.delete("/accounts/1/users/sis_user_id:A00000001")
    again = {"pseudonym[unique_id]": "s01@example.edu", "pseudonym[sis_user_id]": "A00000001"}
    assert api.post("/accounts/1/users", data=again).status_code == 400
    revived = api.post("/accounts/1/users", data={**again, "enable_sis_reactivation": "true"})
    assert revived.json()["sis_user_id"] == "A00000001"


def test_names_are_changed_and_not_emptied(api: httpx.Client, canvas: CanvasCampus) -> None:
    changed = api.put("/users/sis_user_id:A00000001", data={"user[name]": "New Name"})
    assert changed.json()["name"] == "New Name"
    assert api.put("/users/sis_user_id:A00000001", data={"user[name]": ""}).status_code == 400
    assert canvas.state.users[canvas.users["A00000001"]].stuck == {"name"}


def test_the_sis_id_of_a_person_is_changed_at_the_login(api: httpx.Client) -> None:
    login = api.get("/users/sis_user_id:A00000001/logins").json()[0]
    changed = api.put(f"/accounts/1/logins/{login['id']}", data={"login[sis_user_id]": "A00000555"})
    assert changed.json()["sis_user_id"] == "A00000555"
    assert api.get("/users/sis_user_id:A00000001").status_code == 404
    assert api.get("/users/sis_user_id:A00000555").json()["id"] == login["user_id"]
    taken = api.put(f"/accounts/1/logins/{login['id']}", data={"login[sis_user_id]": "A00000002"})
    assert taken.status_code == 400


def test_merging_over_the_wire(api: httpx.Client, canvas: CanvasCampus) -> None:
    twin = canvas.state.create_user("Twin", unique_id="twin@mail.example").id
    merged = api.put(f"/users/{twin}/merge_into/sis_user_id:A00000001")
    assert merged.json()["id"] == canvas.users["A00000001"]
    assert api.get(f"/users/{twin}").status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"MATH101 001 202680", "MATH101 002 202680", "Sandbox"}),
        ("?enrollment_term_id=sis_term_id:202680", {"MATH101 001 202680", "MATH101 002 202680"}),
        ("?published=true", {"MATH101 001 202680"}),
        ("?state[]=unpublished", {"MATH101 002 202680", "Sandbox"}),
        ("?search_term=sandb", {"Sandbox"}),
        ("?state[]=deleted", {"Gone"}),
    ],
)
def test_course_lists_are_filtered(api: httpx.Client, canvas: CanvasCampus, query: str, names: set[str]) -> None:
    canvas.state.create_course("Sandbox")
    canvas.state.course_event(canvas.state.create_course("Gone").id, "delete")
    assert {row["name"] for row in api.get(f"/accounts/1/courses{query}").json()} == names


def test_an_account_lists_only_its_own_tree(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.state.create_course("Elsewhere")
    assert len(api.get("/accounts/sis_account_id:dept%3AMATH/courses").json()) == 2


def test_a_course_is_created_unpublished_and_offered(api: httpx.Client) -> None:
    made = api.post(
        "/accounts/sis_account_id:dept%3AMATH/courses",
        data={"course[name]": "New", "course[sis_course_id]": "NEW", "course[term_id]": "sis_term_id:202680"},
    ).json()
    assert made["workflow_state"] == "unpublished"
    offered = api.put("/courses/sis_course_id:NEW", data={"course[event]": "offer", "course[name]": "Newer"}).json()
    assert (offered["workflow_state"], offered["name"]) == ("available", "Newer")
    with_term = api.get(f"/courses/{made['id']}?include[]=term&include[]=sections").json()
    assert with_term["term"]["sis_term_id"] == "202680"
    assert with_term["sections"] == []


def test_a_taken_sis_course_id_is_a_validation_error(api: httpx.Client) -> None:
    words = {"course[name]": "Dup", "course[sis_course_id]": "MATH101-001-202680"}
    answer = api.post("/accounts/1/courses", data=words)
    assert answer.status_code == 400
    assert answer.json()["errors"]["sis_course_id"][0]["type"] == "taken"
    api.delete("/courses/sis_course_id:MATH101-001-202680?event=delete")
    assert api.post("/accounts/1/courses", data=words).status_code == 400
    assert api.post("/accounts/1/courses", data={**words, "enable_sis_reactivation": "1"}).json()["id"] == 1


def test_ending_a_course_needs_an_event(api: httpx.Client) -> None:
    assert api.delete("/courses/1").status_code == 400
    assert api.delete("/courses/1?event=conclude").json() == {"conclude": True}
    assert api.delete("/courses/1?event=delete").json() == {"delete": True}
    assert api.get("/courses/1").status_code == 404
    assert api.get("/courses/1?include[]=all_courses").json()["workflow_state"] == "deleted"


def test_a_batch_of_course_events_is_a_progress(api: httpx.Client, canvas: CanvasCampus) -> None:
    progress = api.put("/accounts/1/courses", data={"event": "conclude", "course_ids[]": ["1", "2"]}).json()
    assert progress["workflow_state"] == "queued"
    assert canvas.state.courses[1].workflow_state == "available"
    assert [api.get(f"/progress/{progress['id']}").json()["workflow_state"] for _ in range(2)] == [
        "running",
        "completed",
    ]
    assert canvas.state.courses[1].workflow_state == "completed"
    too_many = api.put("/accounts/1/courses", data={"event": "offer", "course_ids[]": ["1"] * 501})
    assert (too_many.status_code, too_many.json()) == (403, {"message": "course batch size limit (500) exceeded"})


def test_sections_are_created_changed_and_cross_listed(api: httpx.Client) -> None:
    made = api.post("/courses/1/sections", data={"course_section[name]": "S", "course_section[sis_section_id]": "N-1"})
    assert made.json()["nonxlist_course_id"] is None
    api.put("/sections/sis_section_id:N-1", data={"course_section[end_at]": "2026-12-11T04:59:00Z"})
    moved = api.post("/sections/sis_section_id:N-1/crosslist/sis_course_id:MATH101-002-202680").json()
    assert (moved["course_id"], moved["nonxlist_course_id"]) == (2, 1)
    assert (moved["sis_course_id"], moved["end_at"]) == ("MATH101-002-202680", "2026-12-11T04:59:00Z")
    assert "N-1" in [row["sis_section_id"] for row in api.get("/courses/2/sections").json()]
    back = api.delete("/sections/sis_section_id:N-1/crosslist").json()
    assert (back["course_id"], back["nonxlist_course_id"]) == (1, None)
    assert api.delete("/sections/sis_section_id:N-1/crosslist").status_code == 400
    assert api.delete("/sections/sis_section_id:N-1").status_code == 200
    assert api.get("/sections/sis_section_id:N-1").status_code == 404
    assert api.delete("/sections/sis_section_id:202680-10001").status_code == 400


def test_terms_come_wrapped(api: httpx.Client) -> None:
    terms = api.get("/accounts/1/terms").json()["enrollment_terms"]
    assert [row["sis_term_id"] for row in terms] == [None, "202680"]
    made = api.post("/accounts/1/terms", data={"enrollment_term[name]": "S", "enrollment_term[sis_term_id]": "202710"})
    path = f"/accounts/1/terms/{made.json()['id']}"
    api.put(path, data={"enrollment_term[overrides][StudentEnrollment][start_at]": "2027-01-19T05:00:00Z"})
    assert api.get(path).json()["overrides"]["StudentEnrollment"]["start_at"] == "2027-01-19T05:00:00Z"
    assert api.delete(path).json()["workflow_state"] == "deleted"
    assert api.delete("/accounts/1/terms/sis_term_id:202680").status_code == 400


def test_sub_accounts_and_roles(api: httpx.Client) -> None:
    made = api.post("/accounts/1/sub_accounts", data={"account[name]": "Hist", "account[sis_account_id]": "dept:HIST"})
    assert made.json()["parent_account_id"] == 1
    listed = api.get("/accounts/1/sub_accounts").json()
    assert [row["sis_account_id"] for row in listed] == ["dept:MATH", "dept:HIST"]
    roles = {row["role"]: row["base_role_type"] for row in api.get("/accounts/1/roles?per_page=50").json()}
    assert roles["Auditor"] == "StudentEnrollment"


def test_a_course_copy_is_done_when_its_progress_is(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.state.update_course(1, content=("syllabus", "module 1"))
    migration = api.post(
        "/courses/2/content_migrations",
        data={"migration_type": "course_copy_importer", "settings[source_course_id]": "1"},
    ).json()
    assert migration["workflow_state"] == "running"
    assert canvas.state.courses[2].content == ()
    for _ in range(2):
        api.get(migration["progress_url"])
    assert canvas.state.courses[2].content == ("syllabus", "module 1")
    assert api.get(f"/courses/2/content_migrations/{migration['id']}").json()["workflow_state"] == "completed"
    assert api.post("/courses/2/content_migrations", data={"migration_type": "zip"}).status_code == 400
