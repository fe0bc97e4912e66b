"""The wire of Canvas: credentials, pages, throttle, errors and ids, as a client meets them."""

from __future__ import annotations

import threading
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from simulator.canvas.wire.throttle import BucketSettings, Throttle
from simulator.canvas.wire.tokens import Tokens
from tests.simulator.conftest import CanvasCampus

SECTION = "/sections/sis_section_id:202680-10001/enrollments"
NOT_FOUND = {"errors": [{"message": "The specified resource does not exist."}]}


def links(response: httpx.Response) -> dict[str, str]:
    return {relation: str(link["url"]) for relation, link in response.links.items() if relation}


@pytest.mark.parametrize(
    ("authorization", "status", "message", "challenge"),
    [
        ("Bearer nonsense", 401, "Invalid access token.", True),
        ("", 401, "user authorization required", True),
    ],
)
def test_credentials_that_are_none(
    canvas: CanvasCampus, authorization: str, status: int, message: str, challenge: bool
) -> None:
    with canvas.client(Authorization=authorization) as client:
        answer = client.get("/accounts/1")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"] == message
    assert answer.headers["www-authenticate"] == 'Bearer realm="canvas-lms"'


def test_a_read_token_may_not_write_and_is_not_told_to_refresh(canvas: CanvasCampus) -> None:
    with canvas.client(canvas.read_token) as client:
        assert client.get("/accounts/1").status_code == 200
        refused = client.post("/accounts/1/courses", data={"course[name]": "No"})
    assert refused.status_code == 401
    assert refused.json() == {"errors": [{"message": "Insufficient scopes on access token."}]}
    assert "www-authenticate" not in refused.headers
    assert len(canvas.state.courses) == 2


def test_a_scope_names_a_method_and_a_template(canvas: CanvasCampus) -> None:
    token = canvas.face.tokens.issue("narrow", ("url:GET|/api/v1/courses/:course_id/enrollments",))
    with canvas.client(token.value) as client:
        assert client.get("/courses/1/enrollments").status_code == 200
        assert client.get("/courses/1").status_code == 401


def refresh(canvas: CanvasCampus, value: str) -> httpx.Response:
    tokens = canvas.face.tokens
    with canvas.client("none") as client:
        return client.post(
            f"{canvas.url}/login/oauth2/token",
            data={
                "grant_type": "refresh_token",
                "client_id": tokens.client_id,
                "client_secret": tokens.client_secret,
                "refresh_token": value,
            },
        )


def test_a_refresh_token_is_reusable_and_not_given_out_again(canvas: CanvasCampus) -> None:
    value = canvas.face.tokens.issue_refresh("service")
    first, second = refresh(canvas, value), refresh(canvas, value)
    assert first.status_code == second.status_code == 200
    assert (first.json()["expires_in"], first.json()["token_type"]) == (3600, "Bearer")
    assert "refresh_token" not in first.json()
    with canvas.client(first.json()["access_token"]) as client:
        assert client.get("/users/self").json()["login_id"] == "integration-service"
    assert refresh(canvas, "wrong").json()["error"] == "invalid_grant"


def test_an_expired_token_says_when_it_ended(canvas: CanvasCampus) -> None:
    token = canvas.face.tokens.issue("short", lifetime_seconds=0.05)
    with canvas.client(token.value) as client:
        assert client.get("/accounts/1").status_code == 200
        time.sleep(0.06)
        answer = client.get("/accounts/1")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["message"] == "Expired access token."
    assert answer.json()["errors"][0]["expired_at"].endswith("Z")
    assert "www-authenticate" in answer.headers


def test_a_token_can_be_revoked_by_its_holder(canvas: CanvasCampus) -> None:
    with canvas.client() as client:
        assert client.delete(f"{canvas.url}/login/oauth2/token").status_code == 200
        assert client.get("/accounts/1").json()["errors"][0]["message"] == "Revoked access token."


def test_tokens_renewed_by_refresh_live_as_long_as_configured() -> None:
    now = [1000.0]
    tokens = Tokens(lifetime_seconds=60, now=lambda: now[0])
    value = tokens.issue_refresh("service")
    granted = tokens.grant(
        {
            "grant_type": "refresh_token",
            "client_id": tokens.client_id,
            "client_secret": tokens.client_secret,
            "refresh_token": value,
        }
    )
    assert isinstance(granted, dict)
    token = tokens.authenticate(str(granted["access_token"]))
    assert token.expires_at == 1060.0


def test_a_missing_user_agent_is_refused(canvas: CanvasCampus) -> None:
    with canvas.client() as client:
        del client.headers["user-agent"]
        assert client.get("/accounts/1").status_code == 403


@pytest.mark.parametrize(("asked", "given"), [("", 10), ("?per_page=7", 7), ("?per_page=500", 26)])
def test_page_sizes(api: httpx.Client, canvas: CanvasCampus, asked: str, given: int) -> None:
    assert len(api.get(f"/courses/1/enrollments{asked}").json()) == given


def test_pages_are_clamped_without_a_word(api: httpx.Client, canvas: CanvasCampus) -> None:
    for number in range(100):
        canvas.state.create_user(f"More {number}", unique_id=f"more{number}")
    answer = api.get("/accounts/1/users?per_page=500")
    assert len(answer.json()) == 100
    assert "per_page=100" in links(answer)["next"]


def test_numbered_pages_are_followed_to_the_end(api: httpx.Client) -> None:
    url, seen, pages = "/courses/1/enrollments?state[]=active&per_page=10", [], 0
    while url:
        answer = api.get(url)
        seen += [row["id"] for row in answer.json()]
        url, pages = links(answer).get("next", ""), pages + 1
        assert {"current", "first", "last"} <= set(links(answer))
    assert (len(seen), len(set(seen)), pages) == (26, 26, 3)


def test_section_enrolments_are_paged_by_bookmark(api: httpx.Client) -> None:
    first = api.get(f"{SECTION}?state[]=active&per_page=20")
    assert len(first.json()) == 20
    following = links(first)["next"]
    assert parse_qs(urlsplit(following).query)["page"][0].startswith("bookmark:")
    assert parse_qs(urlsplit(following).query)["state[]"] == ["active"]
    assert "last" not in links(first)
    second = api.get(following)
    assert len(second.json()) == 6
    assert "next" not in links(second)
    assert {row["id"] for row in first.json()}.isdisjoint(row["id"] for row in second.json())


def test_a_row_added_behind_the_bookmark_is_still_seen(api: httpx.Client, canvas: CanvasCampus) -> None:
    following = links(api.get(f"{SECTION}?state[]=active&per_page=20"))["next"]
    late = canvas.state.create_user("Late", unique_id="late", sis_user_id="A00000099")
    canvas.state.enroll(canvas.sections["202680-10001"], late.id, state="active")
    assert "A00000099" in [row["sis_user_id"] for row in api.get(following).json()]


def test_the_user_list_has_no_last_page(api: httpx.Client) -> None:
    assert "last" not in links(api.get("/accounts/1/users"))


def test_a_token_in_the_query_works_and_is_not_repeated_in_links(canvas: CanvasCampus) -> None:
    with canvas.client(Authorization="") as client:
        answer = client.get(f"/courses/1/enrollments?access_token={canvas.read_token}")
        assert answer.status_code == 200
        assert "access_token" not in answer.headers["link"]
        assert client.get(links(answer)["next"]).status_code == 401


def test_every_answer_tells_its_cost_and_what_remains(api: httpx.Client) -> None:
    answer = api.get("/accounts/1")
    assert 0 < float(answer.headers["x-request-cost"]) < 1
    assert 0 < float(answer.headers["x-rate-limit-remaining"]) <= 600
    assert "x-request-cost" in api.get("/nowhere").headers


def test_a_full_bucket_is_a_403_in_plain_text(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.face.throttle.fill(canvas.write_token)
    answer = api.get("/accounts/1")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == "403 Forbidden (Rate Limit Exceeded)\n"
    assert answer.headers["x-rate-limit-remaining"] == "0.0"
    assert not {"retry-after", "x-request-cost"} & set(answer.headers)
    with canvas.client(canvas.read_token) as other:
        assert other.get("/accounts/1").status_code == 200, "every token has a bucket of its own"


def test_the_bucket_leaks_ten_units_a_second() -> None:
    now = [0.0]
    throttle = Throttle(now=lambda: now[0])
    throttle.fill("token", 605.0)
    assert not throttle.reserve("token")
    now[0] = 1.0
    assert throttle.reserve("token")
    assert throttle.settle("token", 0.5) == (0.5, 600 - 595.5)


def test_parallel_calls_are_charged_in_advance_and_trip_the_bucket(canvas: CanvasCampus) -> None:
    canvas.face.latency_seconds = 0.3
    statuses: list[int] = []

    def call() -> None:
        with canvas.client() as client:
            statuses.append(client.get("/accounts/1").status_code)

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) in (12, 13), "600 / 50, and what leaked out meanwhile"
    assert statuses.count(200) + statuses.count(403) == 16


def test_the_throttle_status_can_be_429(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.face.throttle = Throttle(BucketSettings(status=429))
    canvas.face.throttle.fill(canvas.write_token)
    assert api.get("/accounts/1").status_code == 429


@pytest.mark.parametrize(
    "path",
    [
        "/users/sis_user_id:A00000001",
        "/users/sis_user_id%3AA00000001",
        "/users/sis_login_id:s01%40example%2Eedu",
        "/users/sis_login_id:S01%40EXAMPLE%2EEDU",
        "/courses/sis_course_id:MATH101-001-202680",
        "/sections/sis_section_id:202680-10001",
        "/accounts/sis_account_id:dept%3AMATH",
        "/accounts/self",
        "/accounts/default/terms/default",
        "/accounts/1/terms/sis_term_id:202680",
        "/accounts/1/courses/sis_course_id:MATH101-001-202680",
        "/courses/sis_course_id:MATH101-001-202680/sections/sis_section_id:202680-10001",
    ],
)
def test_ids_are_taken_in_every_form(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 200


def test_ids_with_slashes_and_dots_must_be_escaped(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.state.create_course("Odd", sis_course_id="A/B.C")
    assert api.get("/courses/sis_course_id:A%2FB%2EC").json()["name"] == "Odd"
    assert api.get("/courses/sis_course_id:A%2FB.C").status_code == 404
    assert api.get("/courses/sis_course_id:A/B%2EC").status_code == 404


def test_integration_ids_of_courses(api: httpx.Client, canvas: CanvasCampus) -> None:
    canvas.state.update_course(1, integration_id="BANNER_202680_10001")
    assert api.get("/courses/sis_integration_id:BANNER_202680_10001").json()["id"] == 1


@pytest.mark.parametrize(
    "path", ["/users/99999", "/users/sis_user_id:nobody", "/courses/none", "/nowhere", "/sections/sis_course_id:x"]
)
def test_what_is_not_there(api: httpx.Client, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_json_and_bracket_forms_mean_the_same(api: httpx.Client) -> None:
    by_form = api.post(
        "/accounts/1/courses", data={"course[name]": "Form", "course[sis_course_id]": "F", "offer": "true"}
    )
    by_json = api.post("/accounts/1/courses", json={"course": {"name": "Json", "sis_course_id": "J"}, "offer": True})
    for answer, sis_id in ((by_form, "F"), (by_json, "J")):
        assert answer.status_code == 200
        assert (answer.json()["sis_course_id"], answer.json()["workflow_state"]) == (sis_id, "available")
    assert api.post("/accounts/1/courses", content="{", headers={"Content-Type": "application/json"}).status_code == 400


def test_a_bad_masquerade_is_a_401_with_a_string(api: httpx.Client) -> None:
    answer = api.get("/accounts/1?as_user_id=sis_user_id:nobody")
    assert (answer.status_code, answer.json()) == (401, {"errors": "Invalid as_user_id"})
    assert api.get("/accounts/1?as_user_id=sis_user_id:A00000001").status_code == 200


def test_times_are_utc_in_whole_seconds(api: httpx.Client) -> None:
    answer = api.put("/courses/1", data={"course[start_at]": "2026-08-24T00:00:00.5-04:00"})
    assert answer.json()["start_at"] == "2026-08-24T04:00:00Z"


def test_tls_1_2_is_refused(canvas: CanvasCampus) -> None:
    import ssl

    context = ssl.create_default_context(cadata=canvas.authority.pem.decode())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx.ConnectError), httpx.Client(verify=context) as client:
        client.get(canvas.url)
